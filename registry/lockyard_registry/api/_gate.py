"""What happens to every request before a route sees it, and to what a route lets slip."""

from __future__ import annotations

import json
import logging
import re
import secrets
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lockyard.contract import ApiError, StorageError

from ._bodies import too_large
from ._identify import Authenticator
from ._invoke_origin import InvokeOrigin
from ._throttle import Throttle

MAX_BODY_BYTES = 16 * 1024 * 1024
"""Of what is for a workload; a route of the registry's own takes less (`_bodies.py`)."""

CLIENT_GONE = 499
"""Status, in log and numbers, of a request whose client went away before all of it was sent; nginx made it known."""

# Answers are data for programs: no browser shall guess a type, keep them, show them in a frame or load anything.
_SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)

# How much of a body that is too large is still read, so that the client gets to see the answer.
_DRAINED_BYTES = MAX_BODY_BYTES
# What is for a workload; its paths are its own affair.
_FORWARDED = re.compile(rb"^/api/v2/endpoints/workloads/[0-9a-f]{24}/.*$", re.DOTALL)
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_log = logging.getLogger("lockyard.registry")


class Gate:
    """ASGI middleware around the whole application.

    Args:
        app: The application.
        authenticator: Recognises who calls under `api_path`.
        api_path: Everything below this path needs a token.
        origin: Under which host what is served.
        throttle: Limits how often one caller may ask; None for no limit.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        authenticator: Authenticator,
        api_path: str,
        origin: InvokeOrigin,
        throttle: Throttle | None = None,
    ) -> None:
        self._app = app
        self._authenticator = authenticator
        self._api_path = api_path
        self._origin = origin
        self._throttle = throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = _request_id(headers.get(b"x-request-id"))
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                # The answer of a workload brings its own (`_forward.py`).
                own = () if scope["state"].get("forwarded") else _SECURITY_HEADERS
                added = [*own, (b"x-request-id", request_id.encode())]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        try:
            refusal = await self._refusal(scope, headers)
            if refusal is None:
                await self._app(scope, receive, answer)
                return
            status, body, more = refusal
            if status == 413:
                await _drain(receive)
            await _respond(answer, status, body, more)
        except ClientDisconnect:
            # Nobody reads this answer; the log and the numbers show that the server did not fail.
            if not started:
                await _respond(answer, CLIENT_GONE, {"detail": "The client went away"}, [])
        except Exception:
            # The text of an unforeseen error is for the log alone; it may hold anything.
            _log.exception("%s %s failed (request %s)", scope["method"], scope["path"], request_id)
            if not started:
                detail = f"Internal server error (request {request_id})"
                await _respond(answer, 500, {"detail": detail}, [])

    async def _refusal(
        self, scope: Scope, headers: dict[bytes, bytes]
    ) -> tuple[int, dict[str, Any], list[tuple[bytes, bytes]]] | None:
        path: str = scope["path"]
        misdirected = self._origin.refusal(path, scope["headers"])
        if misdirected is not None:
            status, detail = misdirected
            return status, {"detail": detail}, []
        if path != self._api_path and not path.startswith(f"{self._api_path}/"):
            return None
        try:
            known = await self._identified(scope, headers.get(b"authorization", b""))
        except ApiError as error:
            return error.status, error.body(), []
        except StorageError as error:
            return 503, {"detail": f"{error} (request {scope['state']['request_id']})"}, []
        wait = self._throttle.seconds_to_wait(_caller(scope, known)) if self._throttle else 0
        if wait:
            body = {"detail": f"Too many requests: try again in {wait} s"}
            return 429, body, [(b"retry-after", str(wait).encode())]
        if not known:
            return 401, {"message": "Invalid API key"}, [(b"www-authenticate", b"Bearer")]
        # Servers decode %2F before routing; an id that holds one must not become another path (R10).
        raw_path: bytes = scope.get("raw_path", b"")
        if b"%" in raw_path and b"%2f" in _FORWARDED.sub(b"", raw_path).lower():
            return 404, {"detail": "Not Found"}, []
        length = headers.get(b"content-length", b"")
        if length.isdigit() and int(length) > MAX_BODY_BYTES:
            return 413, {"detail": TOO_LARGE_MESSAGE}, [(b"connection", b"close")]
        return None

    async def _identified(self, scope: Scope, authorization: bytes) -> bool:
        scheme, _, sent = authorization.partition(b" ")
        token = sent.strip()
        if scheme.lower() != b"bearer" or not token or not token.isascii():
            return False
        identity = await self._authenticator.identify(token.decode())
        if identity is None:
            return False
        scope["state"]["identity"] = identity
        scope["state"]["user"] = identity.username
        return True


TOO_LARGE_MESSAGE = too_large(MAX_BODY_BYTES)


def _request_id(sent: bytes | None) -> str:
    # A foreign id goes into logs and headers, so only harmless characters are taken over.
    return sent.decode() if sent is not None and _REQUEST_ID.fullmatch(sent) else secrets.token_hex(16)


def _caller(scope: Scope, known: bool) -> str:
    # Whoever guesses tokens is counted by address, or every guess would be a new caller; a user is counted once.
    if known:
        return f"user {scope['state']['identity'].user_id}"
    return str((scope.get("client") or ("",))[0])


async def _drain(receive: Receive) -> None:
    read = 0
    while read <= _DRAINED_BYTES:
        message = await receive()
        read += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


async def _respond(send: Send, status: int, body: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> None:
    content = json.dumps(body, separators=(",", ":")).encode()
    fixed = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": fixed + headers})
    await send({"type": "http.response.body", "body": content})
