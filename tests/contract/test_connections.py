"""Half-sent and oversized requests: what each is answered with, without a token."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lockyard_registry import open_registry
from lockyard_registry.api import _connection, create_app, running_server

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /api/v2/artifacts HTTP/1.1\r\nHost: x\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = b"a" * 2**20

ROWS: dict[str, tuple[bytes, bytes]] = {
    "a long header": (HEAD + b"X: " + LONG, b" 431 "),
    "a long name of a header": (HEAD + LONG, b" 431 "),
    "many headers": (HEAD + b"".join(b"X%d: a\r\n" % n for n in range(101)), b" 431 "),
    "a long path": (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", b" 414 "),
    "an endless path": (b"GET /" + LONG, b" 414 "),
    "half a header": (HEAD + b"X-", b" 408 "),
    "half a request line": (b"GET /hea", b" 408 "),
    "nothing": (b"", b""),
    "a TLS handshake": (b"\x16\x03\x01" * 100, b" 400 "),
    "a long extension of a chunk": (CHUNKED + b"1;" + LONG, b""),
    "a long trailer": (CHUNKED + b"2\r\n{}\r\n0\r\nX: " + LONG, b""),
    "a flood of requests": ((HEAD + b"\r\n") * 20_000, b" 200 "),
    "a body that never comes": (POST + b"Content-Length: 1000\r\n\r\n", b" 401 "),
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    folder: Path = tmp_path_factory.mktemp("connections")
    patch = pytest.MonkeyPatch()
    patch.setattr(_connection, "HEADER_SECONDS", 1.0)
    patch.setattr(_connection, "UNREAD_SECONDS", 1.0)
    registry = open_registry(folder / "registry.db")
    with running_server(create_app(registry, token="t")) as url:
        parts = httpx.URL(url)
        yield parts.host, parts.port or 0
    registry.close()
    patch.undo()


@pytest.mark.parametrize("name", ROWS)
def test_a_request_that_is_none_ends(address: tuple[str, int], name: str) -> None:
    sent, status = ROWS[name]
    received, ended = b"", False
    with socket.create_connection(address, timeout=60) as connection:
        try:
            connection.sendall(sent)
            while piece := connection.recv(65536):
                received += piece
            ended = True
        except ConnectionError:  # what was still being sent is not read any more
            ended = True
    assert ended
    assert not received or not status or status in received.split(b"\r\n")[0]
    assert received or len(sent) > 10_000 or not status
    assert httpx.get(f"http://{address[0]}:{address[1]}/healthz", trust_env=False, timeout=60).status_code == 200


def test_half_sent_requests_do_not_stay_open(address: tuple[str, int]) -> None:
    opened = [socket.create_connection(address, timeout=60) for _ in range(200)]
    try:
        for connection in opened:
            connection.sendall(HEAD + b"X-")
        assert httpx.get(f"http://{address[0]}:{address[1]}/healthz", trust_env=False, timeout=60).status_code == 200
        until = time.monotonic() + 60
        for connection in opened:
            while connection.recv(65536):
                assert time.monotonic() < until
    finally:
        for connection in opened:
            connection.close()


@pytest.mark.parametrize(("files", "most"), [(1024, 512), (1_048_576, 2000), (-1, 2000), (3, 1)])
def test_connections_leave_files_for_others(files: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (files, files))
    assert _connection.most_connections.__wrapped__() == most


def test_an_address_has_so_many_connections(address: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_connection, "MAX_CONNECTIONS_PER_ADDRESS", 0)
    with socket.create_connection(address, timeout=60) as connection:
        assert b" 503 " in connection.recv(65536)
