"""Changes that wait for each other, and are made together."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from starlette.responses import Response

from ..store import Store

_MOST = 64
"""Changes that are made together."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    change: Callable[[], Response]
    answer: asyncio.Future[Response]


class ChangeQueue:
    """Makes the changes of a process in one thread; what comes while it is busy is made together, next.

    For a file, where one writes at a time: threads that each wait for a turn would spend more time on waking each
    other than on their changes.

    Args:
        store: stores them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._thread = ThreadPoolExecutor(1, "changes")
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._busy = False

    async def answer(self, change: Callable[[], Response]) -> Response:
        """What a change answers, once it is stored.

        Args:
            change: makes it.
        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(change, loop.create_future())
        with self._lock:
            self._waiting.append(waiting)
            begins, self._busy = not self._busy, True
        if begins:
            # Requests that came at the same moment come here before that: they belong to the first ones.
            loop.call_soon(self._thread.submit, self._make_all)
        return await waiting.answer

    def _make_all(self) -> None:
        while next_ones := self._next_ones():
            outcomes = self._outcomes(next_ones)
            told: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Response], Response | Exception]]] = {}
            for one, outcome in zip(next_ones, outcomes, strict=True):
                told.setdefault(one.answer.get_loop(), []).append((one.answer, outcome))
            for loop, answers in told.items():
                # Nobody waits any more in a loop that was closed.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(_tell, answers)

    def _outcomes(self, waiting: list[_Waiting]) -> list[Response | Exception]:
        try:
            return self._store.together([one.change for one in waiting])
        except Exception as error:
            # Nobody may wait for ever.
            return [error for _ in waiting]

    def _next_ones(self) -> list[_Waiting]:
        with self._lock:
            taken = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
            self._busy = bool(taken)
            return taken


def _tell(answers: list[tuple[asyncio.Future[Response], Response | Exception]]) -> None:
    for answer, outcome in answers:
        if answer.done():  # the client has gone
            continue
        if isinstance(outcome, Exception):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)
