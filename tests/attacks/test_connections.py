"""One header line of 48 MB, and 800 half-sent requests, against a server as it is started: nobody else waits."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from tests.contract.server_apart import ServerApart, server_apart

from lockyard_registry.api._connection import HEADER_SECONDS

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
HALF_SENT = 800


class Served:
    """A server in a process of its own, and somebody who asks it all the time."""

    def __init__(self, server: ServerApart) -> None:
        self.server, self.url = server, server.url
        self._waits: list[float] = []
        self._ended = threading.Event()
        self._asking = threading.Thread(target=self._ask)
        self._asking.start()

    def connect(self) -> socket.socket:
        assert self.url.port is not None
        return socket.create_connection((self.url.host, self.url.port), timeout=60)

    def waited(self) -> float:
        """The longest wait since the last call."""
        time.sleep(0.1)
        while not self._waits:
            time.sleep(0.01)
        waits, self._waits = self._waits, []
        return max(waits)

    def close(self) -> None:
        self._ended.set()
        self._asking.join()

    def _ask(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            # A new connection each time, as somebody who only comes now.
            httpx.get(self.url.join("/healthz"), trust_env=False, timeout=60).raise_for_status()
            self._waits.append(time.monotonic() - began)
            time.sleep(0.01)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    token = tmp_path / "token"
    token.write_text("a-token\n")
    token.chmod(0o600)
    with server_apart(tmp_path / "registry.db", "--token-file", str(token)) as server:
        opened = Served(server)
        try:
            yield opened
        finally:
            opened.close()


@pytest.mark.parametrize("mebibytes", [4, 16, 48])
def test_a_long_header_costs_nobody_anything(served: Served, mebibytes: int) -> None:
    served.waited()
    calm, cpu, sent, answer = served.waited(), served.server.cpu(), 0, b""
    with served.connect() as connection:
        with suppress(OSError):
            connection.sendall(HEAD + b"X: ")
            for _ in range(mebibytes):
                connection.sendall(b"a" * 2**20)
                sent += 1
            connection.sendall(b"\r\n\r\n")
        with suppress(OSError):  # what was still being sent is not read any more
            answer = connection.recv(100)
    used, waited = served.server.cpu() - cpu, served.waited()
    told = answer.split(b"\r\n")[0].decode()
    print(f"\n{mebibytes} MiB of a header: {sent} MiB taken; {told!r}; {used:.2f} s of CPU; others {waited:.3f} s")
    assert not answer or b" 431 " in answer
    assert sent < mebibytes
    assert used < 2
    assert waited < 0.5 + 2 * calm


@pytest.mark.timeout(300)
def test_half_sent_requests_end(served: Served) -> None:
    served.waited()
    calm = served.waited()
    opened = [served.connect() for _ in range(HALF_SENT)]
    try:
        for connection in opened:
            connection.sendall(HEAD + b"X-")
        began = time.monotonic()
        answers = [_answer(connection) for connection in opened]
        took = time.monotonic() - began
    finally:
        for connection in opened:
            connection.close()
    waited = served.waited()
    late, refused = (sum(status in answer for answer in answers) for status in (b" 408 ", b" 503 "))
    print(
        f"\n{HALF_SENT} half-sent: {late} ended with 408, {refused} with 503, after {took:.1f} s; others {waited:.3f} s"
    )
    assert late + refused == HALF_SENT
    assert took < HEADER_SECONDS + 10
    assert waited < 0.5 + 2 * calm
    began = time.monotonic()
    served.close()
    served.server.process.terminate()
    assert served.server.process.wait(30) in (0, -15)
    assert time.monotonic() - began < 15


def _answer(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received
