"""Conditions and orders that say which index they are for, where the databases would guess wrong."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType


class _FoundIn(FunctionElement[Any]):
    inherit_cache = True
    # As a boolean it would be compared with 1 on SQLite, and no index be used.
    type = NullType()


class _Unindexed(FunctionElement[str]):
    inherit_cache = True
    type = Text()


def found_in(column: ColumnElement[Any], values: Select[Any]) -> ColumnElement[bool]:
    """The condition that a column has one of the values that a query finds.

    PostgreSQL guesses how many there will be, and joins as if they were many: it then looks at a whole table where an
    index has the few that are wanted. So there it finds them first, and looks for each of them.

    Args:
        column: the column; it has an index.
        values: finds them; not many.
    """
    return _FoundIn(column, values.scalar_subquery())


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column of texts as an expression: its index does not get in the way of the one that is meant."""
    return _Unindexed(column)


def _parts(element: FunctionElement[Any], compiler: Any, options: dict[str, Any]) -> list[str]:
    return [compiler.process(part, **options) for part in element.clauses]


@compiles(_FoundIn)
def _in(element: _FoundIn, compiler: Any, **options: Any) -> str:
    column, values = _parts(element, compiler, options)
    return f"{column} IN {values}"


@compiles(_FoundIn, "postgresql")
def _any(element: _FoundIn, compiler: Any, **options: Any) -> str:
    column, values = _parts(element, compiler, options)
    return f"{column} = ANY (ARRAY{values})"


@compiles(_Unindexed)
def _plus(element: _Unindexed, compiler: Any, **options: Any) -> str:
    return f"+{_parts(element, compiler, options)[0]}"


@compiles(_Unindexed, "postgresql")
def _concatenated(element: _Unindexed, compiler: Any, **options: Any) -> str:
    return f"({_parts(element, compiler, options)[0]} || '')"
