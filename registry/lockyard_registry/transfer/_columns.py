"""What a row of a table may hold, from the tables themselves: the schema of the export, and the types of today's."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, MetaData, String, Table

from ..store import ID, TIMESTAMP, JsonText, metadata
from ._lines import Unsound
from ._shapes import SHAPES, Shape, has_shape

MOST_JSON_PARTS = 4_000_000
"""Most commas and opening brackets in a JSON column; what they become in memory is many times as large."""
MOST_JSON_DEPTH = 256
"""Deepest nesting in a JSON column."""

# Ids, digests of scopes, the holder that stands for everything, and nothing.
_ID = re.compile(r"[A-Za-z0-9_*-]{0,24}")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}(?:[+-][0-9]{2}:[0-9]{2}|Z)")

Rule = Callable[[Any], bool]


class TableRules:
    """The rules of one table's rows.

    Args:
        table: the table, as its schema revision has it.
    """

    def __init__(self, table: Table) -> None:
        self._name = table.name
        ours = metadata.tables.get(table.name)
        self._rules = {
            column.name: _rule(column, None if ours is None else ours.columns.get(column.name)) for column in table.c
        }
        for name, shape in SHAPES.get(table.name, {}).items():
            if name in self._rules:
                self._rules[name] = _shaped(self._rules[name], shape)

    def check(self, row: Mapping[str, Any]) -> None:
        """Holds a row to the rules.

        Raises:
            Unsound: it does not fit; the text names the column and never the value.
        """
        if row.keys() != self._rules.keys():
            raise Unsound(f"a row of {self._name} has other columns than its table")
        for name, value in row.items():
            if not self._rules[name](value):
                raise Unsound(f"a row of {self._name} has a value that its column {name} cannot have")


def rules_of(schema: MetaData) -> dict[str, TableRules]:
    """The rules of all tables of a schema, by name."""
    return {name: TableRules(table) for name, table in schema.tables.items()}


def _rule(column: Column[Any], ours: Column[Any] | None) -> Rule:
    fits = _type_rule(column.type)
    meant = None if ours is None else ours.type
    extra = _MEANT.get(_meaning(meant))
    if column.nullable and not column.primary_key:
        return lambda value: value is None or (fits(value) and (extra is None or extra(value)))
    return lambda value: fits(value) and (extra is None or extra(value))


def _type_rule(kind: Any) -> Rule:
    if isinstance(kind, Boolean):
        return lambda value: type(value) is bool
    if isinstance(kind, Integer):
        bits = 63 if isinstance(kind, BigInteger) else 31
        return lambda value: type(value) is int and -(1 << bits) <= value < 1 << bits
    if isinstance(kind, Float):
        return lambda value: type(value) in (int, float) and abs(value) < 1e300 and math.isfinite(value)
    if isinstance(kind, String | JsonText):
        most = None if isinstance(kind, JsonText) else kind.length
        return lambda value: type(value) is str and (most is None or len(value) <= most) and _is_text(value)
    raise TypeError(f"no rule for columns of type {kind!r}: add one here")


def _is_text(value: str) -> bool:
    """Whether both databases can hold it: neither NUL nor a lone surrogate."""
    if "\x00" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _meaning(kind: Any) -> str:
    if isinstance(kind, JsonText):
        return "json"
    return "id" if kind is ID else "timestamp" if kind is TIMESTAMP else ""


def _is_json(text: str) -> bool:
    if sum(text.count(sign) for sign in "[{,") > MOST_JSON_PARTS:
        return False
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    level = [value]
    for _ in range(MOST_JSON_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return True
    return False


def _shaped(fits: Rule, shape: Shape) -> Rule:
    return lambda value: fits(value) and (value is None or has_shape(json.loads(value), shape))


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def is_timestamp(text: object) -> bool:
    """Whether this is a moment as the registry writes it."""
    if not isinstance(text, str) or not _TIMESTAMP.fullmatch(text):
        return False
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


_MEANT: dict[str, Rule] = {
    "json": _is_json,
    "id": lambda value: _ID.fullmatch(value) is not None,
    "timestamp": is_timestamp,
}
