"""SQLite: connections of a file that several processes use at once."""

import os
import sqlite3
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from lockyard.contract import StorageError

from ._database import Lineages, transaction
from ._faults import storage_error
from ._file_version import FileVersion
from ._prepare import TABLES, prepare, use_wal
from ._sqlite_indexes import index_problems
from ._sqlite_read_only import may_write, open_read_only
from ._text_search import containing
from ._write_lock import WriteLock

_MOST_READY = 8
"""Connections that are kept for the next transactions."""

_LITTLE_ROOM = 4 * 2**20
"""Bytes on the disk below which changes fail: small ones may still fit, large ones do not."""

_WAL_PAGES = 4_000
"""The log of changes is copied into the file when it has so many pages (of 4 KiB). Pages that many changes touch are
copied once, so seldom is faster; until then readers look into the log, too."""


class SqliteDatabase:
    """A SQLite file; several processes may use it at once.

    Args:
        path: the database file; it need not exist yet.
        busy_timeout: seconds to wait for another process's write lock.
        looking: it may be a file that this user may only read.
    """

    errors: tuple[type[Exception], ...] = (sqlite3.Error,)
    one_writer = True

    def __init__(self, path: Path, busy_timeout: float, *, looking: bool = False) -> None:
        self.place = path
        self._read_only = open_read_only(path) if looking and not may_write(path) else None
        self.file_version: FileVersion | None = FileVersion(path)
        url = URL.create("sqlite+pysqlite", database=str(path)) if self._read_only is None else self._read_only.url
        self.engine = _engine(url, busy_timeout)
        self._busy_timeout = busy_timeout
        self._write_lock = WriteLock(path, busy_timeout)
        # Taking one from SQLAlchemy's pool and giving it back takes longer than a short read.
        self._ready: deque[Connection] = deque()
        self._closed = False

    def prepare(self, *, migrate: bool) -> str:
        """Brings the schema to that of the code and gives the registry's id."""
        return prepare(self.engine, self.place, self._busy_timeout, migrate=migrate)

    def connect(self) -> Connection:
        """A connection that was used before, or a new one."""
        with suppress(IndexError):
            return self._ready.pop()
        connection = self.engine.connect()
        connection.begin()
        return connection

    def commit(self, connection: Connection) -> None:
        """Ends a transaction and keeps the connection for the next one."""
        _driver(connection).execute("COMMIT")
        if self._read_only is not None:
            self._read_only.check()
        if self._closed or len(self._ready) >= _MOST_READY:
            connection.close()
        else:
            self._ready.append(connection)

    def close(self) -> None:
        """Closes the connections that are kept."""
        self._closed = True
        while self._ready:
            self._ready.pop().close()
        self.engine.dispose()
        if self._read_only is not None and self._read_only.folder is not None:
            self._read_only.folder.cleanup()

    def begin_reading(self, connection: Connection) -> None:
        """Begins a transaction; the first statement fixes what it sees."""
        _driver(connection).execute("BEGIN")

    @contextmanager
    def writing(self, lineages: Lineages | None) -> Generator[Connection, None, None]:
        """A transaction that holds the file's one write lock, whatever it touches."""
        with self._write_lock.turn(), transaction(self, lambda own: self.begin_writing(own, None)) as connection:
            yield connection

    def obstacle(self) -> str:
        """Whether file and folder take changes, and the disk has room for them."""
        folder = self.place.parent
        if not may_write(self.place):
            return "the file or its folder is read-only"
        if hasattr(os, "statvfs"):  # not on Windows
            disk = os.statvfs(folder)
            if disk.f_bavail * disk.f_frsize < _LITTLE_ROOM:
                return f"the disk has less than {_LITTLE_ROOM // 2**20} MiB left"
        return ""

    def begin_writing(self, connection: Connection, lineages: Lineages | None) -> None:
        """Begins a transaction that holds the file's one write lock, whatever it touches."""
        self._write_lock.begin(_driver(connection))

    def containing(self, table: Table, wanted: str) -> ColumnElement[bool]:
        """The condition that a row's `search_text` contains a text."""
        return containing(table, wanted)

    def plan_for_values(self, connection: Connection) -> None:
        """Nothing: SQLite's plans do not go by values."""

    def make_ready(self) -> None:
        """Sets the journal mode of the file."""
        use_wal(self.engine, self._busy_timeout)

    def tables(self, connection: Connection) -> int:
        """How many tables the file has."""
        return connection.execute(TABLES).scalar_one()

    def after_fill(self, connection: Connection) -> None:
        """Nothing: SQLite goes on after the highest number it finds."""

    @contextmanager
    def lenient(self, connection: Connection) -> Generator[None, None, None]:
        """Lets texts that are no valid UTF-8 be read while it lasts."""
        driver = _driver(connection)
        driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        try:
            yield
        finally:
            driver.text_factory = str

    def check(self, connection: Connection) -> list[str]:
        """What SQLite's own quick check finds wrong with the file."""
        lines = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check")]
        return [] if lines == ["ok"] else lines

    def index_problems(self, connection: Connection) -> list[tuple[str, str]]:
        """What is in an index but not in its table, or the other way round."""
        return list(index_problems(_driver(connection)))

    def fault(self, error: Exception) -> StorageError:
        """The one-line error for what the driver raised."""
        return storage_error(str(self.place), error)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _engine(url: URL, busy_timeout: float) -> Engine:
    engine = create_engine(
        url,
        # Autocommit at the driver: the transactions are ours.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": busy_timeout},
        poolclass=QueuePool,
        pool_size=_MOST_READY,
        max_overflow=-1,
    )
    event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: sqlite3.Connection, record: Any) -> None:
    # WAL is a property of the file and set when it is made (see `_prepare.py`); these are of the connection.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute(f"PRAGMA wal_autocheckpoint={_WAL_PAGES}")
