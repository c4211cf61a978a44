"""Answers that are given again as long as nothing has changed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..runtime import Clock
from ..store import Store

_MOST_BYTES = 16 * 2**20
"""What the answers of a process may take together."""

_LARGEST_BYTES = 2**20

# What an answer takes beside its body: headers, and the Python objects.
_AROUND_BYTES = 3 * 2**10


class AskedClock:
    """A clock that knows whether it was asked: what was read without it stays true until a record changes.

    Args:
        clock: the clock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.asked = False

    def now(self) -> datetime:
        """The present moment."""
        self.asked = True
        return self._clock.now()


def may_remember(scope: Scope) -> None:
    """Says of the answer to a request that it depends on nothing but caller, address and the present records."""
    scope["state"]["depends_on_records_alone"] = True


@dataclass(frozen=True, slots=True)
class _Answer:
    start: Message
    body: Message
    route: object
    size: int


class Remember:
    """ASGI middleware inside the gate: answers a read from memory if it was asked before and no record changed since.

    Whether one did is asked of the database for every request, so that a change by any process counts at once. Only
    files can tell (`Store.file_version`); on another database every read is made anew.

    Args:
        app: the application.
        store: its database.
    """

    def __init__(self, app: ASGIApp, *, store: Store) -> None:
        self._app = app
        self._version = store.file_version
        self._number: int | None = None
        self._answers: OrderedDict[object, _Answer] = OrderedDict()
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through and keep the answer."""
        state = scope.get("state", {})
        if self._version is None or scope.get("method") != "GET" or "identity" not in state:
            await self._app(scope, receive, send)
            return
        # Before anything is read: what changes meanwhile makes the answer outdated, never the other way round.
        number = self._version.number()
        if number != self._number:
            self._forget()
            self._number = number
        key = _key(scope)
        answer = self._answers.get(key)
        if answer is not None:
            self._answers.move_to_end(key)
            # For who counts requests.
            scope["route"] = answer.route
            await send(answer.start)
            await send(answer.body)
            return
        start: Message | None = None

        async def keep(message: Message) -> None:
            nonlocal start
            if "depends_on_records_alone" in state and number is not None and number == self._number:
                if message["type"] == "http.response.start":
                    start = message if message["status"] == 200 else None
                elif start is not None and not message.get("more_body"):
                    self._keep(key, _Answer(start, message, scope.get("route"), _size(key, message)))
            await send(message)

        await self._app(scope, receive, keep)

    def _keep(self, key: object, answer: _Answer) -> None:
        if answer.size > _LARGEST_BYTES:
            return
        before = self._answers.pop(key, None)
        self._bytes += answer.size - (0 if before is None else before.size)
        self._answers[key] = answer
        while self._bytes > _MOST_BYTES:
            _, oldest = self._answers.popitem(last=False)
            self._bytes -= oldest.size

    def _forget(self) -> None:
        self._answers.clear()
        self._bytes = 0


def _key(scope: Scope) -> tuple[object, ...]:
    # Who asks, the address that links in the answer begin with, and what is asked.
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return (
        scope["state"]["identity"],
        *(scope["scheme"], host, *(scope.get("server") or ())),
        *(scope["path"], scope["query_string"]),
    )


def _size(key: tuple[object, ...], body: Message) -> int:
    texts = sum(len(part) for part in key if isinstance(part, (str, bytes)))
    return len(body.get("body", b"")) + texts + _AROUND_BYTES
