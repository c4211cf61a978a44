"""Certificate and key of a server."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from lockyard.contract import ConfigurationError


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
