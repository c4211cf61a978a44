"""Whether a SQLite file is still what it was."""

import sqlite3
import threading
from pathlib import Path


class FileVersion:
    """Asks a database file for a number that is another one after every change, whichever process made it.

    SQLite counts the commits of other connections, so this has one of its own that never writes. The number means
    nothing but that: of another `FileVersion`, it is another one.

    Args:
        path: the file; opened when it is asked first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._opening = threading.Lock()

    def number(self) -> int | None:
        """The number; None if it cannot be had at the moment."""
        try:
            connection = self._connection or self._open()
            return connection.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> sqlite3.Connection:
        with self._opening:
            if self._connection is None:
                # No waiting: who cannot be told reads the file anew.
                self._connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
            return self._connection
