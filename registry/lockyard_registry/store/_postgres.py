"""PostgreSQL: connections, and who waits for whom.

SQLite has one writer at a time, and every rule of the registry was proved on that. Here changes that have nothing to do
with each other go on side by side. What belongs together is a *lineage*: a repository with its artifacts, and the
workloads on them. A change that says which lineages it touches locks exactly those; any other one runs alone:

- every writer first takes the advisory lock `_WRITERS`: shared when it names its lineages, else exclusive;
- then one advisory lock for each lineage, in the order of the lock numbers, so that no two wait for each other.

Both are taken before anything is read and end with the transaction. The isolation is READ COMMITTED: what is read after
the locks are held is what their last holder committed, so nothing is decided on an old state and no update is lost.
(SERIALIZABLE would take its snapshot before the wait and then fail.) Rows read for a change are locked `FOR UPDATE`
besides, against sessions that are not ours. A transaction that PostgreSQL ends all the same (a deadlock with somebody
else's session, a serialization failure where the server's default was raised) did nothing: the call is repeated, see
`TransientError`. Readers take no locks: each sees one snapshot (REPEATABLE READ, READ ONLY).
"""

import hashlib
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, create_engine, event
from sqlalchemy.engine import URL

from lockyard.contract import ConfigurationError, StorageError

from ._database import Lineages, transaction
from ._file_version import FileVersion
from ._postgres_faults import postgres_fault
from ._prepare_postgres import TABLES, prepare_postgres

# Any number that no other program on the database uses.
_WRITERS = 0x4C6F636B79617264 - 2**62
# How often a change is begun again because what it touches moved to another lineage meanwhile.
_TRIES = 3
_DEFAULTS = {"connect_timeout": "10", "application_name": "lockyard"}


class PostgresDatabase:
    """A PostgreSQL database; several servers may use it at once.

    Args:
        url: its address.
        busy_timeout: seconds to wait for other writers' locks.
        pool_size: most idle connections kept; as many more are opened when all of them are busy.
    """

    errors: tuple[type[Exception], ...] = ()
    one_writer = False
    file_version: FileVersion | None = None

    def __init__(self, url: URL, busy_timeout: float, pool_size: int) -> None:
        self.place = url.render_as_string(hide_password=True)
        self.engine = _engine(url.set(drivername="postgresql+psycopg"), busy_timeout, pool_size)

    def prepare(self, *, migrate: bool) -> str:
        """Brings the schema to that of the code and gives the registry's id."""
        return prepare_postgres(self.engine, self.place, migrate=migrate)

    def connect(self) -> Connection:
        """A connection of the pool."""
        connection = self.engine.connect()
        connection.begin()
        return connection

    def commit(self, connection: Connection) -> None:
        """Ends a transaction and gives the connection back to the pool."""
        connection.commit()
        connection.close()

    def close(self) -> None:
        """Closes the pool."""
        self.engine.dispose()

    def begin_reading(self, connection: Connection) -> None:
        """Begins a transaction on one snapshot."""
        _begin(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def writing(self, lineages: Lineages | None) -> AbstractContextManager[Connection]:
        """A transaction with its locks; it never waits for the commit of another one."""
        return transaction(self, lambda connection: self.begin_writing(connection, lineages))

    def obstacle(self) -> str:
        """Whether this is a replica, or writing is switched off."""
        with self.engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on'"
            )
            return "it is a replica, or read-only" if found.scalar_one() else ""

    def begin_writing(self, connection: Connection, lineages: Lineages | None) -> None:
        """Begins a transaction and takes its locks."""
        for _ in range(_TRIES):
            if lineages is None:
                break
            _begin(connection, f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock_shared({_WRITERS})")
            held = frozenset(lineages(connection))
            for number in sorted({_number(name) for name in held}):
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")
            # While we waited a workload may have rolled onto another lineage's artifact.
            if frozenset(lineages(connection)) <= held:
                return
            connection.exec_driver_sql("ROLLBACK")
        _begin(connection, f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({_WRITERS})")

    def containing(self, table: Table, wanted: str) -> ColumnElement[bool]:
        """The condition that a row's `search_text` contains a text; the index on it knows trigrams (migration 0005)."""
        return table.c.search_text.contains(wanted, autoescape=True)

    def plan_for_values(self, connection: Connection) -> None:
        """Has statements planned anew each time until the transaction ends.

        The driver prepares what is asked often, and the server may plan that once for any values. Such a plan takes
        every text to be rare: it looked for a common one in a million artifacts for minutes, in place of a second.
        """
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")

    def make_ready(self) -> None:
        """Nothing."""

    def tables(self, connection: Connection) -> int:
        """How many tables the schema has."""
        return connection.execute(TABLES).scalar_one()

    def after_fill(self, connection: Connection) -> None:
        """Moves the sequence of the events."""
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('workload_events', 'sequence'), "
            "(SELECT coalesce(max(sequence), 0) + 1 FROM workload_events), false)"
        )

    def lenient(self, connection: Connection) -> AbstractContextManager[None]:
        """Nothing: PostgreSQL keeps only valid texts."""
        return nullcontext()

    def check(self, connection: Connection) -> list[str]:
        """Nothing: PostgreSQL's own checks (checksums, amcheck) are the operator's."""
        return []

    def index_problems(self, connection: Connection) -> list[tuple[str, str]]:
        """Nothing: no statement changes an index of PostgreSQL; whether it is valid belongs to the schema."""
        return []

    def fault(self, error: Exception) -> StorageError:
        """The one-line error for what the driver raised."""
        return postgres_fault(self.place, error)


def _engine(url: URL, busy_timeout: float, pool_size: int) -> Engine:
    try:
        engine = create_engine(
            url,
            # Autocommit at the driver: the transactions are ours.
            isolation_level="AUTOCOMMIT",
            use_native_hstore=False,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=busy_timeout,
            connect_args={name: value for name, value in _DEFAULTS.items() if name not in url.query},
        )
    except ImportError:
        raise ConfigurationError(
            "a PostgreSQL database needs the driver psycopg, which is not installed: install lockyard[postgres]"
        ) from None

    def configure(connection: Any, record: Any) -> None:
        # A client that vanished must not hold its locks for ever.
        connection.execute(
            f"SET lock_timeout = {max(1, int(busy_timeout * 1000))}; "
            "SET idle_in_transaction_session_timeout = 60000; SET timezone = 'UTC'; SET client_encoding = 'UTF8'"
        )

    event.listen(engine, "connect", configure)
    return engine


def _begin(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
