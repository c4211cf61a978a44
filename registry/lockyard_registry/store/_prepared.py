"""Statements that are made into text once."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable, Select

_Processor = Callable[[Any], Any]


class Prepared:
    """A statement that is asked very often and always with the same parameters.

    SQLAlchemy takes longer to hand a short statement to SQLite than SQLite to answer it. On SQLite this remembers the
    text and what turns values into the driver's and back, and asks the driver itself. On PostgreSQL, where the way
    there and back is what takes time and connections may be lost, it is an ordinary statement.

    Args:
        statement: the statement; every value in it is a `bindparam`.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._text: _Text | None = None

    def rows(self, tx: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows that a SELECT finds.

        Args:
            tx: the transaction.
            values: the parameters.
        """
        if tx.dialect.name != "sqlite":
            return tx.execute(self._statement, values).all()
        text = self._on_sqlite(tx)
        found = self._asked(tx, text, values).fetchall()
        if not text.results:
            return found
        return [_processed(row, text.results) for row in found]

    def first(self, tx: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row that a SELECT finds, if it finds any."""
        found = self.rows(tx, values)
        return found[0] if found else None

    def change(self, tx: Connection, values: Mapping[str, Any]) -> None:
        """Executes a statement that changes rows."""
        if tx.dialect.name != "sqlite":
            tx.execute(self._statement, values)
        else:
            self._asked(tx, self._on_sqlite(tx), values)

    def _on_sqlite(self, tx: Connection) -> "_Text":
        if self._text is None:
            self._text = _text(self._statement, tx.dialect)
        return self._text

    def _asked(self, tx: Connection, text: "_Text", values: Mapping[str, Any]) -> sqlite3.Cursor:
        driver = tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        parameters = [values[name] if process is None else process(values[name]) for name, process in text.parameters]
        return driver.execute(text.sql, parameters)


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as SQLite's driver takes it.

    Attributes:
        sql: its text.
        parameters: their names in order, each with what makes it a value of the driver.
        results: by position, what makes values of the driver ours.
    """

    sql: str
    parameters: Sequence[tuple[str, _Processor | None]]
    results: Mapping[int, _Processor]


def _text(statement: Executable, dialect: Dialect) -> _Text:
    given: Any = statement
    compiled = given.compile(dialect=dialect)
    parameters = [
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in compiled.positiontup
    ]
    columns = given.selected_columns if isinstance(statement, Select) else ()
    processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Text(
        str(compiled), parameters, {at: process for at, process in enumerate(processors) if process is not None}
    )


def _processed(row: Sequence[Any], processors: Mapping[int, _Processor]) -> Sequence[Any]:
    values = list(row)
    for at, process in processors.items():
        values[at] = process(values[at])
    return values
