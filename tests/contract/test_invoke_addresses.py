"""Where a report may send the server (workload-api §19)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpcore
import pytest

from lockyard.contract import ApiError, ConfigurationError, internal_url_message, read_internal_url
from lockyard_registry.api._addresses import CheckedConnections
from lockyard_registry.api._invoke_hosts import EVERY_HOST, InvokeHosts, invoke_hosts
from lockyard_registry.api._networks import METADATA_NAMES, plain_address

from .address_tables import ALLOWED, LEADS_TO_NEVER, NAMED, NO_ADDRESS, UNKNOWN_NAMES
from .invoke_place import Place, Upstream, place, upstream


@pytest.fixture(scope="module")
def up() -> Iterator[Upstream]:
    with upstream() as made:
        yield made


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server as it starts by itself: every host, nothing named."""
    with place(tmp_path_factory.mktemp("guarded"), invoke_hosts=EVERY_HOST) as made:
        yield made


def _report(here: Place, address: str) -> Any:
    return here.http.post(f"{here.api}/workloads/{here.workload['id']}/reports", json=here.report(address))


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_no_address_is_refused_in_the_report(guarded: Place, address: str) -> None:
    answer = _report(guarded, address)
    assert answer.status_code == 422, answer.text
    (problem,) = answer.json()["detail"]
    assert (problem["path"], problem["message"]) == ("internalUrl", internal_url_message(address))
    assert "secret" not in answer.text


def test_an_address_that_was_stored_before_is_not_asked(guarded: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Earlier registries took every text; what they hold stays readable."""
    guarded.at("http://chat.example")
    with guarded.registry.store.write() as connection:
        connection.exec_driver_sql("UPDATE protons SET internal_url = 'http://2130706433/?x'")
    answer = guarded.http.get(guarded.url)
    assert answer.status_code == 503 and "The address that was reported of the workload must" in answer.json()["detail"]
    proton = guarded.client.get_workload(guarded.workload["id"])["protonId"]
    listed = guarded.http.get(f"{guarded.api}/workloads/{guarded.workload['id']}/protons/{proton}").json()
    assert listed["internalUrl"] == "http://2130706433/?x"


@pytest.mark.parametrize("address", LEADS_TO_NEVER)
def test_what_leads_where_no_workload_is_is_not_asked(guarded: Place, up: Upstream, address: str) -> None:
    port = str(up.port)
    assert _report(guarded, address.replace("PORT", port)).status_code == 202
    answer = guarded.http.get(guarded.url)
    assert (answer.status_code, up.requests) == (503, []), address
    assert "--invoke-hosts" in answer.json()["detail"]
    url = read_internal_url(address.replace("PORT", port))
    # As literal addresses and by every pattern that could match them.
    for listed in (("*",), ("*.*", "1*", "*1", "f*", "?*"), ("*.svc",), ()):
        with pytest.raises(ApiError) as caught:
            asyncio.run(CheckedConnections(invoke_hosts(listed)).connect_tcp(url.host, url.port, 5))
        assert caught.value.status == 503, listed


@pytest.mark.parametrize("address", ALLOWED)
def test_where_workloads_are(address: str) -> None:
    url = read_internal_url(address)
    found = [plain_address(url.host)] if url.host[-1].isdigit() or ":" in url.host else [plain_address("10.1.2.3")]
    assert invoke_hosts(EVERY_HOST).refusal(url.host, found) is None
    assert invoke_hosts(("*.nowhere",)).refusal(url.host, found) is not None


@pytest.mark.parametrize(("listed", "host", "leads_to", "allowed"), NAMED)
def test_what_the_operator_names(listed: Sequence[str], host: str, leads_to: Sequence[str], allowed: bool) -> None:
    refusal = invoke_hosts(listed).refusal(host, [plain_address(text) for text in leads_to])
    assert (refusal is None) == allowed, refusal


@pytest.mark.parametrize("name", sorted(METADATA_NAMES))
def test_names_of_metadata_services_are_refused_wherever_they_lead(name: str) -> None:
    public = [plain_address("8.8.8.8")]
    assert "metadata" in (invoke_hosts(EVERY_HOST).refusal(name, public) or "")
    assert "metadata" in (invoke_hosts(("*.internal", "metadata*")).refusal(f"{name}.", public) or "")
    assert invoke_hosts((name,)).refusal(name, public) is None


@pytest.mark.parametrize("address", UNKNOWN_NAMES)
def test_names_that_nobody_knows(guarded: Place, address: str) -> None:
    assert _report(guarded, address).status_code == 202
    answer = guarded.http.get(guarded.url)
    assert answer.status_code == 503
    assert answer.json()["detail"] == "The workload's address is not known to the server's resolver"


@pytest.mark.parametrize(
    "entry", ["a b", "http://a", "a/b", "10.0.0.1/8", "10.0.0.0/33", "0.0.0.0/0", "::/0", "[::1", "user@host", "-", ""]
)
def test_what_an_operator_cannot_mean(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="--invoke-hosts"):
        invoke_hosts((entry,))


def test_only_the_operators_hosts_are_asked(up: Upstream, tmp_path: Path) -> None:
    with place(tmp_path, invoke_hosts=("*.svc", "localhost")) as here:
        here.at(up.url)
        assert "--invoke-hosts" in here.http.get(here.url).json()["detail"]
        here.at(up.url.replace("127.0.0.1", "localhost"))
        assert here.http.get(f"{here.url}/x").text == "ok"
        assert f"host: localhost:{up.port}".encode() in up.arrived()
        # Not even looked up, so nobody learns by a look-up that the server is there.
        here.at("http://does-not-exist.invalid/")
        assert "may not ask" in here.http.get(here.url).json()["detail"]


def test_the_registry_itself_is_never_asked(up: Upstream, tmp_path: Path) -> None:
    listed = ("*", "localhost", "127.0.0.0/8", "::1", "0.0.0.0", "::ffff:7f00:1")
    with place(tmp_path, invoke_hosts=listed) as here:
        port = here.api.rpartition(":")[2].partition("/")[0]
        for host in ("127.0.0.1", "localhost", "127.0.0.2", "127.1.2.3", "0.0.0.0", "[::ffff:7f00:1]", "[::1]"):
            for below in ("", "/api/v2", "/metrics", here.path):
                here.at(f"http://{host}:{port}{below}")
                answer = here.http.get(f"{here.url}/x")
                assert answer.status_code == 503, (host, below, answer.text)
        assert "the registry's own" in here.http.get(here.url).json()["detail"] or host == "[::1]"
        here.at(up.url)
        assert here.http.get(here.url).text == "ok"
        up.requests.clear()


def test_a_request_that_comes_back_through_somebody_else_is_not_answered(up: Upstream, tmp_path: Path) -> None:
    with place(tmp_path) as here:
        port = int(here.api.rpartition(":")[2].partition("/")[0])

        def balancer(connection: socket.socket) -> None:
            # Sends what arrived to the registry again, as a load balancer in front of it would.
            with socket.create_connection(("127.0.0.1", port), timeout=10) as back:
                back.sendall(up.requests[-1].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                connection.sendall(b"".join(iter(lambda: back.recv(65536), b"")))

        up.answer = balancer
        try:
            for below in ("/metrics", "/healthz", "/api/v2/version", here.path):
                here.at(f"{up.url}{below}")
                answer = here.http.get(here.url)
                assert answer.status_code == 508, (below, answer.text)
        finally:
            up.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            up.requests.clear()


class _Resolver:
    """Stands in for the system's resolver: answers one list after the other."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        families = {True: socket.AF_INET6, False: socket.AF_INET}
        return [(families[":" in ip], socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answer]


REBINDING = [
    (("10.1.2.3", "127.0.0.1"), "a loopback"),
    (("127.0.0.1", "10.1.2.3"), "a loopback"),
    (("10.1.2.3", "169.254.169.254"), "a link-local"),
    (("10.1.2.3", "::1"), "a loopback"),
    (("10.1.2.3", "::ffff:127.0.0.1"), "a loopback"),
    (("fd12::1", "fe80::1%eth0"), "a link-local"),
    (("64:ff9b::7f00:1",), "a loopback"),
    (("fd00:ec2::254",), "metadata"),
]


@pytest.mark.parametrize(("answers", "what"), REBINDING)
def test_every_address_of_a_name_is_checked(answers: Sequence[str], what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _Resolver(answers))
    with pytest.raises(ApiError) as caught:
        asyncio.run(CheckedConnections(invoke_hosts(EVERY_HOST)).connect_tcp("rebinding.example", 80, 5))
    assert caught.value.status == 503 and what in caught.value.message


def test_what_was_checked_is_connected_to(up: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at the second look is looked up once."""
    resolver = _Resolver(["127.0.0.1"], ["127.0.0.3"])
    monkeypatch.setattr(socket, "getaddrinfo", resolver)

    async def connected() -> Any:
        stream = await CheckedConnections(invoke_hosts(("127.0.0.1",))).connect_tcp("rebinding.example", up.port, 5)
        address = stream.get_extra_info("server_addr")
        await stream.aclose()
        return address

    assert asyncio.run(connected())[:2] == ("127.0.0.1", up.port)
    assert resolver.asked == 1
    with pytest.raises(ApiError):
        asyncio.run(connected())


def test_the_next_address_is_tried_if_one_does_not_answer(up: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: InvokeHosts = invoke_hosts(("127.0.0.0/8",))
    monkeypatch.setattr(socket, "getaddrinfo", _Resolver(["127.0.0.9", "127.0.0.1"]))

    async def connected() -> None:
        await (await CheckedConnections(hosts).connect_tcp("two.example", up.port, 5)).aclose()

    asyncio.run(connected())
    monkeypatch.setattr(socket, "getaddrinfo", _Resolver(["127.0.0.9", "127.0.0.8"]))
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(connected())


def test_a_broken_name_is_no_fault_of_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the standard library's own encoding of host names refuses."""
    for host in ("a" * 64 + ".example", "a..b", "xn--\udcff", ""):
        with pytest.raises(ApiError) as caught:
            asyncio.run(CheckedConnections(invoke_hosts(EVERY_HOST)).connect_tcp(host, 80, 5))
        assert caught.value.status == 503
