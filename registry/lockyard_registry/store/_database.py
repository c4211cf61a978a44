"""What the store asks of a database, so that the rest does not know which one it is."""

from collections.abc import Callable, Collection, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Table
from sqlalchemy.exc import DBAPIError

from lockyard.contract import StorageError

from ._file_version import FileVersion

Lineages = Callable[[Connection], Collection[str]]
"""Names the objects whose lineages a change touches: ids of repositories, and idempotency keys."""


class Database(Protocol):
    """One kind of database.

    Attributes:
        engine: connections to it, in autocommit: transactions begin by `begin_reading` and `begin_writing`.
        errors: what its driver raises by itself, where SQLAlchemy does not stand between.
        place: path of the file, or URL without a password, for messages.
        one_writer: only one transaction at a time may write.
        file_version: tells whether anything changed; None where nothing tells that cheaply.
    """

    engine: Engine
    errors: tuple[type[Exception], ...]
    one_writer: bool
    file_version: FileVersion | None

    @property
    def place(self) -> Path | str:
        """See above."""
        ...

    def prepare(self, *, migrate: bool) -> str:
        """Brings the schema to that of the code, if that is wanted, and gives the registry's id.

        Raises:
            StorageError: it is newer, of another program, or cannot be used.
        """
        ...

    def connect(self) -> Connection:
        """A connection outside any transaction of the database; SQLAlchemy takes it to be in one."""
        ...

    def begin_reading(self, connection: Connection) -> None:
        """Begins a transaction that only reads; everything in it sees the same moment."""
        ...

    def writing(self, lineages: Lineages | None) -> AbstractContextManager[Connection]:
        """A transaction that writes, once nobody else can change what it looks at: stored at its end, or not at all.

        Args:
            lineages: what it touches; None for anything.

        Raises:
            TransientError: it was ended in favour, or because, of another one; it may be repeated.
            StorageError: its turn did not come in time.
        """
        ...

    def obstacle(self) -> str:
        """What keeps changes from being stored, as far as a look shows it; empty if nothing does."""
        ...

    def begin_writing(self, connection: Connection, lineages: Lineages | None) -> None:
        """Begins a transaction that writes and waits until nobody else can change what it will look at.

        Args:
            connection: a connection outside any transaction.
            lineages: what it touches; None for anything.
        """
        ...

    def commit(self, connection: Connection) -> None:
        """Ends a transaction well and takes the connection back. Any other end closes the connection."""
        ...

    def close(self) -> None:
        """Closes all connections that nobody uses."""
        ...

    def containing(self, table: Table, wanted: str) -> ColumnElement[bool]:
        """The condition that a row's `search_text` contains a text, by an index where that helps."""
        ...

    def plan_for_values(self, connection: Connection) -> None:
        """Has the transaction's statements planned for the values that they are asked with, also if asked often."""
        ...

    def make_ready(self) -> None:
        """Does what must be done outside of any transaction before tables are made."""
        ...

    def tables(self, connection: Connection) -> int:
        """How many tables there are."""
        ...

    def after_fill(self, connection: Connection) -> None:
        """Lets numbers that the database gives itself go on after those that were filled in."""
        ...

    def lenient(self, connection: Connection) -> AbstractContextManager[None]:
        """Lets texts that are no valid UTF-8 be read while it lasts."""
        ...

    def check(self, connection: Connection) -> list[str]:
        """What the database's own check finds wrong."""
        ...

    def index_problems(self, connection: Connection) -> list[tuple[str, str]]:
        """What is in an index but not in its table, or the other way round: where, and a sentence."""
        ...

    def fault(self, error: Exception) -> StorageError:
        """The one-line error for what the driver raised."""
        ...


@contextmanager
def transaction(database: Database, begin: Callable[[Connection], None]) -> Generator[Connection, None, None]:
    """A transaction on a connection of its own: ended well at its end, or undone when anything is raised.

    Args:
        database: the database.
        begin: begins it.
    """
    connection = _begun(database, begin)
    try:
        yield connection
        database.commit(connection)
    except BaseException:
        # Closing rolls back.
        connection.close()
        raise


def _begun(database: Database, begin: Callable[[Connection], None]) -> Connection:
    connection = database.connect()
    try:
        begin(connection)
        return connection
    except BaseException as error:
        connection.close()
        if not isinstance(error, DBAPIError) or not error.connection_invalidated:
            raise
    # The server was restarted since this connection was used last, and nothing had begun: a new one may do.
    connection = database.connect()
    try:
        begin(connection)
    except BaseException:
        connection.close()
        raise
    return connection
