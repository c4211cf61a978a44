"""A server with one running workload behind it, and an upstream that keeps what arrives, byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from lockyard.client import EmbeddedRegistryClient
from lockyard_registry import open_registry
from lockyard_registry.api import create_app, running_server

from .world import INVOKE_HOSTS, TOKEN, runtime, spec

# One connection carries one request, so the server must not keep it for another.
OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
Answer = bytes | Callable[[socket.socket], None]


class Place:
    """A server with one running workload, and a way to say where that is."""

    def __init__(self, registry: Any, url: str, http: httpx.Client) -> None:
        self.client = EmbeddedRegistryClient(registry=registry)
        self.registry = registry
        artifact = self.client.create_artifact({"name": "a", "spec": spec()})
        body = {"name": "w", "artifactId": artifact["id"], "runtime": runtime()}
        self.workload = self.client.create_workload(body)
        self.api = url
        self.path = f"/api/v2/endpoints/workloads/{self.workload['id']}"
        self.url = f"{url}/endpoints/workloads/{self.workload['id']}"
        self.http = http
        self._number = 0

    def report(self, address: str) -> dict[str, Any]:
        """A report with an address of the workload."""
        self._number += 1
        return {
            "artifactId": self.workload["artifactId"],
            "phase": "ready",
            "observedAt": f"2026-01-01T{self._number // 3600:02}:{self._number // 60 % 60:02}:{self._number % 60:02}Z",
            "internalUrl": address,
        }

    def at(self, address: str) -> None:
        """Lets the workload be somewhere."""
        assert self.client.report_workload(self.workload["id"], self.report(address))["accepted"]

    def send(self, target: bytes, *headers: bytes, method: bytes = b"GET", body: bytes = b"") -> bytes:
        """Sends a request byte by byte as it is, below the workload's path; gives all that comes back."""
        return self.send_target(self.path.encode() + target, *headers, method=method, body=body)

    def send_target(
        self, target: bytes, *headers: bytes, method: bytes = b"GET", body: bytes = b"", host: bytes = b"registry"
    ) -> bytes:
        """The same with the whole request target."""
        lines = (b"Host: " + host, b"Connection: close", f"Authorization: Bearer {TOKEN}".encode(), *headers)
        request = method + b" " + target + b" HTTP/1.1\r\n" + b"".join(line + b"\r\n" for line in lines)
        address = httpx.URL(self.api)
        with socket.create_connection((address.host, address.port or 80), timeout=30) as connection:
            connection.sendall(request + b"\r\n" + body)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@contextmanager
def place(folder: Path, *, token: str = TOKEN, **settings: Any) -> Iterator[Place]:
    """A server of its own."""
    with ExitStack() as stack:
        registry = open_registry(folder / "registry.db")
        stack.callback(registry.close)
        app = create_app(registry, token=token, **{"invoke_hosts": INVOKE_HOSTS, **settings})
        url = stack.enter_context(running_server(app))
        http = stack.enter_context(httpx.Client(headers={"Authorization": f"Bearer {token}"}))
        yield Place(registry, url, http)


class Upstream:
    """Takes connections, keeps each request's bytes, and answers what the test says."""

    def __init__(self, listener: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.port = listener.getsockname()[1]
        self.requests: list[bytes] = []
        self.answer: Answer = OK
        self._listener = listener

    def arrived(self) -> bytes:
        """The one request since this was asked last."""
        (request,) = self.requests
        self.requests.clear()
        return request

    def serve(self) -> None:
        """Until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(10)
            try:
                got = b""
                while not _complete(got):
                    part = connection.recv(65536)
                    if not part:
                        return
                    got += part
                self.requests.append(got)
                if isinstance(self.answer, bytes):
                    connection.sendall(self.answer)
                else:
                    self.answer(connection)
            except OSError:
                return


def _complete(got: bytes) -> bool:
    head, end, body = got.partition(b"\r\n\r\n")
    lowered = head.lower()
    if b"\r\ntransfer-encoding: chunked" in lowered:
        return body.endswith(b"0\r\n\r\n")
    length = next((line[15:] for line in lowered.split(b"\r\n") if line.startswith(b"content-length:")), b"0")
    return bool(end) and len(body) >= int(length)


@contextmanager
def upstream() -> Iterator[Upstream]:
    """An upstream of its own; one connection carries one request."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        made = Upstream(listener)
        thread = threading.Thread(target=made.serve, daemon=True)
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)


def head_of(answer: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and what follows."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    return int(first.split(" ")[1]), headers, body
