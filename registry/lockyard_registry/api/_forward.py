"""Forwards requests to workloads and streams their answers back (workload-api §19, R129)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from lockyard.contract import ApiError, ServerFaultError

from ._addresses import address_of
from ._forward_headers import Headers, for_caller, for_workload
from ._gate import MAX_BODY_BYTES, TOO_LARGE_MESSAGE

EVERY_HOST = ("*",)
_ALWAYS = httpx.Limits(max_connections=None, max_keepalive_connections=50, keepalive_expiry=15)


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


class Forwarder:
    """Sends requests on.

    Args:
        hosts: patterns of the hosts that may be asked.
        deadlines: how long it may take.
    """

    def __init__(self, hosts: Sequence[str], deadlines: Deadlines) -> None:
        self._hosts = tuple(hosts)
        self._deadlines = deadlines
        # Connections belong to the event loop that opened them.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()

    async def forward(self, request: Request, target: str, path: bytes, query: bytes, added: Headers) -> Response:
        """Send a request on and answer what comes back; redirects are not followed, nothing is rewritten.

        Args:
            request: the request.
            target: the workload's address.
            path: the path at the workload, as it was sent.
            query: the query at the workload, as it was sent.
            added: headers that the server adds.

        Raises:
            ApiError: 413: the body is too large; 502: the workload cannot be reached, or does not speak HTTP; 503: its
                address cannot be used; 504: it took too long.
        """
        ends = time.monotonic() + self._deadlines.total
        try:
            async with asyncio.timeout(self._deadlines.total):
                address = await address_of(target, self._hosts)
                base = address.url.raw_path.partition(b"?")[0].rstrip(b"/")
                url = address.url.copy_with(raw_path=base + path + (b"?" + query if query else b""))
                headers = [(b"host", address.host), *for_workload(request.headers.raw), *added]
                sent = httpx.Request(
                    request.method,
                    url,
                    headers=headers,
                    content=_body(request) if _has_body(request) else None,
                    extensions={"sni_hostname": address.name, "timeout": self._timeout().as_dict()},
                )
                answer = await self._client().send(sent, stream=True)
        except (TimeoutError, httpx.TimeoutException):
            raise ServerFaultError("The workload did not answer in time", status=504) from None
        except (httpx.TransportError, httpx.InvalidURL):
            raise ServerFaultError("The workload cannot be reached at its reported address", status=502) from None
        except ClientDisconnect:
            # Nobody is there to read it.
            return Response(status_code=400)
        forwarded = StreamingResponse(_chunks(answer, ends), answer.status_code)
        forwarded.raw_headers = for_caller(answer.headers.raw)
        request.scope["state"]["forwarded"] = True
        return forwarded

    def _timeout(self) -> httpx.Timeout:
        limits = self._deadlines
        return httpx.Timeout(limits.idle, connect=limits.connect, pool=limits.connect)

    def _client(self) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            # Settings of this machine, such as proxies, are not for workloads.
            client = httpx.AsyncClient(trust_env=False, follow_redirects=False, limits=_ALWAYS)
            self._clients[loop] = client
        return client


async def _body(request: Request) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise ApiError(TOO_LARGE_MESSAGE, status=413)
        if chunk:
            yield chunk


async def _chunks(answer: httpx.Response, ends: float) -> AsyncIterator[bytes]:
    chunks = aiter(answer.aiter_raw())
    try:
        while True:
            try:
                yield await asyncio.wait_for(anext(chunks), max(0.0, ends - time.monotonic()))
            except StopAsyncIteration:
                return
    finally:
        # A caller who went away must not leave the workload computing for nobody.
        await asyncio.shield(answer.aclose())


def _has_body(request: Request) -> bool:
    return "content-length" in request.headers or "transfer-encoding" in request.headers
