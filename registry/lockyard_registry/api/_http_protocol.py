"""What the server's parser and its trust in proxies hide: the request line's target, and who is connected."""

from __future__ import annotations

import os
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_TARGET = "request_target"
_PEER = "peer"
# Uvicorn's variable with the proxies whose `X-Forwarded-*` it believes; without it, whoever is on this machine.
_TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"


class HttpProtocol(HttpToolsProtocol):
    """HTTP as uvicorn speaks it; also keeps the request target, and who is connected."""

    def on_headers_complete(self) -> None:
        """Called before the request is answered."""
        state: Any = self.scope.setdefault("state", {})
        # Without fragment, and apart from the query, is how the application gets it.
        state[_TARGET] = self.url
        state[_PEER] = (self.client[0] if self.client else "", self.scheme)
        super().on_headers_complete()


def request_target(scope: Scope) -> bytes:
    """The request target of a request.

    Args:
        scope: the request's.
    """
    kept = scope.get("state", {}).get(_TARGET)
    if kept is not None:
        return kept
    query = scope["query_string"]
    return scope["raw_path"] + (b"?" + query if query else b"")


def peer(scope: Scope) -> tuple[str, str]:
    """Address and scheme of whoever sends a request, as far as nobody could have made them up.

    Args:
        scope: the request's.
    """
    kept = scope.get("state", {}).get(_PEER)
    if kept is not None and not os.environ.get(_TRUSTED_PROXIES):
        return kept
    return (scope.get("client") or ("",))[0], scope["scheme"]
