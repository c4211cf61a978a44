"""The invoke endpoint: requests to workloads (workload-api §19)."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from lockyard.contract import BadRequestError, invoke_path_message, invoke_query_message

from .. import operations
from ._forward import Forwarded
from ._forward_headers import Headers
from ._http_protocol import peer, request_target
from ._invoke_origin import own_hop
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

    The path below the workload's, the query and the body arrive as they were sent, or are refused; the caller's token
    does not arrive. With `protonId` in the query it goes to that generation.
    """
    path, mark, query = _below(call.request)
    left, pinned = _pinned(query)
    address = await run_in_threadpool(operations.invocation_target, call.registry, call.caller, id, pinned)
    # A parameter of the registry's that stood alone leaves no question mark behind.
    target = path + (mark + left if left or not query else b"")
    sent = Forwarded(target, _origin(call, id), _token(call.request))
    return await call.request.app.state.forwarder.forward(call.request, address, sent)


def _below(request: Request) -> tuple[bytes, bytes, bytes]:
    """The workload's own path, the question mark, and the query.

    Raises:
        BadRequestError: they are not passed on.
    """
    whole, mark, query = request_target(request.scope).partition(b"?")
    if not whole.startswith(b"/"):
        raise BadRequestError("The request line must name a path: absolute addresses are for proxies")
    path = b"/" + b"".join(whole.split(b"/", _BELOW)[_BELOW:])
    message = invoke_path_message(path)
    if message:
        raise BadRequestError(f"The path below the workload {message}")
    message = invoke_query_message(query)
    if message:
        raise BadRequestError(f"The query {message}")
    return path, mark, query


def _origin(call: Call, id: str) -> Headers:
    client, scheme = peer(call.request.scope)
    if call.invoke_url is not None:
        scheme = call.invoke_url.partition("://")[0]
    host = (call.invoke_url or call.origin).partition("://")[2]
    return [
        (b"x-forwarded-for", client.encode()),
        (b"x-forwarded-host", host.encode()),
        (b"x-forwarded-proto", scheme.encode()),
        (b"x-forwarded-prefix", f"{API_PATH}{_PATH.replace('{id}', id)}".encode()),
        (b"x-request-id", request_id_of(call.request).encode()),
        (b"via", own_hop(call.registry.registry_id)),
    ]


def _token(request: Request) -> bytes:
    found = dict(request.headers.raw).get(b"authorization", b"")
    return found.partition(b" ")[2].strip()


def _pinned(query: bytes) -> tuple[bytes, str | None]:
    """The query without `protonId`, and its value."""
    kept: list[bytes] = []
    pinned: str | None = None
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name == _PINNED:
            pinned = unquote_to_bytes(value).decode("utf-8", "replace")
        else:
            kept.append(part)
    return b"&".join(kept), pinned
