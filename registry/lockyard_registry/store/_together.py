"""Transactions of several calls in one of a SQLite file.

SQLite has one writer, and each commit waits for the disk. So calls that wait for each other run in one thread, each in
a greenlet: all of them up to where they want to write, then one after the other inside one transaction, and on once it
is committed. Each has the order of events that it would have alone: what it did before and does after keeps nobody from
writing, and it hears of its change, or of a refusal that may rest on another one's, when that is stored.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection

from ._faults import TransientError

if TYPE_CHECKING:
    from greenlet import greenlet

Answer = TypeVar("Answer")

Alone = Callable[[], AbstractContextManager[Connection]]
"""A transaction that writes, for whoever shares none."""


class Together:
    """Lets a thread make several calls whose transactions are committed together.

    Args:
        alone: see above.
    """

    def __init__(self, alone: Alone) -> None:
        self._alone = alone
        self._threads = threading.local()

    def made(self, calls: Sequence[Callable[[], Answer]]) -> list[Answer | Exception]:
        """Makes calls.

        Args:
            calls: what is done.

        Returns:
            What each gave, or raised.
        """
        if len(calls) == 1:
            return each(calls)
        running = _Running(self._alone, calls)
        self._threads.running = running
        try:
            return running.outcomes()
        finally:
            self._threads.running = None

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that writes: of its own, or a part of the one of the calls that this thread is making.

        Raises:
            TransientError: another part failed after it had changed something, so nothing of this one was stored
                either; it may be repeated.
        """
        running: _Running | None = getattr(self._threads, "running", None)
        return self._alone() if running is None or running.apart else running.part()


def each(calls: Sequence[Callable[[], Answer]]) -> list[Answer | Exception]:
    """Makes calls one after the other, and gives what each gave, or raised."""
    return [_outcome(call) for call in calls]


class _Undone(Exception):
    """Nothing of the shared transaction can be stored."""


class _Shared:
    """The transaction of calls that are made together.

    Attributes:
        connection: where it is, while it is open.
        undone: whether a part failed after it had changed something.
        error: why it did not begin or could not be committed, if that was so.
    """

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.undone = False
        self.error: Exception | None = None

    def refuse(self) -> None:
        """Raises what a part hears of which nothing was stored."""
        if self.error is not None:
            raise self.error
        if self.undone:
            raise TransientError(
                "the registry's database stored nothing, since another change failed that was to be stored in the same "
                "transaction: repeat the call"
            )


class _Running:
    """Calls that are under way.

    Args:
        alone: begins the transactions.
        calls: what is done.

    Attributes:
        apart: whether the transactions that come now are not shared: what was undone once shall not be again.
    """

    def __init__(self, alone: Alone, calls: Sequence[Callable[[], object]]) -> None:
        from greenlet import getcurrent, greenlet  # only servers need it

        self._alone = alone
        self._calls = [greenlet(partial(_outcome, call)) for call in calls]
        self._all = getcurrent()
        self._shared = _Shared()
        self.apart = False

    def outcomes(self) -> list[Any]:
        """What each call gave, or raised."""
        found: dict[greenlet, Any] = dict.fromkeys(self._calls)
        waiting = self._calls
        while waiting:
            for call in waiting:
                found[call] = call.switch()
            # Whoever has not ended stands where a transaction begins.
            waiting = [call for call in waiting if not call.dead]
            if waiting:
                self._in_one(waiting)
        return list(found.values())

    def _in_one(self, calls: Sequence[greenlet]) -> None:
        shared = self._shared = _Shared()
        try:
            with self._alone() as connection:
                shared.connection = connection
                for call in calls:
                    call.switch()
                    if shared.undone:
                        raise _Undone
        except _Undone:
            self.apart = True
        except Exception as error:
            shared.error = error
        shared.connection = None

    @contextmanager
    def part(self) -> Generator[Connection, None, None]:
        """A part of the shared transaction."""
        self._all.switch()
        shared = self._shared
        if shared.connection is None:
            # It ended before this part began.
            if shared.error is not None:
                raise shared.error
            with self._alone() as connection:
                yield connection
            return
        driver = shared.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        before = driver.total_changes
        try:
            yield shared.connection
        except Exception:
            # SQLite itself undoes everything when, for example, the disk is full.
            shared.undone = driver.total_changes != before or not driver.in_transaction
            own = shared.undone
            self._all.switch()
            if not own:
                shared.refuse()
            raise
        self._all.switch()
        shared.refuse()


def _outcome(call: Callable[[], Answer]) -> Answer | Exception:
    try:
        return call()
    except Exception as error:
        return error
