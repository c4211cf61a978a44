"""Brings a SQLite file to the schema of this version before anything else uses it."""

import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select, text
from sqlalchemy.exc import OperationalError

from lockyard.contract import StorageError

from ._ids import new_id
from ._schema import HEAD_REVISION, registry_facts
from ._time import utc_now

REVISION = text("SELECT version_num FROM alembic_version")
TABLES = text("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
REGISTRY_ID = select(registry_facts.c.value).where(registry_facts.c.name == "registryId")


def prepare(engine: Engine, path: Path, busy_timeout: float, *, migrate: bool) -> str:
    """Makes or upgrades the schema if needed and gives the registry's id.

    Several processes may start on a missing file at once: the whole of it happens in one write transaction, so one
    of them does it and the others find it done, and a crash leaves nothing half made.

    Raises:
        StorageError: the file belongs to a newer version or to another program.
    """
    with engine.connect() as connection:
        found = _current(connection, path)
        ready = connection.execute(REGISTRY_ID).scalar_one() if found == HEAD_REVISION else None
        wal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    if ready is not None:
        if not wal:
            # A restored copy may have lost it. Without it everything works, only slower beside other processes.
            with suppress(sqlite3.OperationalError):
                use_wal(engine, busy_timeout=0)
        return ready
    if not migrate:
        raise other_revision(path, found)
    use_wal(engine, busy_timeout)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        found = _current(connection, path)
        if found != HEAD_REVISION:
            # Imported only here: Alembic costs more than everything else this package imports.
            from ._migrate import upgrade

            upgrade(connection, found, path)
        known = connection.execute(REGISTRY_ID).scalar()
        if known is None:
            known = new_id(utc_now())
            connection.execute(insert(registry_facts), {"name": "registryId", "value": known})
        return known


def other_revision(place: Path | str, found: str | None) -> StorageError:
    """The error of who may only look, on a database that would have to be upgraded first."""
    what = (
        "is empty" if found is None else f"has schema revision {found}, this version of Lockyard needs {HEAD_REVISION}"
    )
    return StorageError(
        f"the registry's database {place} {what}: open it once with `lockyard serve`, or name another one"
    )


def _current(connection: Connection, path: Path) -> str | None:
    try:
        return connection.execute(REVISION).scalar()
    except OperationalError as error:
        if "no such table" not in str(error.orig):
            raise
    if connection.execute(TABLES).scalar_one():
        raise StorageError(
            f"the file {path} is a database of another program: name another file for the registry's records"
        )
    return None


def use_wal(engine: Engine, busy_timeout: float) -> None:
    """Sets the journal mode of the file."""
    # SQLite does not wait for other processes here, whatever the busy timeout says.
    deadline = time.monotonic() + busy_timeout
    while True:
        try:
            with engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)
                driver.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                raise
            time.sleep(0.02)
