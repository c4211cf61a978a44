"""The one write lock of a SQLite file: how threads and processes wait for it."""

import random
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lockyard.contract import StorageError

_PAUSE = (0.000_2, 0.002)
"""Seconds between two tries, drawn anew each time. SQLite's own waiting grows to a tenth of a second, so a process that
writes all the time would be there first each time; after equal short pauses each is first as often as the others."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class WriteLock:
    """Waits for the write lock of a file: threads of this process for each other, then for other processes.

    Args:
        path: the database, for messages.
        busy_timeout: seconds to wait in all.
    """

    def __init__(self, path: Path, busy_timeout: float) -> None:
        self._path = path
        self._busy_timeout = busy_timeout
        # Only one thread tries: many would wake up each other's processor for nothing.
        self._threads = threading.Lock()

    @contextmanager
    def turn(self) -> Generator[None, None, None]:
        """Lets the other threads of this process wait while it lasts.

        Raises:
            StorageError: other threads did not end theirs in time.
        """
        if not self._threads.acquire(timeout=self._busy_timeout):
            raise StorageError(
                f"the registry's database {self._path} stayed busy for {self._busy_timeout:g} s with other changes of "
                "this process: repeat the call"
            )
        try:
            yield
        finally:
            self._threads.release()

    def begin(self, driver: sqlite3.Connection) -> None:
        """Begins a transaction that holds the lock.

        Args:
            driver: a connection outside any transaction.

        Raises:
            sqlite3.OperationalError: another process kept it for too long.
        """
        deadline = time.monotonic() + self._busy_timeout
        driver.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    # A reader that turns into a writer would fail at once when somebody else wrote in between.
                    driver.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > deadline:
                        raise
                time.sleep(random.uniform(*_PAUSE))
        finally:
            driver.execute(f"PRAGMA busy_timeout={int(self._busy_timeout * 1000)}")
