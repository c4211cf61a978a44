"""The invoke endpoint: requests to workloads (workload-api §19)."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from .. import operations
from ._paths import API_PATH
from ._requests import Call, CallOf, request_id_of
from ._routing import Routes

_PATH = "/endpoints/workloads/{id}"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_PINNED = b"protonId"
_BELOW = f"{API_PATH}{_PATH}/".count("/")  # slashes before what is the workload's own


def add_routes(routes: Routes) -> None:
    """Declare the routes."""
    for method in _METHODS:
        routes.add_forwarded(method, _PATH, _invoke)


async def _invoke(call: CallOf, id: str) -> Response:
    """Forward a request to the workload's primary container and stream its answer back.

    The path below the workload's, the query and the body arrive as they were sent; the caller's token does not. With
    `protonId` in the query it goes to that generation.
    """
    query, pinned = _pinned(call.request.scope["query_string"])
    target = await run_in_threadpool(operations.invocation_target, call.registry, call.caller, id, pinned)
    path = b"/" + b"".join(call.request.scope["raw_path"].split(b"/", _BELOW)[_BELOW:])
    return await call.request.app.state.forwarder.forward(call.request, target, path, query, _origin(call, id))


def _origin(call: Call, id: str) -> list[tuple[bytes, bytes]]:
    scheme, _, host = call.origin.partition("://")
    client = call.request.client.host if call.request.client else ""
    return [
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-host", host.encode()),
        (b"x-forwarded-proto", scheme.encode()),
        (b"x-forwarded-prefix", f"{API_PATH}{_PATH.replace('{id}', id)}".encode()),
        (b"x-request-id", request_id_of(call.request).encode()),
    ]


def _pinned(query: bytes) -> tuple[bytes, str | None]:
    """The query without `protonId`, and its value."""
    kept: list[bytes] = []
    pinned: str | None = None
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name == _PINNED:
            pinned = unquote_to_bytes(value).decode("utf-8", "replace")
        elif part:
            kept.append(part)
    return b"&".join(kept), pinned
