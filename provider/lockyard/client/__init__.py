"""How to talk to a registry: one interface, over HTTP or in this process; documents and errors are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._connect import connect, connect_from_environment
from ._embedded import EmbeddedRegistryClient
from ._protocol import Identity, Kind, RegistryClient
from ._retry import RetryPolicy
from ._settings import EMBEDDED, Settings, load_settings

if TYPE_CHECKING:
    from ._http import HttpRegistryClient

__all__ = [
    "EMBEDDED",
    "EmbeddedRegistryClient",
    "HttpRegistryClient",
    "Identity",
    "Kind",
    "RegistryClient",
    "RetryPolicy",
    "Settings",
    "connect",
    "connect_from_environment",
    "load_settings",
]


def __getattr__(name: str) -> Any:
    # httpx costs a tenth of a second at import; whoever uses the embedded registry never needs it.
    if name == "HttpRegistryClient":
        from ._http import HttpRegistryClient

        return HttpRegistryClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
