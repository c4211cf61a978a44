"""Fills a new database with rows of another one."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, insert
from sqlalchemy.exc import CompileError, DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from lockyard.contract import StorageError

from ._schema import HEAD_REVISION
from ._store import BUSY_TIMEOUT, database_at


def fill(location: str | Path, revision: str, rows: Iterable[tuple[str, Sequence[dict[str, Any]]]]) -> None:
    """Makes the tables of a schema revision, fills them, and upgrades them to the newest; all of it or nothing.

    Args:
        location: a SQLite file or a PostgreSQL URL; nothing may be in it yet.
        revision: the schema that the rows have.
        rows: batches of rows with the table's name, in an order that foreign keys allow.

    Raises:
        ValueError: the rows are not those of a whole database of that revision.
        StorageError: the database is not empty, or the revision is of a newer version.
    """
    from ._migrate import known, upgrade

    if not known(revision):
        raise StorageError(
            f"the export has schema revision {revision}, this version of Lockyard knows only up to {HEAD_REVISION}: "
            "import it with the version that made it, or a newer one"
        )
    database = database_at(location, BUSY_TIMEOUT, 1, make=True)
    try:
        database.make_ready()
        with database.engine.connect() as connection, connection.begin():
            database.begin_writing(connection, None)
            if database.tables(connection):
                raise StorageError(f"the database {database.place} is not empty: name a new one to import into")
            upgrade(connection, None, database.place, revision)
            tables = MetaData()
            tables.reflect(connection)
            for name, batch in rows:
                if name not in tables.tables:
                    raise ValueError(f"there is no table {name}")
                _insert(connection, tables.tables[name], list(batch))
            database.after_fill(connection)
            upgrade(connection, revision, database.place)
    except SQLAlchemyError as error:
        raise database.fault(error) from error
    finally:
        database.engine.dispose()


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
