"""What routes take from a request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Depends
from starlette.requests import Request

from lockyard.contract import ApiError, Problem, ValidationFailedError, repeated_problem

from ..lifecycle import Caller, Registry
from ..people import Identity
from ._bodies import MAX_JSON_BYTES, SMALL_BODY_BYTES, too_large
from ._json_bodies import parsed
from ._paths import API_PATH

BODY_SECONDS = 30.0
"""How long a request body may take to arrive."""

# What a Host header may look like before it becomes part of an answer.
_HOST = re.compile(r"[A-Za-z0-9._\-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


class Call:
    """One request.

    Args:
        request: The request.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        self.registry: Registry = request.app.state.registry
        self.additions: bool = request.app.state.additions
        self.origin = _origin(request)
        self.invoke_url: str | None = request.app.state.invoke_url

    @property
    def caller(self) -> Caller:
        """Who calls, and the address under which they see the API."""
        who: Identity = self.request.state.identity
        return Caller(
            who.user_id,
            who.username,
            f"{self.origin}{API_PATH}",
            request_id_of(self.request),
            groups=who.groups,
            administrator=who.administrator,
            read_only=who.read_only,
            wants_actions=self.additions,
            invoke_url=None if self.invoke_url is None else f"{self.invoke_url}{API_PATH}",
        )

    @property
    def listing_caller(self) -> Caller:
        """The same for lists, whose objects say what may be done with them only if the query asks (our addition).

        Raises:
            ValidationFailedError: The query says neither true nor false.
        """
        asked = self.additions and self._flag("allowedActions")
        return replace(self.caller, wants_actions=asked, takes_stored=not asked)

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query parameters in order."""
        return self.request.query_params.multi_items()

    @property
    def facets(self) -> list[str]:
        """What shall be counted over all that match a list (our addition)."""
        given = self.request.query_params.getlist("facets") if self.additions else []
        return [name for text in given for name in text.split(",")]

    @property
    def if_match(self) -> str | None:
        """The ETag that the caller's edit was made on (our addition)."""
        return self._header("If-Match")

    @property
    def idempotency_key(self) -> str | None:
        """The key of a creation that may be repeated (our addition)."""
        return self._header("Idempotency-Key")

    @property
    def claim(self) -> int | None:
        """The claim that the caller knows (our addition).

        Raises:
            ValidationFailedError: It is no number.
        """
        text = self._header("Lockyard-Claim")
        if text is None:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            raise ValidationFailedError(problems=[Problem("Lockyard-Claim", "must be a whole number", "int_parsing")])
        return int(text)

    @property
    def force(self) -> bool:
        """Whether a deletion also takes what is kept otherwise (our addition).

        Raises:
            ValidationFailedError: It is neither true nor false.
        """
        return self.additions and self._flag("force")

    def contract_body(self, body: Any) -> Any:
        """The body, refused if it holds keys that only our additions know while they are not offered."""
        if not self.additions and isinstance(body, dict) and "contentDigest" in body:
            raise ValidationFailedError(problems=[Problem("contentDigest", "Unknown field", "extra_forbidden")])
        return body

    def _flag(self, name: str) -> bool:
        given = self.request.query_params.getlist(name)
        if len(given) > 1:
            raise ValidationFailedError(problems=[repeated_problem(name)])
        text = given[0].lower() if given else "false"
        if text not in ("true", "false"):
            raise ValidationFailedError(problems=[Problem(name, "must be true or false", "bool_parsing")])
        return text == "true"

    def _header(self, name: str) -> str | None:
        return self.request.headers.get(name) if self.additions else None


def request_id_of(request: Request) -> str:
    """The id that this request has in the log."""
    return str(request.state.request_id)


async def _call(request: Request) -> Call:
    return Call(request)


async def json_body(request: Request) -> Any:
    """The JSON body of a route, for its description."""
    return await read_json(request, MAX_JSON_BYTES)


async def read_json(request: Request, most: int, before_large: Callable[[], Awaitable[None]] | None = None) -> Any:
    """The JSON body.

    Args:
        request: The request.
        most: Bytes that it may have.
        before_large: Refuses who may not send it; asked before more than a little is read.

    Raises:
        ApiError: 413, larger than that; 408, it did not come in time.
        ValidationFailedError: It is no JSON, or holds too many values.
    """
    length = request.headers.get("content-length", "")
    announced = int(length) if length.isdigit() and len(length) < 20 else 0
    large = announced > SMALL_BODY_BYTES
    if large and before_large:
        await before_large()
    if announced > most:
        raise ApiError(too_large(most), status=413)
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                content += chunk
                if len(content) > SMALL_BODY_BYTES and not large:
                    large = True
                    if before_large:
                        await before_large()
                if len(content) > most:
                    raise ApiError(too_large(most), status=413)
    except TimeoutError:
        raise ApiError(f"The request body did not arrive within {BODY_SECONDS:g} s", status=408) from None
    if large:
        return await to_thread.run_sync(parsed, bytes(content))
    return parsed(bytes(content))


def _origin(request: Request) -> str:
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else str(name)
    return f"{request.scope['scheme']}://{host}"


CallOf = Annotated[Call, Depends(_call)]
"""Parameter of a route: the request."""

Body = Annotated[Any, Depends(json_body)]
"""Parameter of a route: its JSON body, not read by any model yet."""
