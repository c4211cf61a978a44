"""A deadline for all of a call: connecting, sending, the status line, the headers and the body.

Timeouts of httpx are for each single read, so a server that sends a byte now and then would keep a call for ever.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any, cast

import httpcore
import httpx


class Deadline(float):
    """Seconds as a timeout of httpx, which also know until when."""

    at: float

    def __new__(cls, seconds: float) -> Deadline:
        made = super().__new__(cls, seconds)
        made.at = time.monotonic() + seconds
        return made


def keep_deadlines(client: httpx.Client) -> None:
    """Makes a client's connections end when a `Deadline` that was given as their timeout has passed."""
    found: list[Any] = [client._transport, *client._mounts.values()]  # pyright: ignore[reportPrivateUsage]
    for transport in found:
        # httpx has no public way to say what makes its connections.
        pool = getattr(transport, "_pool", None)
        if isinstance(pool, httpcore.ConnectionPool):
            known = pool._network_backend  # pyright: ignore[reportPrivateUsage]
            pool._network_backend = _Network(known)  # pyright: ignore[reportPrivateUsage]


class _Network(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(host, port, timeout, local_address, cast("Any", socket_options))
        return _Stream(stream)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.connect_unix_socket(path, timeout, cast("Any", socket_options)))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, passed: type[Exception]) -> float | None:
    if not isinstance(timeout, Deadline):
        return timeout
    left = timeout.at - time.monotonic()
    if left <= 0:
        raise passed("the deadline of the call passed")
    return left
