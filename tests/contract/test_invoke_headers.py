"""Which headers pass between callers and workloads: those that are listed (workload-api §19)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lockyard.contract import ConfigurationError
from lockyard_registry.api._forward_headers import (
    ANSWER_HEADERS,
    NEVER_FORWARDED,
    REQUEST_HEADERS,
    forwarded_headers,
)

from .header_tables import COMES_BACK, PASSES_UP, STAYS_AT_THE_WORKLOAD, STAYS_HERE
from .invoke_place import Place, Upstream, head_of, place, upstream
from .world import TOKEN


@pytest.fixture(scope="module")
def up() -> Iterator[Upstream]:
    with upstream() as made:
        yield made


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, up: Upstream) -> Iterator[Place]:
    with place(tmp_path_factory.mktemp("headers"), invoke_headers=("X-Added", "X-More-*")) as made:
        made.at(up.url)
        yield made


def _of_the_request(arrived: bytes) -> list[tuple[str, str]]:
    return head_of(b"HTTP/1.1 200 " + arrived)[1]


@pytest.mark.parametrize("name", PASSES_UP)
def test_listed_headers_reach_the_workload(here: Place, up: Upstream, name: str) -> None:
    # Twice, in two spellings: neither joined, nor reduced to one.
    here.send(b"/x", f"{name}: one".encode(), f"{name.title()}: two".encode())
    found = [value for key, value in _of_the_request(up.arrived()) if key == name]
    assert found == ["one", "two"]


def test_no_other_header_reaches_the_workload(here: Place, up: Upstream) -> None:
    lines = [f"{name}: spoofed".encode() for name in STAYS_HERE if name not in ("authorization", "host")]
    answer = here.send(b"/x", *lines)
    assert head_of(answer)[0] == 200, answer
    arrived = up.arrived()
    # An id of the caller's is one that the registry's log has, too.
    got = [(key, value) for key, value in _of_the_request(arrived) if key != "x-request-id"]
    assert [item for item in got if "spoofed" in item[1]] == []
    assert {key for key, _ in got} == {
        "host",
        "via",
        *(f"x-forwarded-{what}" for what in ["for", "host", "proto", "prefix"]),
    }
    assert dict(got)["host"] == up.url.removeprefix("http://")
    assert dict(got)["x-forwarded-for"] == "127.0.0.1"
    assert TOKEN.encode() not in arrived


def test_what_connection_names_is_for_one_hop(here: Place, up: Upstream) -> None:
    here.send(b"/x", b"Connection: close, X-Added, accept", b"X-Added: 1", b"Accept: a/b", b"X-More-1: 2")
    got = dict(_of_the_request(up.arrived()))
    assert "x-added" not in got and "accept" not in got and got["x-more-1"] == "2"
    # What the registry says itself cannot be taken away.
    here.send(b"/x", b"Connection: close, x-forwarded-for, host, via, content-length, x-request-id")
    assert {"x-forwarded-for", "host", "via", "x-request-id"} <= set(dict(_of_the_request(up.arrived())))


BODIES = [
    (b"POST", (b"Content-Length: 5",), b"hello", b"content-length: 5", b"hello"),
    (b"POST", (b"Connection: content-length", b"Content-Length: 5"), b"hello", b"content-length: 5", b"hello"),
    (b"POST", (b"Content-Length: 0",), b"", b"content-length: 0", b""),
    (b"GET", (b"Content-Length: 3",), b"abc", b"content-length: 3", b"abc"),
    (b"POST", (b"Expect: 100-continue", b"Content-Length: 3"), b"abc", b"content-length: 3", b"abc"),
    (
        b"PUT",
        (b"Transfer-Encoding: chunked", b"Trailer: X-T"),
        b"3\r\nabc\r\n0\r\nX-T: v\r\n\r\n",
        b"transfer-encoding: chunked",
        b"3\r\nabc\r\n0\r\n\r\n",
    ),
]


@pytest.mark.parametrize(("method", "headers", "body", "frame", "arrives"), BODIES)
def test_bodies_are_framed_anew(
    here: Place, up: Upstream, method: bytes, headers: tuple[bytes, ...], body: bytes, frame: bytes, arrives: bytes
) -> None:
    status = head_of(
        here.send(b"/x", *headers, method=method, body=body).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    )[0]
    head, _, rest = up.arrived().partition(b"\r\n\r\n")
    assert (status, rest) == (200, arrives)
    assert frame in head.split(b"\r\n")
    assert (b"content-length" in head) + (b"transfer-encoding" in head) == 1
    assert not {b"expect", b"trailer"} & {line.partition(b":")[0] for line in head.split(b"\r\n")}


def test_ambiguous_bodies_are_refused(here: Place, up: Upstream) -> None:
    for headers in (
        (b"Content-Length: 3", b"Content-Length: 5"),
        (b"Content-Length: 3", b"Transfer-Encoding: chunked"),
        (b"Content-Length: -1",),
        (b"Content-Length: 3x",),
        (b"Transfer-Encoding: gzip, chunked, identity",),
    ):
        assert head_of(here.send(b"/x", *headers, method=b"POST", body=b"0\r\n\r\n"))[0] == 400, headers
        assert up.requests == [], headers


def test_listed_headers_come_back_and_no_others(here: Place, up: Upstream) -> None:
    lines = "".join(f"{name.title()}: theirs\r\n" for name in [*COMES_BACK, *STAYS_AT_THE_WORKLOAD])
    up.answer = f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{lines}X-Request-Id: spoofed\r\n\r\nok".encode()
    status, headers, body = head_of(here.send(b"/x"))
    assert (status, body) == (200, b"ok")
    up.requests.clear()
    theirs = {name for name, value in headers if value == "theirs"}
    assert theirs == set(COMES_BACK)
    assert all(name not in STAYS_AT_THE_WORKLOAD for name, _ in headers)
    assert "spoofed" not in str(headers)
    rest = [(name, value) for name, value in headers if value != "theirs" and name not in ("date", "x-request-id")]
    assert sorted(rest) == [
        ("connection", "close"),
        ("content-length", "2"),
        ("content-security-policy", "sandbox"),
        ("x-content-type-options", "nosniff"),
    ]


def test_a_workload_cannot_take_the_browsers_orders_away(here: Place, up: Upstream) -> None:
    up.answer = (
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/html\r\n"
        b"Content-Security-Policy: sandbox allow-scripts\r\nX-Content-Type-Options: none\r\nDate: never\r\n"
        b"Connection: x-content-type-options, content-security-policy, content-type\r\n\r\nok"
    )
    _, headers, _ = head_of(here.send(b"/x"))
    up.requests.clear()
    assert [value for name, value in headers if name == "content-security-policy"] == ["sandbox"]
    assert [value for name, value in headers if name == "x-content-type-options"] == ["nosniff"]
    assert "never" not in str(headers) and "text/html" not in str(headers)


def test_no_list_holds_what_is_never_forwarded() -> None:
    for entry in (*REQUEST_HEADERS, *ANSWER_HEADERS):
        forwarded_headers((), (entry,))
    sample = [name.replace("*", "anything").encode() for name in NEVER_FORWARDED]
    for listed in (REQUEST_HEADERS, ANSWER_HEADERS):
        assert forwarded_headers(listed).of([(name, b"") for name in sample]) == []


@pytest.mark.parametrize(
    "entry",
    [
        *("*", "", "a b", "X-Ä", "a:b", "x*y", "**", "x-*", "c*", "content-*", "Set-Cookie", "COOKIE", "cook*", "Host"),
        *("X-Forwarded-User", "x-forwarded-*", "X-Forwarded*", "Authorization", "auth*", "proxy-x", "Proxy-*", "Via"),
        *("X-Request-Id", "Content-Length", "Transfer-Encoding", "te", "Access-Control-Allow-Origin", "x-remote-user"),
        *("Strict-Transport-Security", "WWW-Authenticate", "Location\r\nX", "clear-*", "content-security-policy"),
    ],
)
def test_what_an_operator_cannot_add(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="--invoke-headers"):
        forwarded_headers(REQUEST_HEADERS, (entry,))
