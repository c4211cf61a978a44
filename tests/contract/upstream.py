"""A workload for the invoke endpoint to forward to: says what it got, and misbehaves when asked to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Workload(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self._body()
        path = self.path.partition("?")[0]
        if path == "/redirect":
            self._send(302, b"elsewhere", [("Location", "http://elsewhere.example/login")])
        elif path == "/fails":
            self._send(
                418, b"short and stout", [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("X-Request-Id", "mine")]
            )
        elif path == "/hops":
            hops = [("Connection", "X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "timeout=9"), ("X-End", "2")]
            self._send(200, b"{}", [*hops, ("Cache-Control", "max-age=60")])
        elif path == "/stream":
            self._stream()
        elif path == "/silent":
            time.sleep(3)
            self._send(200, b"late", [])
        else:
            got = {
                "method": self.command,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body.decode("utf-8", "replace"),
            }
            self._send(200, json.dumps(got).encode(), [("Content-Type", "application/json")])

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = _answer

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts: list[bytes] = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, status: int, content: bytes, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(content)))]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for word in (b"one", b"two", b"three"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(word), word))
            self.wfile.flush()
            self.server.gate.wait(10)  # type: ignore[attr-defined]
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running_workload() -> Iterator[tuple[str, threading.Event]]:
    """Its address, and the event that lets `/stream` go on after its first word."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Workload)
    server.daemon_threads = True
    server.gate = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server.gate  # type: ignore[attr-defined]
    finally:
        server.gate.set()  # type: ignore[attr-defined]
        server.shutdown()
        server.server_close()
