"""Changes of several threads in one transaction of a SQLite file.

SQLite has one writer, and each commit waits for the disk. Threads that come to write while another one does join its
transaction, one after the other; the last of them commits for all. Nobody hears of his change, nor of a refusal that
may rest on another one's, before that commit. All of it is stored or nothing.
"""

import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from sqlalchemy import Connection

from lockyard.contract import StorageError

from ._faults import TransientError
from ._turns import Turns

_MOST = 64
"""Changes in one transaction."""


class _Transaction:
    """One that is open, or was.

    Attributes:
        connection: where it is.
        parts: how many threads joined it and did their part.
        ended: set when it was committed or undone.
        undone: whether nothing of it was stored.
        error: why it could not be committed, if that was the reason.
    """

    __slots__ = ("connection", "ended", "error", "parts", "undone")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.parts = 0
        self.ended = threading.Event()
        self.undone = False
        self.error: sqlite3.Error | None = None


class SharedWrites:
    """Lets threads write one after the other, and commit together.

    Args:
        turns: says who is next.
        begin: gives a connection in a transaction that may write.
        commit: ends it well and takes the connection back; any other end closes the connection.
        fault: the one-line error for what the driver raised.
    """

    def __init__(
        self,
        turns: Turns,
        begin: Callable[[], Connection],
        commit: Callable[[Connection], None],
        fault: Callable[[Exception], StorageError],
    ) -> None:
        self._turns = turns
        self._begin = begin
        self._commit = commit
        self._fault = fault
        # Whose part was undone because of another one: his next part, the repetition, shares with nobody.
        self._undone = threading.local()
        # Only whoever has the turn looks at it.
        self._open: _Transaction | None = None

    @contextmanager
    def one(self, *, shared: bool) -> Generator[Connection, None, None]:
        """A part of a transaction, or the whole of one.

        Args:
            shared: others may join it, and it may join others. When another part fails after it changed something, all
                parts are undone.

        Raises:
            TransientError: that happened; nothing of this part was stored either, and it may be repeated.
            StorageError: the turn did not come in time, or another thread could not commit.
        """
        if getattr(self._undone, "here", False):
            self._undone.here = shared = False
        self._turns.take()
        try:
            joined = self._joined(shared)
        except BaseException:
            self._turns.give_back()
            raise
        driver = joined.connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        before = driver.total_changes
        try:
            yield joined.connection
        except BaseException:
            # SQLite itself undoes everything when, for example, the disk is full.
            if driver.total_changes != before or not driver.in_transaction:
                try:
                    self._undo(joined)
                finally:
                    self._turns.give_back()
            else:
                self._end(joined, shared)
            raise
        self._end(joined, shared)

    def _joined(self, shared: bool) -> _Transaction:
        if self._open is not None and not shared:
            self._commit_all(self._open)
        if self._open is None:
            self._open = _Transaction(self._begin())
        return self._open

    def _end(self, joined: _Transaction, shared: bool) -> None:
        joined.parts += 1
        if shared and joined.parts < _MOST and self._turns.pass_on():
            # Whoever is next commits, or somebody after him.
            joined.ended.wait()
        else:
            try:
                self._commit_all(joined)
            finally:
                self._turns.give_back()
        if joined.error is not None:
            raise self._fault(joined.error) from joined.error
        if joined.undone:
            self._undone.here = True
            raise TransientError(
                f"the registry's database {self._turns.path} stored nothing, since another change failed that was to "
                "be stored in the same transaction: repeat the call"
            )

    def _commit_all(self, open: _Transaction) -> None:
        try:
            self._commit(open.connection)
        except sqlite3.Error as error:
            self._undo(open, error)
            return
        except BaseException:
            # Nobody else may wait for ever.
            self._undo(open)
            raise
        self._open = None
        open.ended.set()

    def _undo(self, open: _Transaction, error: sqlite3.Error | None = None) -> None:
        self._open = None
        open.undone, open.error = True, error
        try:
            # Closing rolls back.
            open.connection.close()
        finally:
            open.ended.set()
