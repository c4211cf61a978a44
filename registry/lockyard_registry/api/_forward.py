"""Forwards requests to workloads and streams their answers back (workload-api §19, R129)."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import httpcore
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Send

from lockyard.contract import ApiError, BadRequestError, InternalUrl, ServerFaultError, fully_decoded, read_internal_url

from ._addresses import CheckedConnections, refused
from ._forward_headers import (
    ANSWER_HEADERS,
    REQUEST_HEADERS,
    ForwardedHeaders,
    Headers,
    answer_length,
    forwarded_headers,
    framing,
)
from ._gate import MAX_BODY_BYTES, TOO_LARGE_MESSAGE
from ._invoke_hosts import InvokeHosts

_KEPT_CONNECTIONS = 50
# Less than uvicorn's 5 s, which model servers use: a request on a connection that the workload just closed is lost.
_KEPT_SECONDS = 4.0
# An answer of its own begins at 200; what comes before it is between two hops.
_STATUSES = range(200, 600)
_VERSIONS = (b"HTTP/1.0", b"HTTP/1.1")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_HTTP = "The workload's answer is no HTTP that can be passed on"
_log = logging.getLogger("lockyard.registry")


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a forwarded request may take, in seconds.

    Attributes:
        connect: until the workload takes the connection.
        idle: without a byte in either direction; a model may think that long before its first word.
        total: for everything.
    """

    connect: float = 5.0
    idle: float = 300.0
    total: float = 3600.0


DEFAULT_DEADLINES = Deadlines()


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What is sent to a workload.

    Attributes:
        target: path and query as they were sent, below the workload's own base path.
        added: headers that the server adds.
        token: the caller's, which may be nowhere in it.
    """

    target: bytes
    added: Headers
    token: bytes = field(repr=False)


class Forwarder:
    """Sends requests on.

    Args:
        hosts: the hosts that may be asked.
        headers: names of headers that are forwarded besides the usual ones.
        sandboxed: answers share the API's origin, so browsers shall give them none.
        deadlines: how long it may take.

    Raises:
        ConfigurationError: a header cannot be forwarded.
    """

    def __init__(
        self, hosts: InvokeHosts, headers: tuple[str, ...] = (), *, sandboxed: bool = True, deadlines: Deadlines
    ) -> None:
        self._deadlines = deadlines
        self._connections = CheckedConnections(hosts)
        self._for_workload = forwarded_headers(REQUEST_HEADERS, headers)
        self._for_caller = _Answers(forwarded_headers(ANSWER_HEADERS, headers), sandboxed)
        # Connections belong to the event loop that opened them.
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, httpcore.AsyncConnectionPool] = WeakKeyDictionary()

    async def forward(self, request: Request, address: str, sent: Forwarded) -> Response:
        """Send a request on and answer what comes back; redirects are not followed, nothing is rewritten.

        Args:
            request: the request.
            address: the workload's address, as it was reported.
            sent: what the workload gets.

        Raises:
            ApiError: 400: the request would give the caller's token away; 413: the body is too large; 502: the workload
                cannot be reached, or does not speak HTTP; 503: its address cannot be used; 504: it took too long.
        """
        ends = time.monotonic() + self._deadlines.total
        try:
            url = read_internal_url(address)
        except ValueError as error:
            raise refused(str(error)) from None
        headers = [*self._for_workload.of(request.headers.raw), *sent.added]
        _refuse_token(sent, headers)
        port = (request.scope.get("server") or (None, None))[1]
        if port is not None:
            self._connections.own_ports.add(port)
        try:
            async with asyncio.timeout(self._deadlines.total):
                answer = await self._pool().handle_async_request(self._request(request, url, sent, headers))
        except (TimeoutError, httpcore.TimeoutException):
            raise ServerFaultError("The workload did not answer in time", status=504) from None
        except httpcore.RemoteProtocolError:
            raise ServerFaultError(_NOT_HTTP, status=502) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise ServerFaultError("The workload cannot be reached at its reported address", status=502) from None
        except ClientDisconnect:
            # Nobody is there to read it.
            return Response(status_code=400)
        try:
            headers = self._for_caller.headers(answer)
        except ValueError:
            await answer.aclose()
            raise ServerFaultError(_NOT_HTTP, status=502) from None
        request.scope["state"]["forwarded"] = True
        return _Streamed(answer, headers, ends)

    def _request(self, request: Request, url: InternalUrl, sent: Forwarded, headers: Headers) -> httpcore.Request:
        limits, body = self._deadlines, framing(request.headers.raw)
        timeout = {"connect": limits.connect, "pool": limits.connect, "read": limits.idle, "write": limits.idle}
        return httpcore.Request(
            request.method,
            # From its parts: a URL that is read from a text would have its path put in order.
            httpcore.URL(
                scheme=url.scheme.encode(),
                host=url.host.encode(),
                port=url.port,
                target=url.path.encode() + sent.target,
            ),
            headers=[(b"host", url.authority.encode()), *headers, *body],
            content=_body(request) if body else None,
            extensions={"timeout": timeout, "sni_hostname": url.host.removesuffix(".")},
        )

    def _pool(self) -> httpcore.AsyncConnectionPool:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = httpcore.AsyncConnectionPool(
                max_connections=None,
                max_keepalive_connections=_KEPT_CONNECTIONS,
                keepalive_expiry=_KEPT_SECONDS,
                network_backend=self._connections,
            )
            self._pools[loop] = pool
        return pool


@dataclass(frozen=True, slots=True)
class _Answers:
    """What callers get to see of a workload's answer."""

    forwarded: ForwardedHeaders
    sandboxed: bool

    def headers(self, answer: httpcore.Response) -> Headers:
        """Its headers, and what tells browsers not to trust it.

        Raises:
            ValueError: it is no answer that can be passed on.
        """
        if answer.status not in _STATUSES or answer.extensions.get("http_version") not in _VERSIONS:
            raise ValueError("the status line means nothing")
        forwarded = self.forwarded.of(answer.headers)
        if any(_CONTROL.search(value) for _, value in forwarded):
            raise ValueError("a header holds control characters")
        ours = [(b"x-content-type-options", b"nosniff")]
        if self.sandboxed:
            ours.append((b"content-security-policy", b"sandbox"))
        return [*forwarded, *answer_length(answer.status, answer.headers), *ours]


class _Streamed(StreamingResponse):
    """A workload's answer as it comes. One that breaks off breaks off for the caller, too."""

    def __init__(self, answer: httpcore.Response, headers: Headers, ends: float) -> None:
        super().__init__(_chunks(answer, ends), answer.status)
        self.raw_headers = headers

    async def stream_response(self, send: Send) -> None:
        """Sends it; no end is sent of what has none, so that the server closes the connection."""
        try:
            await super().stream_response(send)
        except (TimeoutError, httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            _log.warning("a workload's answer broke off (%s)", type(error).__name__)


async def _body(request: Request) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise ApiError(TOO_LARGE_MESSAGE, status=413)
        if chunk:
            yield chunk


async def _chunks(answer: httpcore.Response, ends: float) -> AsyncIterator[bytes]:
    chunks = aiter(answer.aiter_stream())
    try:
        while True:
            try:
                yield await asyncio.wait_for(anext(chunks), max(0.0, ends - time.monotonic()))
            except StopAsyncIteration:
                return
    finally:
        # A caller who went away must not leave the workload computing for nobody.
        await asyncio.shield(answer.aclose())


def _refuse_token(sent: Forwarded, headers: Headers) -> None:
    texts = [sent.target, *(value for _, value in headers)]
    if sent.token and any(sent.token in text or sent.token in fully_decoded(text) for text in texts):
        raise BadRequestError(
            "The request holds the registry's token outside of its Authorization header: the workload would see it"
        )
