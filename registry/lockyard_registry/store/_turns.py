"""Turns of those who write to one SQLite file: the threads of this process, and other processes."""

import os
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lockyard.contract import StorageError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_LOOK = 0.000_25
"""Seconds between two looks whether it is this process's turn: a tenth of what a few changes take."""

_KEEP = 0.02
"""Seconds for which a process keeps its turn while more of its threads wait: handing it over takes a look."""

_PATIENCE = 2.0
"""Seconds after which a process leaves the queue and lets SQLite decide: whoever is in front may have been stopped."""

_NEXT, _WRITING = 0, 1
"""The bytes of the queue's file that are locked: by who writes next, and by who writes."""


class Turns:
    """Lets one write after the other, in about the order in which they came.

    SQLite alone lets a process that waits look again after up to a tenth of a second; one that writes all the time is
    there first each time. So processes queue: who waits holds the place of the next one, and until that is free nobody
    else can ask for the turn. The system ends the locks of a process that is killed. The queue only says who comes
    first: SQLite's own lock is what protects the file, also from who knows nothing of the queue.

    Args:
        path: the database; the queue's file is beside it.
        timeout: seconds to wait for other threads.
    """

    def __init__(self, path: Path, timeout: float) -> None:
        self._path = path
        self._timeout = timeout
        self._threads = threading.Condition()
        self._busy = False
        self._waiting = 0
        self._file: int | None = None
        self._ours_since: float | None = None

    @contextmanager
    def one(self) -> Generator[None, None, None]:
        """A turn.

        Raises:
            StorageError: other threads did not end theirs in time.
        """
        with self._threads:
            self._waiting += 1
            mine = self._threads.wait_for(lambda: not self._busy, self._timeout)
            self._waiting -= 1
            if not mine:
                raise StorageError(
                    f"the registry's database {self._path} stayed busy for {self._timeout:g} s with other changes of "
                    "this process: repeat the call"
                )
            self._busy = True
        try:
            if self._ours_since is None:
                self._queue()
            yield
        finally:
            with self._threads:
                self._busy = False
                if not self._waiting or time.monotonic() - (self._ours_since or 0) > _KEEP:
                    self._leave()
                self._threads.notify()

    def close(self) -> None:
        """Closes the queue's file, unless somebody writes: then the process keeps it."""
        with self._threads:
            if not self._busy and self._file is not None:
                os.close(self._file)
                self._file = None

    def _queue(self) -> None:
        if fcntl is None:
            return
        try:
            if self._file is None:
                # Who may write to the database may queue.
                mode = self._path.stat().st_mode & 0o666
                self._file = os.open(f"{self._path}-turns", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
            until = time.monotonic() + _PATIENCE
            if _locked(self._file, _NEXT, until):
                if _locked(self._file, _WRITING, until):
                    self._ours_since = time.monotonic()
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _NEXT)
        except OSError:
            # A folder or a file system where that cannot be: SQLite decides.
            return

    def _leave(self) -> None:
        self._ours_since = None
        if fcntl is not None and self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _WRITING)


def _locked(file: int, byte: int, until: float) -> bool:
    assert fcntl is not None
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
            return True
        except (BlockingIOError, PermissionError):
            if time.monotonic() > until:
                return False
            time.sleep(_LOOK)
