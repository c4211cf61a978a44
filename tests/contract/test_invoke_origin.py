"""An origin of their own for workloads (`--invoke-url`): invocations under it alone, and nothing else under it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockyard.contract import ConfigurationError
from lockyard_registry.api._invoke_origin import InvokeOrigin

from .invoke_place import Place, Upstream, head_of, place, upstream

HOST = b"models.example"
ORIGIN = "https://models.example"


@pytest.fixture(scope="module")
def up() -> Iterator[Upstream]:
    with upstream() as made:
        yield made


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory, up: Upstream) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("origin"), invoke_url=f"{ORIGIN}/") as made:
        made.at(up.url)
        yield made


@pytest.mark.parametrize("host", [HOST, b"MODELS.example", b"models.example:443", b"models.example."])
def test_workloads_are_invoked_under_their_own_host(apart: Place, up: Upstream, host: bytes) -> None:
    status, headers, body = head_of(apart.send_target(apart.path.encode() + b"/x", host=host))
    assert (status, body) == (200, b"ok")
    seen = dict(head_of(b"HTTP/1.1 200 " + up.arrived())[1])
    assert (seen["x-forwarded-host"], seen["x-forwarded-proto"]) == ("models.example", "https")
    # Nothing of the registry's is on this origin that a page of the workload's could reach.
    assert dict(headers)["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in dict(headers)


NOT_UNDER = [
    b"registry",
    b"127.0.0.1",
    b"models.example.evil.example",
    b"evil-models.example",
    b"models.example:444",
    b"",
]


@pytest.mark.parametrize("host", NOT_UNDER)
def test_and_under_no_other(apart: Place, up: Upstream, host: bytes) -> None:
    for below in (b"", b"/", b"/x"):
        status, headers, body = head_of(apart.send_target(apart.path.encode() + below, host=host))
        assert (status, up.requests) == (421, []) and ORIGIN.encode() in body
        assert dict(headers)["content-security-policy"].startswith("default-src 'none'")
    assert head_of(apart.send_target(b"/api/v2/workloads", host=host))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/api/v2", "/api/v2/", "/api/v2/workloads"),
        *("/api/v2/version", "/api/v2/artifacts", "/api/v2/openapi.json", "/api/v2/endpoints", "/api/v2/account/info"),
        *("/api/v2/endpoints/workloads-x", "/api/v2/endpoints/../workloads", "/api/v2//endpoints/workloads/x", "//x"),
    ],
)
def test_the_api_is_not_served_under_it(apart: Place, path: str) -> None:
    status, _, body = head_of(apart.send_target(path.encode(), host=HOST))
    assert status == 421 and b"workloads" in body


def test_two_hosts_are_none(apart: Place, up: Upstream) -> None:
    for host, more in ((HOST, b"registry"), (b"registry", HOST)):
        for path in (apart.path.encode(), b"/api/v2/workloads"):
            assert head_of(apart.send_target(path, b"Host: " + more, host=host))[0] == 400
    assert up.requests == []


def test_without_a_token_nothing_is_forwarded_under_it_either(apart: Place, up: Upstream) -> None:
    answer = apart.http.get(apart.url, headers={"Host": "models.example", "Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json(), up.requests) == (401, {"message": "Invalid API key"}, [])


def test_answers_name_the_origin(apart: Place, up: Upstream, tmp_path: Path) -> None:
    id = apart.workload["id"]
    shown: dict[str, Any] = apart.http.get(f"{apart.api}/workloads/{id}").json()
    assert shown["endpoint"] == f"{ORIGIN}/api/v2/endpoints/workloads/{id}/"
    (listed,) = apart.http.get(f"{apart.api}/workloads").json()["data"]
    assert listed["endpoint"] == shown["endpoint"]
    (proton,) = apart.http.get(f"{apart.api}/workloads/{id}/protons").json()["data"]
    assert proton["endpoint"] == f"{ORIGIN}/api/v2/endpoints/workloads/{id}?protonId={proton['id']}"
    with place(tmp_path) as usual:
        usual.at(up.url)
        id = usual.workload["id"]
        assert usual.http.get(f"{usual.api}/workloads/{id}").json()["endpoint"] == f"{usual.url}/"


ORIGINS = [
    ("https://models.example", "https://models.example"),
    ("HTTPS://Models.Example/", "https://models.example"),
    ("https://models.example:443", "https://models.example"),
    ("https://models.example:8443", "https://models.example:8443"),
    ("http://models.example:80", "http://models.example"),
    ("http://localhost:8321", "http://localhost:8321"),
    ("http://10.0.0.1", "http://10.0.0.1"),
    ("http://[fd12::1]:8000", "http://[fd12::1]:8000"),
    (" https://a_b.example ", "https://a_b.example"),
]
NO_ORIGINS = """models.example //models.example ftp://models.example https:// https://:80 https://a/b https://a?b https://a/#
https://a#b https://user@a https://a:0 https://a:99999 https://a:b https://a..b https://-a https://* https://[::1 https://é
javascript:x https://a,b""".splitlines()


@pytest.mark.parametrize(("text", "origin"), ORIGINS)
def test_what_is_an_origin(text: str, origin: str) -> None:
    assert InvokeOrigin("r", text).url == origin


@pytest.mark.parametrize("text", [word for line in NO_ORIGINS for word in line.split(" ")])
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(ConfigurationError, match="--invoke-url"):
        InvokeOrigin("r", text)
