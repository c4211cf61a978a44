"""Killing the plugin process at a chosen moment: at a database write (embedded) or at an HTTP call (server)."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

import psutil

Moment = Literal["before", "after"]

KILL_VARIABLE = "LOCKYARD_TEST_KILL"

KILLED = "killed"
"""File beside the patch that the plugin leaves just before it kills itself."""

# Python runs this at the start of every process that has the folder on PYTHONPATH; only the plugin acts on it.
_SITECUSTOMIZE = f'''
import os, signal, sys

wanted = os.environ.get("{KILL_VARIABLE}")
if wanted and "pulumi.dynamic" in sys.orig_argv:
    import itertools, pathlib
    from contextlib import contextmanager
    from lockyard_registry.store import Store

    moment, _, number = wanted.partition(":")
    writes, original = itertools.count(1), Store.write

    def kill():
        pathlib.Path(__file__).with_name("{KILLED}").touch()
        os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def write(self, *arguments, **named):
        mine = next(writes) == int(number)
        with original(self, *arguments, **named) as connection:
            yield connection
            if mine and moment == "before":
                kill()
        if mine and moment == "after":
            kill()

    Store.write = write
'''


def kill_at_write(folder: Path, moment: Moment, number: int) -> dict[str, str]:
    """Variables that make the plugin kill itself at its `number`-th database write, before or after the commit."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath(KILLED).unlink(missing_ok=True)
    folder.joinpath("sitecustomize.py").write_text(_SITECUSTOMIZE)
    return {"PYTHONPATH": str(folder), KILL_VARIABLE: f"{moment}:{number}"}


class KillingProxy:
    """An HTTP proxy in front of a registry that kills whoever makes the `number`-th call.

    Args:
        target: Address of the registry server.
        moment: Kill before the call is passed on, or after the registry did its work and before its answer is.
        number: Which writing call, from 1; reads do not count.

    Attributes:
        killed: Whether it happened.
    """

    def __init__(self, target: str, moment: Moment, number: int) -> None:
        self._target = urlsplit(target).netloc
        self._moment, self._number, self._calls = moment, number, 0
        self._lock = threading.Lock()
        self.killed = False
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass_on(self) -> None:
                proxy._handle(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        with self._lock:
            writes = request.command != "GET"
            self._calls += writes
            mine = writes and self._calls == self._number
        if mine and self._moment == "before":
            self._kill(request.client_address[1])
            request.close_connection = True
            return
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        upstream = http.client.HTTPConnection(self._target, timeout=30)
        # The same Host, so that absolute addresses in answers lead through the proxy again.
        upstream.request(request.command, request.path, body or None, dict(request.headers))
        answer = upstream.getresponse()
        content = answer.read()
        if mine:
            self._kill(request.client_address[1])
            request.close_connection = True
            return
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
        upstream.close()

    def _kill(self, port: int) -> None:
        """Kills the process at the other end of the connection."""
        for connection in psutil.net_connections(kind="tcp"):
            # Both ends: another process may have the same port for a connection to somebody else.
            ends = [end.port for end in (connection.laddr, connection.raddr) if end]
            if ends == [port, self._server.server_address[1]] and connection.pid not in (None, os.getpid()):
                os.kill(connection.pid, signal.SIGKILL)
                self.killed = True
                return
        raise AssertionError(f"nobody holds port {port}")
