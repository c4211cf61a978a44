"""The SQLAlchemy engine: connections of a SQLite file that several processes use at once."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import QueuePool

WRITES = {"lockyard_begin": "BEGIN IMMEDIATE"}
"""Execution options of a connection whose transaction takes the write lock at its start."""


def sqlite_engine(path: Path, busy_timeout: float) -> Engine:
    """An engine for the file.

    Args:
        path: the database file; it need not exist yet.
        busy_timeout: seconds to wait for another process's write lock.
    """
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        # Autocommit at the driver: the transactions are ours, see `_begin`.
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": busy_timeout},
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, record: Any) -> None:
    # WAL is a property of the file and set when it is made (see `_prepare.py`); these are of the connection.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    # A reader that turns into a writer would fail at once when somebody else wrote in between, so writers say so first.
    connection.exec_driver_sql(connection.get_execution_options().get("lockyard_begin", "BEGIN"))
