"""Fills a new database with rows of another one."""

import os
import secrets
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert
from sqlalchemy.exc import CompileError, DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from lockyard.contract import StorageError

from ._faults import folder_error
from ._store import BUSY_TIMEOUT, database_at, file_at

_BESIDE = ("", "-wal", "-shm", "-journal", "-turns")


def fill(location: str | Path, revision: str, rows: Iterable[tuple[str, Sequence[dict[str, Any]]]]) -> None:
    """Makes the tables of a schema revision, fills them, and upgrades them to the newest; all of it or nothing.

    A file appears at its place when all of it is there; until then it has another name.

    Args:
        location: a SQLite file or a PostgreSQL URL; nothing may be in it yet.
        revision: the schema that the rows have; this version knows it.
        rows: batches of rows with the table's name, in an order that foreign keys allow.

    Raises:
        ValueError: the rows are not those of a whole database of that revision.
        StorageError: the database is not empty.
    """
    path = file_at(location)
    if path is None:
        _fill(location, str(location), revision, rows)
        return
    with _new_file(path) as made:
        _fill(made, path, revision, rows)


def _fill(
    location: str | Path, shown: str | Path, revision: str, rows: Iterable[tuple[str, Sequence[dict[str, Any]]]]
) -> None:
    from ._migrate import upgrade

    database = database_at(location, BUSY_TIMEOUT, 1, make=True)
    place = shown if isinstance(shown, Path) else database.place
    try:
        database.make_ready()
        with database.engine.connect() as connection, connection.begin():
            database.begin_writing(connection, None)
            if database.tables(connection):
                raise _not_empty(place)
            upgrade(connection, None, place, revision)
            tables = MetaData()
            tables.reflect(connection)
            for name, batch in rows:
                if name not in tables.tables:
                    raise ValueError(f"there is no table {name}")
                _insert(connection, tables.tables[name], list(batch))
            database.after_fill(connection)
            upgrade(connection, revision, place)
    except SQLAlchemyError as error:
        raise database.fault(error) from error
    finally:
        database.close()


@contextmanager
def _new_file(path: Path) -> Generator[Path, None, None]:
    try:
        there = path.exists()
        if (there and not _is_empty(path)) or path.with_name(f"{path.name}-wal").exists():
            raise _not_empty(path)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise folder_error(path.parent, error) from error
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        yield made
        if there:
            made.replace(path)
        else:
            path.hardlink_to(made)
        _keep(path.parent)
    except FileExistsError:
        raise _not_empty(path) from None
    except OSError as error:
        raise folder_error(path.parent, error) from error
    finally:
        for end in _BESIDE:
            made.with_name(made.name + end).unlink(missing_ok=True)


def _is_empty(path: Path) -> bool:
    if not path.is_file():
        return False
    if path.stat().st_size == 0:
        return True
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    except sqlite3.Error:
        return False


def _keep(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _not_empty(place: Path | str) -> StorageError:
    return StorageError(f"the database {place} is not empty: name a new one to import into")


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    try:
        connection.execute(insert(table), rows)
    except (IntegrityError, DataError, CompileError, UnicodeEncodeError) as error:
        raise ValueError(f"rows of {table.name} do not fit") from error
    except StatementError as error:
        # A row without one of the columns; other errors of this kind come from the database.
        if isinstance(error, DBAPIError):
            raise
        raise ValueError(f"rows of {table.name} do not fit") from error
