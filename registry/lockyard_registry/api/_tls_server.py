"""Accepts connections with TLS: they count before their handshake, which ends in time."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from uvicorn.loops.auto import auto_loop_factory

from ._connection import give_back_connection, take_connection

HANDSHAKE_SECONDS: Final = 10.0
"""How long a TLS handshake may take."""

_PAUSE_SECONDS = 0.1  # after the system refused to accept, since no more files may be opened


class TlsServer(asyncio.AbstractServer):
    """What listens on a socket.

    An event loop's own server hands a connection over after its handshake only, and lets any number of them wait.

    Args:
        loop: the event loop, which runs.
        protocol: makes the protocol of a connection.
        listener: a socket that listens.
        context: certificate and key.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        protocol: Callable[[], asyncio.Protocol],
        listener: socket.socket,
        context: ssl.SSLContext,
    ) -> None:
        listener.setblocking(False)
        self._loop, self._protocol, self._listener, self._context = loop, protocol, listener, context
        self._handshakes: set[asyncio.Task[None]] = set()
        self._accepting = loop.create_task(self._accept())

    def close(self) -> None:
        """Accept no more; handshakes under way are given up."""
        for task in (self._accepting, *self._handshakes):
            task.cancel()

    async def wait_closed(self) -> None:
        """Wait until nothing is under way any more."""
        await asyncio.wait({self._accepting, *self._handshakes})

    async def _accept(self) -> None:
        while True:
            try:
                connection, peer = await self._loop.sock_accept(self._listener)
            except OSError:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            address = str(peer[0])
            if take_connection(address):
                task = self._loop.create_task(self._shake_hands(connection, address))
                self._handshakes.add(task)
                task.add_done_callback(self._handshakes.discard)
            else:
                # It cannot be told why: that would need a handshake.
                connection.close()
                give_back_connection(address)

    async def _shake_hands(self, connection: socket.socket, address: str) -> None:
        done = False
        try:
            with suppress(OSError):
                await self._loop.connect_accepted_socket(
                    self._protocol, connection, ssl=self._context, ssl_handshake_timeout=HANDSHAKE_SECONDS
                )
                done = True  # the protocol counts its end
        finally:
            if not done:
                give_back_connection(address)


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Uvicorn's usual event loop, but connections with TLS are accepted as above: uvicorn has no option for it."""
    loop: Any = auto_loop_factory()()
    create_server = loop.create_server

    async def bounded(
        protocol: Callable[[], asyncio.Protocol],
        *,
        sock: socket.socket,
        ssl: ssl.SSLContext | None = None,
        **options: Any,
    ) -> asyncio.AbstractServer:
        if ssl is not None:
            return TlsServer(loop, protocol, sock, ssl)
        return await create_server(protocol, sock=sock, **options)

    loop.create_server = bounded
    return loop
