"""What one connection may send, and how slowly, before and beside what a route reads."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import cache
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ._http_protocol import HttpProtocol

MAX_HEADER_BYTES: Final = 64 * 1024
"""Request line and headers of a request in all; also what stands between the data of two chunks, and trailers."""

MAX_HEADERS: Final = 100
MAX_URL_BYTES: Final = 16 * 1024
HEADER_SECONDS: Final = 10.0
"""How long a request line and its headers may take to arrive."""

MAX_CONNECTIONS: Final = 2000
"""Of a process, and at most half of the files that it may open: the other half is for workloads and the database."""

MAX_CONNECTIONS_PER_ADDRESS: Final = 1000
"""Of a process; a proxy in front has the address of all its clients."""

MAX_UNREAD_BYTES: Final = 16 * 2**20
"""Of a body that goes on after its answer: the client gets to see the answer, and no more is read."""

UNREAD_SECONDS: Final = 10.0

MAX_PIPELINED: Final = 32
"""Requests of a connection that wait for the answer to the first of them."""

_TEXTS: Final = {
    408: b"Request Timeout",
    414: b"URI Too Long",
    431: b"Request Header Fields Too Large",
    503: b"Service Unavailable",
}
_DETAILS: Final = {
    408: f"The request's headers did not arrive within {HEADER_SECONDS:g} s",
    414: f"The request's path and query are too long: at most {MAX_URL_BYTES // 1024} KiB are accepted",
    431: f"The request's headers are too large: at most {MAX_HEADERS} with {MAX_HEADER_BYTES // 1024} KiB are accepted",
    503: "Too many connections: try again later",
}

_open: Counter[str] = Counter()


@cache
def most_connections() -> int:
    """How many connections a process takes at once."""
    try:
        from resource import RLIMIT_NOFILE, getrlimit
    except ImportError:  # Windows, which has no such limit
        return MAX_CONNECTIONS
    files, _ = getrlimit(RLIMIT_NOFILE)
    return MAX_CONNECTIONS if files < 0 else min(MAX_CONNECTIONS, max(1, files // 2))


def take_connection(address: str) -> bool:
    """Count a connection, from its first byte, or before its TLS handshake, to its end.

    Args:
        address: who connects.

    Returns:
        Whether it is one of those that may be open; if not, it counts until `give_back_connection`, too.
    """
    _open[address] += 1
    most = most_connections()
    return _open.total() <= most and _open[address] <= min(MAX_CONNECTIONS_PER_ADDRESS, most // 2)


def give_back_connection(address: str) -> None:
    """A connection ended."""
    _open[address] -= 1
    if _open[address] <= 0:
        del _open[address]


class BoundedHttpProtocol(HttpProtocol):
    """uvicorn's protocol on httptools, which keeps a header of any length, and waits for its end for ever.

    A header line that comes in pieces is joined anew at each of them, so what arrives is counted before it is parsed:
    it is given to the parser in pieces, and no more of them once the head of the request is too large.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._address: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._in_head = True  # between the end of a request and the end of the next one's headers
        self._head_bytes = 0  # what came since then
        self._unread = 0
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else ""
        # One with TLS was counted before its handshake (`_tls_server.py`).
        if transport.get_extra_info("sslcontext") is None and not take_connection(self._address):
            self._refuse(503)
            return
        self._wait(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        if self._address is not None:
            give_back_connection(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, in pieces that are counted."""
        for start in range(0, len(data), MAX_URL_BYTES):
            if self._refused or self.transport.is_closing():
                return
            piece = data[start : start + MAX_URL_BYTES]
            if self._in_head and self._timer is None:
                self._wait(HEADER_SECONDS)
            self._head_bytes += len(piece)
            super().data_received(piece)
            if self._head_bytes > MAX_HEADER_BYTES:
                self._refuse(431)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True

    def on_url(self, url: bytes) -> None:
        """A part of the path and query."""
        super().on_url(url)
        if len(self.url) > MAX_URL_BYTES:
            self._refuse(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header or trailer."""
        super().on_header(name, value)
        if len(self.headers) > MAX_HEADERS:
            self._refuse(431)

    def on_headers_complete(self) -> None:
        """The request may be answered."""
        self._stop_waiting()
        self._in_head = False
        self._head_bytes = 0
        if len(self.pipeline) >= MAX_PIPELINED:
            self._refuse(503)
        if not self._refused and not self.transport.is_closing():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of a body."""
        self._head_bytes = 0
        if self._refused or self.cycle is None:
            return
        if self.cycle.response_complete:
            self._unread += len(body)
            if self._unread > MAX_UNREAD_BYTES:
                self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is over, its body included."""
        self._stop_waiting()
        self._in_head, self._head_bytes, self._unread = True, 0, 0
        if self._refused or self.cycle is None:
            return
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is sent."""
        super().on_response_complete()
        if not self._in_head and not self._refused:
            # Its body still comes.
            self._wait(UNREAD_SECONDS)

    def send_400_response(self, msg: str) -> None:
        """What came is no request; said once."""
        if not self._refused:
            self._refused = True
            self._stop_waiting()
            super().send_400_response(msg)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self._too_slow)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._in_head and self.cycle is not None and not self.cycle.response_complete:
            # A request that follows one whose answer takes long; its bytes may not have been read yet.
            self._wait(HEADER_SECONDS)
        elif self._in_head and self._head_bytes:
            self._refuse(408)
        elif not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, status: int) -> None:
        """Answer, if nothing is being answered, and close."""
        if self._refused:
            return
        self._refused = True
        self._stop_waiting()
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:
            body = f'{{"detail":"{_DETAILS[status]}"}}'.encode()
            head = (
                f"HTTP/1.1 {status} {_TEXTS[status].decode()}\r\ncontent-type: application/json\r\n"
                f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        for pending in (self.cycle, *(cycle for cycle, _ in self.pipeline)):
            if pending is not None:
                # Nothing of their answers can be sent any more.
                pending.disconnected = True
                pending.message_event.set()
        self.transport.close()
