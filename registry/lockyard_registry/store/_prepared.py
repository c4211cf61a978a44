"""Statements that are made into text once."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Dialect, Executable, Select
from sqlalchemy.sql.visitors import iterate

_Processor = Callable[[Any], Any]

_LENGTHS = (1, 10, 100)
"""For how many values in a list there is a text, and for the multiples of the last: a shorter list names its last value
again. A text for exactly so many would be made anew for each page, and planned anew by PostgreSQL's server."""


class Prepared:
    """A statement that is asked very often and always with the same parameters.

    SQLAlchemy takes longer to hand a short statement to SQLite than SQLite to answer it. On SQLite this remembers the
    text and what turns values into the driver's and back, and asks the driver itself. On PostgreSQL, where the way
    there and back is what takes time and connections may be lost, it is an ordinary statement.

    Args:
        statement: the statement. Lists that a column is looked for in are expanding `bindparam`s.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._texts: dict[tuple[int, ...], _Text] = {}

    def rows(self, tx: Connection, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows that a SELECT finds.

        Args:
            tx: the transaction.
            values: the parameters.
        """
        if tx.dialect.name != "sqlite":
            return tx.execute(self._statement, self._filled_up(values)).all()
        text, found = self._asked(tx, values)
        rows = found.fetchall()
        if not text.results:
            return rows
        return [_processed(row, text.results) for row in rows]

    def first(self, tx: Connection, values: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row that a SELECT finds, if it finds any."""
        found = self.rows(tx, values)
        return found[0] if found else None

    def change(self, tx: Connection, values: Mapping[str, Any]) -> None:
        """Executes a statement that changes rows."""
        if tx.dialect.name != "sqlite":
            tx.execute(self._statement, self._filled_up(values))
        else:
            self._asked(tx, values)

    @cached_property
    def _lists(self) -> Sequence[str]:
        given: Any = self._statement
        named = {each.key for each in iterate(given) if isinstance(each, BindParameter) and each.expanding}
        return sorted(named)

    def _filled_up(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._lists:
            return values
        return {**values, **{name: _filled_up(values[name]) for name in self._lists}}

    def _asked(self, tx: Connection, values: Mapping[str, Any]) -> "tuple[_Text, sqlite3.Cursor]":
        driver = tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        values = self._filled_up(values)
        lengths = tuple(len(values[name]) for name in self._lists)
        text = self._texts.get(lengths)
        if text is None:
            text = self._texts[lengths] = _text(self._statement, values, self._lists, tx.dialect)
        named: Mapping[Any, Any] = values
        if self._lists or text.said:
            named = {**values, **text.said, **_by_place(values, self._lists)}
        parameters = [named[name] if process is None else process(named[name]) for name, process in text.parameters]
        return text, driver.execute(text.sql, parameters)


class _Place(NamedTuple):
    """Names a value of a list; without a name, what the statement itself says there."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement as SQLite's driver takes it.

    Attributes:
        sql: its text.
        parameters: their names or places in order, each with what makes it a value of the driver.
        said: the values that the statement itself says.
        results: by position, what makes values of the driver ours.
    """

    sql: str
    parameters: Sequence[tuple[str | _Place, _Processor | None]]
    said: Mapping[_Place, Any]
    results: Mapping[int, _Processor]


def _filled_up(values: Sequence[Any]) -> Sequence[Any]:
    if not values:
        return values
    most = _LENGTHS[-1]
    length = next((length for length in _LENGTHS if length >= len(values)), -(-len(values) // most) * most)
    return [*values, *[values[-1]] * (length - len(values))]


def _by_place(values: Mapping[str, Any], lists: Sequence[str]) -> dict[_Place, Any]:
    return {_Place(name, at): value for name in lists for at, value in enumerate(values[name])}


def _text(statement: Executable, values: Mapping[str, Any], lists: Sequence[str], dialect: Dialect) -> _Text:
    given: Any = statement
    compiled = given.compile(dialect=dialect)
    # Names in place of the values, so that the expanded text tells which of them it wants where.
    expanded = compiled.construct_expanded_state(
        {
            name: [_Named(_Place(name, at)) for at in range(len(value))] if name in lists else _Named(name)
            for name, value in values.items()
        }
    )
    processes: dict[str, _Processor | None] = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    processes |= expanded.processors
    parameters: list[tuple[str | _Place, _Processor | None]] = []
    said: dict[_Place, Any] = {}
    for index, (name, value) in enumerate(zip(expanded.positiontup, expanded.positional_parameters, strict=True)):
        if not isinstance(value, _Named):
            said[_Place("", index)] = value
            value = _Named(_Place("", index))
        parameters.append((value.place, processes.get(name)))
    columns = given.selected_columns if isinstance(statement, Select) else ()
    processors = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Text(
        expanded.statement,
        parameters,
        said,
        {at: process for at, process in enumerate(processors) if process is not None},
    )


@dataclass(frozen=True, slots=True)
class _Named:
    """Stands for the value of a name or place."""

    place: str | _Place


def _processed(row: Sequence[Any], processors: Mapping[int, _Processor]) -> Sequence[Any]:
    values = list(row)
    for at, process in processors.items():
        values[at] = process(values[at])
    return values
