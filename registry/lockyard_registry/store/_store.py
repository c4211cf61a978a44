"""Transactions on the registry's database."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, Table, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from lockyard.contract import ConfigurationError, StorageError

from ._database import Database, Lineages, transaction
from ._faults import TransientError, folder_error
from ._schema import registry_facts

BUSY_TIMEOUT = 30.0
"""Seconds to wait for another writer before giving up."""

_touch = update(registry_facts).where(registry_facts.c.name == "registryId").values(value=registry_facts.c.value)

POOL_SIZE = 10
"""Connections that a server keeps to PostgreSQL; as many more are opened when all of them are busy."""


class Store:
    """The database behind one registry; safe for several threads and several processes.

    Attributes:
        place: path of the file, or URL without a password, for messages.
        registry_id: the id given to this registry when its database was made.
        is_file: the database is a file, which whoever only reads never waits for.
        file_version: tells whether anything in the file changed; None for a database on the network.
    """

    def __init__(self, database: Database, registry_id: str) -> None:
        self.place = database.place
        self.is_file = database.one_writer
        self.file_version = database.file_version
        self.registry_id = registry_id
        self._database = database
        self._engine = database.engine
        # Whether the last change was refused by the database.
        self._refused = False

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        busy_timeout: float = BUSY_TIMEOUT,
        pool_size: int = POOL_SIZE,
        migrate: bool = True,
    ) -> "Store":
        """Opens the database and makes its tables when they are missing.

        Args:
            location: path of a SQLite file, a `sqlite:///` URL, or a `postgresql://` URL of a database that exists.
            busy_timeout: seconds to wait for other writers.
            pool_size: connections kept to PostgreSQL.
            migrate: False only looks: a database that is missing or has another schema is refused.

        Raises:
            ConfigurationError: a URL of another database.
            StorageError: the database cannot be used, or a newer version of Lockyard made it.
        """
        database = database_at(location, busy_timeout, pool_size, make=migrate)
        try:
            return cls(database, database.prepare(migrate=migrate))
        except StorageError:
            database.engine.dispose()
            raise
        except Exception as error:
            database.engine.dispose()
            if isinstance(error, SQLAlchemyError) or type(error).__module__ == "sqlite3":
                raise database.fault(error) from error
            raise

    @contextmanager
    def read(self) -> Generator[Connection, None, None]:
        """A transaction that only reads; everything in it sees the same moment.

        Raises:
            StorageError: the database cannot be read.
        """
        with self._faults(), transaction(self._database, self._database.begin_reading) as connection:
            yield connection

    @contextmanager
    def write(self, lineages: Lineages | None = None) -> Generator[Connection, None, None]:
        """A transaction that writes: all of it is stored at its end, or nothing when anything is raised.

        Args:
            lineages: names what it touches, so that others may go on beside it where the database can do that; None
                for anything.

        Raises:
            TransientError: the transaction was ended in favour, or because, of another one; repeat the call.
            StorageError: the database cannot be written.
        """
        try:
            with self._faults(), self._database.writing(lineages) as connection:
                yield connection
        except TransientError:
            raise
        except StorageError:
            self._refused = True
            raise
        self._refused = False

    def obstacle(self) -> str:
        """What keeps changes from being stored, as far as a look shows it; empty if nothing does.

        Raises:
            StorageError: the database cannot be asked.
        """
        with self._faults():
            return self._database.obstacle()

    def check_writable(self) -> None:
        """Makes sure that changes can be stored. Tries one only after the database refused the last change.

        Raises:
            StorageError: they cannot: the disk is full, the file or its folder is read-only, the database is a replica.
        """
        if obstacle := self.obstacle():
            raise StorageError(f"the registry's database {self.place} takes no changes: {obstacle}")
        if self._refused:
            with self.write(lambda tx: ("readiness",)) as tx:
                tx.execute(_touch)

    @contextmanager
    def _faults(self) -> Generator[None, None, None]:
        try:
            yield
        except (DBAPIError, PoolTimeoutError, *self._database.errors) as error:
            raise self._database.fault(error) from error

    @contextmanager
    def lenient(self, connection: Connection) -> Generator[None, None, None]:
        """Lets texts that are no valid UTF-8 be read as they are while it lasts: a proof must see what is there."""
        with self._database.lenient(connection):
            yield

    def containing(self, table: Table, wanted: str) -> ColumnElement[bool]:
        """The condition that a row's `search_text` contains a text.

        Args:
            table: one of those with a `search_text`.
            wanted: the text, in the case of `search_text`.
        """
        return self._database.containing(table, wanted)

    def plan_for_values(self, tx: Connection) -> None:
        """Has the rest of a transaction's statements planned for their values: some have many rows, others few."""
        self._database.plan_for_values(tx)

    def check(self) -> list[str]:
        """What the database's own quick check finds wrong; empty when it is healthy.

        Raises:
            StorageError: the database cannot be read at all.
        """
        with self.read() as tx:
            return self._database.check(tx)

    def check_indexes(self, tx: Connection) -> list[tuple[str, str]]:
        """What is in an index but not in its table, or the other way round: where, and a sentence."""
        return self._database.index_problems(tx)

    def close(self) -> None:
        """Closes all connections. The store cannot be used afterwards."""
        if self.file_version is not None:
            self.file_version.close()
        self._database.close()


def database_at(location: str | Path, busy_timeout: float, pool_size: int, *, make: bool) -> Database:
    """The database at a path or URL; `make` lets a SQLite file that is missing be made.

    Raises:
        ConfigurationError: a URL of another kind of database.
        StorageError: there is no such file and none shall be made, or it cannot be.
    """
    path = file_at(location)
    if path is not None:
        return _sqlite(path, busy_timeout, make=make)
    url = _url(str(location))
    if url.drivername in ("postgresql", "postgresql+psycopg"):
        from ._postgres import PostgresDatabase  # only needed there

        return PostgresDatabase(url, busy_timeout, pool_size)
    shown = url.render_as_string(hide_password=True)
    raise ConfigurationError(
        f"cannot keep the registry's records in {shown}: name a file, or a URL like sqlite:////folder/registry.db or "
        "postgresql://user@host/database"
    )


def file_at(location: str | Path) -> Path | None:
    """The SQLite file that a path or URL names; None for another URL.

    Raises:
        ConfigurationError: it cannot be read.
    """
    if isinstance(location, Path) or "://" not in location:
        return Path(location).expanduser().absolute()
    url = _url(location)
    named = url.get_backend_name() == "sqlite" and url.database and not url.query
    return Path(str(url.database)).absolute() if named else None


def _url(location: str) -> URL:
    try:
        # `postgres://` is an old spelling that hosting services still hand out.
        return make_url(location.replace("postgres://", "postgresql://", 1))
    except ArgumentError:
        raise ConfigurationError(
            "the database's URL cannot be read: name a file, or write postgresql://user@host/database"
        ) from None


def _sqlite(path: Path, busy_timeout: float, *, make: bool) -> Database:
    from ._sqlite import SqliteDatabase

    if not make and not path.exists():
        raise StorageError(f"there is no registry's database {path}: name an existing file or a PostgreSQL URL")
    if make:
        _make_file(path)
    return SqliteDatabase(path, busy_timeout, looking=not make)


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
