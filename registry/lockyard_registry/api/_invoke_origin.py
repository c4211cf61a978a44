"""Under which host the API is served, and under which its workloads (`--invoke-url`); what this server sent itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lockyard.contract import ConfigurationError, read_origin

from ._paths import API_PATH

INVOKE_PATH: Final = f"{API_PATH}/endpoints/workloads"
_LOOP: Final = "The request came from this registry itself: the workload's reported address leads back to it"

Refusal = tuple[int, str]


def own_hop(registry_id: str) -> bytes:
    """What this server writes into `Via` of the requests that it forwards."""
    return f"1.1 lockyard-{registry_id}".encode()


class InvokeOrigin:
    """Which requests are not for this server, or not under the host that they came with.

    Args:
        registry_id: the registry's.
        url: the origin of workloads, such as `https://models.example`; None: the API's own.

    Raises:
        ConfigurationError: the URL is no origin.
    """

    def __init__(self, registry_id: str, url: str | None = None) -> None:
        self._hop = own_hop(registry_id)
        try:
            self.url = None if url is None else read_origin(url)
        except ValueError as error:
            raise ConfigurationError(f"--invoke-url {error}") from None
        self._host = None if self.url is None else self.url.partition("://")[2].encode()
        self._default_port = b":%d" % (80 if self.url and self.url.startswith("http://") else 443)

    def refusal(self, path: str, headers: Iterable[tuple[bytes, bytes]]) -> Refusal | None:
        """Status and sentence for what is not answered here.

        Args:
            path: the request's path.
            headers: its headers.
        """
        hosts: list[bytes] = []
        for name, value in headers:
            if name == b"host":
                # A dot at its end leaves a name what it is.
                hosts.append(value.lower().removesuffix(self._default_port).removesuffix(b"."))
            elif name == b"via" and self._hop in value:
                return 508, _LOOP
        if self._host is None:
            return None
        if len(hosts) > 1:
            return 400, "The request names more than one host"
        invokes = path == INVOKE_PATH or path.startswith(f"{INVOKE_PATH}/")
        if invokes and hosts != [self._host]:
            return 421, f"Workloads are invoked at {self.url}{INVOKE_PATH}/…"
        if not invokes and hosts == [self._host]:
            return 421, "Only workloads are invoked under this host: the API is under another one"
        return None
