"""Rows as they lie in the database, page by page: for proofs and exports, where what is read must be all there is."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Integer, Table, Text, select, tuple_, type_coerce

from ._types import JsonText

PAGE = 500
"""Rows fetched at once."""

_BROKEN = "\ufffd cannot be read: "


def raw_rows(tx: Connection, table: Table, where: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
    """All rows of a table in the order of its primary key: JSON columns as their text, SQLite's booleans as integers.

    Args:
        tx: a transaction on one snapshot.
        table: the table.
        where: only these rows.
    """
    keys = list(table.primary_key.columns)
    query = select(*(_raw(column, tx) for column in table.c)).where(*where).order_by(*keys).limit(PAGE)
    after: tuple[Any, ...] | None = None
    while True:
        page = query if after is None else query.where(tuple_(*keys) > tuple_(*after))
        rows = tx.execute(page).mappings().all()
        for row in rows:
            yield dict(row)
        if len(rows) < PAGE:
            return
        after = tuple(rows[-1][key.name] for key in keys)


def typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A raw row with its values as the registry means them.

    A value that the registry would not have written so stays as it is, marked, and then has another digest: a JSON text
    in another spelling, a boolean that is neither 0 nor 1.
    """
    return {name: _value(table.c[name], value) for name, value in row.items()}


def _raw(column: Column[Any], tx: Connection) -> Any:
    if isinstance(column.type, JsonText):
        return type_coerce(column, Text).label(column.name)
    if isinstance(column.type, Boolean) and tx.dialect.name == "sqlite":
        return type_coerce(column, Integer).label(column.name)
    return column


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, JsonText):
        try:
            found = json.loads(value)
        except (ValueError, TypeError, RecursionError):
            return f"{_BROKEN}{value!r}"
        return found if JsonText.text(found) == value else f"{_BROKEN}{value!r}"
    if isinstance(column.type, Boolean):
        return bool(value) if value in (0, 1) else f"{_BROKEN}{value!r}"
    return value
