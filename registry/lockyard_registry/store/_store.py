"""Transactions on the registry's database."""

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from lockyard.contract import ConfigurationError, StorageError

from ._engine import WRITES, sqlite_engine
from ._faults import folder_error, storage_error
from ._prepare import prepare

BUSY_TIMEOUT = 30.0
"""Seconds to wait for another process's write before giving up."""


class Store:
    """The database behind one registry; safe for several threads and several processes.

    Attributes:
        place: path of the file, for messages.
        registry_id: the id given to this registry when its database was made.
    """

    def __init__(self, engine: Engine, place: Path, registry_id: str, busy_timeout: float) -> None:
        self.place = place
        self.registry_id = registry_id
        self._engine = engine
        self._writing_engine = engine.execution_options(**WRITES)
        self._busy_timeout = busy_timeout
        # SQLite has one writer at a time, and who waits polls; threads of one process take turns here instead.
        self._turn = threading.Lock()

    @classmethod
    def open(cls, location: str | Path, *, busy_timeout: float = BUSY_TIMEOUT) -> "Store":
        """Opens the database and makes it when it is missing.

        Args:
            location: path of a SQLite file, or a `sqlite:///` URL.
            busy_timeout: seconds to wait for other processes.

        Raises:
            ConfigurationError: a URL of another database.
            StorageError: the file cannot be used, or a newer version of Lockyard made it.
        """
        path = _path_of(location)
        _make_file(path)
        engine = sqlite_engine(path, busy_timeout)
        try:
            return cls(engine, path, prepare(engine, path, busy_timeout), busy_timeout)
        except StorageError:
            engine.dispose()
            raise
        except Exception as error:
            engine.dispose()
            if isinstance(error, SQLAlchemyError) or type(error).__module__ == "sqlite3":
                raise storage_error(str(path), error) from error
            raise

    @contextmanager
    def read(self) -> Generator[Connection, None, None]:
        """A transaction that only reads; everything in it sees the same moment.

        Raises:
            StorageError: the database cannot be read.
        """
        try:
            with self._engine.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise storage_error(str(self.place), error) from error

    @contextmanager
    def write(self) -> Generator[Connection, None, None]:
        """A transaction that writes: all of it is stored at its end, or nothing when anything is raised.

        Raises:
            StorageError: the database cannot be written.
        """
        if not self._turn.acquire(timeout=self._busy_timeout):
            raise StorageError(
                f"the registry's database {self.place} stayed busy for {self._busy_timeout:g} s with other changes of "
                "this process: repeat the call"
            )
        try:
            with self._writing_engine.connect() as connection, connection.begin():
                yield connection
        except DBAPIError as error:
            raise storage_error(str(self.place), error) from error
        finally:
            self._turn.release()

    def check(self) -> list[str]:
        """What SQLite's own quick check finds wrong with the file; empty when it is healthy.

        Raises:
            StorageError: the file cannot be read at all.
        """
        with self.read() as tx:
            lines = [str(row[0]) for row in tx.exec_driver_sql("PRAGMA quick_check")]
        return [] if lines == ["ok"] else lines

    def close(self) -> None:
        """Closes all connections. The store cannot be used afterwards."""
        self._engine.dispose()


def _path_of(location: str | Path) -> Path:
    if isinstance(location, Path) or "://" not in location:
        return Path(location).expanduser().absolute()
    url = make_url(location)
    if url.get_backend_name() != "sqlite" or not url.database or url.query:
        shown = url.render_as_string(hide_password=True)
        raise ConfigurationError(
            f"cannot keep the registry's records in {shown}: name a file, or a URL like sqlite:////folder/registry.db"
        )
    return Path(url.database).absolute()


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.is_dir():
            raise StorageError(f"{path} is a folder: name a file in it for the registry's records")
        if not path.exists():
            # Environment variables of containers may hold secrets, so nobody else may read the file.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise folder_error(path.parent, error) from error
