"""One line in the log and one count for every request."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ._metrics import ServerMetrics

# Asked every few seconds by machines: counted, but not logged.
_QUIET = frozenset({"/healthz", "/healthz/", "/readyz", "/readyz/", "/metrics"})
_UNKNOWN_ROUTE = "unknown"
_log = logging.getLogger("lockyard.access")


class Observe:
    """ASGI middleware around everything else.

    The log names method, path, status, time, caller and request id. Never headers, query or bodies: they may hold
    secrets.

    Args:
        app: The application.
        metrics: Where requests are counted.
    """

    def __init__(self, app: ASGIApp, *, metrics: ServerMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and watch its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.under_way.inc()
        try:
            await self._app(scope, receive, watch)
        finally:
            seconds = time.perf_counter() - started
            self._metrics.under_way.dec()
            route = getattr(scope.get("route"), "path", _UNKNOWN_ROUTE).rstrip("/") or "/"
            self._metrics.count(_method(scope), route, status, seconds)
            if scope["path"] not in _QUIET and _log.isEnabledFor(logging.INFO):
                _log.info("request", extra=_line(scope, status, seconds))


def _line(scope: Scope, status: int, seconds: float) -> dict[str, object]:
    state = scope.get("state", {})
    return {
        "method": scope["method"],
        "path": scope["path"],
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
        "request_id": state.get("request_id"),
        "user": state.get("user"),
        "client": (scope.get("client") or ("",))[0],
    }


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _method(scope: Scope) -> str:
    # Anybody may invent methods; each would be a series of its own.
    return scope["method"] if scope["method"] in _METHODS else "OTHER"
