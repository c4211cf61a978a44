"""Certificate and key of a server."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from uvicorn.loops.auto import auto_loop_factory

from lockyard.contract import ConfigurationError

HANDSHAKE_SECONDS: Final = 10.0
"""How long a TLS handshake may take. Only then is a connection handed to the server, which counts it."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What HTTPS needs.

    Attributes:
        certificate: PEM file with the certificate and those between it and the authority.
        key: PEM file with its private key.
    """

    certificate: Path
    key: Path

    def check(self) -> None:
        """Try the files out.

        Raises:
            ConfigurationError: They cannot be read or do not belong together.
        """
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key)
        except (OSError, ssl.SSLError) as error:
            why = error.strerror or str(error)
            raise ConfigurationError(
                f"cannot serve HTTPS with {self.certificate} and {self.key} ({why}): name a PEM certificate and its key"
            ) from None


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Uvicorn's usual event loop, but TLS handshakes end in time: uvicorn has no option for it, and 60 s by default."""
    loop: Any = auto_loop_factory()()
    create_server = loop.create_server

    async def bounded(*args: Any, ssl: ssl.SSLContext | None = None, **options: Any) -> asyncio.Server:
        if ssl is not None:
            options["ssl_handshake_timeout"] = HANDSHAKE_SECONDS
        return await create_server(*args, ssl=ssl, **options)

    loop.create_server = bounded
    return loop
