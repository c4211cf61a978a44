"""Telemetry comes and goes all the time, too much for the audit log. So a seal goes with the rows of each object.

A seal is the sum, modulo 2**256, of a digest of each row: what a transaction adds or removes is added or subtracted,
and nothing else needs to be read. It finds a row that was changed, added or removed behind the registry's back. It is
no signature: whoever knows this could change a row and its seal.
"""

import hashlib
import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, tuple_, update

from ._telemetry_tables import (
    measurements,
    otel_logs,
    otel_metrics,
    otel_spans,
    statistics_resets,
    telemetry_seals,
)

SEALED = (measurements, statistics_resets, otel_logs, otel_spans, otel_metrics)
"""The tables whose rows are in a seal."""

Owner = tuple[str, str]
"""Kind and id of a workload or artifact."""

_WHOLE = 2**256
_AT_ONCE = 100  # rows that one statement names
_of_owner = (telemetry_seals.c.kind == bindparam("of_kind")) & (telemetry_seals.c.object_id == bindparam("of_id"))
_find = select(telemetry_seals.c.digest).where(_of_owner)
_move = update(telemetry_seals).where(_of_owner).values(digest=bindparam("new"))
_add = insert(telemetry_seals)


def owner_of(row: Mapping[str, Any]) -> Owner:
    """Whose telemetry a row is."""
    return (row["entity_kind"], row["entity_id"]) if "entity_kind" in row else ("workloads", row["workload_id"])


def row_seal(table: str, row: Mapping[str, Any]) -> int:
    """The digest of one row, with JSON columns as values; columns without a value are left out."""
    # A database may keep -0.0 as 0.0.
    content = {
        name: value + 0.0 if isinstance(value, float) else value for name, value in row.items() if value is not None
    }
    text = json.dumps([table, content], separators=(",", ":"), sort_keys=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def seal_text(total: int) -> str:
    """A sum as the database keeps it."""
    return f"{total % _WHOLE:064x}"


class Telemetry:
    """Adds and removes telemetry of one object, and keeps count for its seal.

    Args:
        tx: the transaction.
    """

    def __init__(self, tx: Connection) -> None:
        self._tx = tx
        self.change = 0

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Adds rows."""
        self._tx.execute(insert(table), rows)
        self.change += _total(table, rows)

    def replace(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Adds rows, each in the place of the one that has its primary key; no two of them have the same."""
        key = tuple(table.primary_key)
        for start in range(0, len(rows), _AT_ONCE):
            keys = [tuple(row[column.name] for column in key) for row in rows[start : start + _AT_ONCE]]
            self.delete(table, tuple_(*key).in_(keys))
        if rows:
            self.insert(table, rows)

    def delete(self, table: Table, *where: Any) -> None:
        """Removes rows."""
        gone = self._tx.execute(delete(table).where(*where).returning(*table.c)).mappings()
        self.change -= _total(table, [dict(row) for row in gone])


@contextmanager
def changing_telemetry(tx: Connection, owner: Owner) -> Generator[Telemetry, None, None]:
    """Changes telemetry of one object, and its seal with it.

    Args:
        tx: a transaction that nobody else changes this object beside.
        owner: kind and id of the object.
    """
    telemetry = Telemetry(tx)
    yield telemetry
    if not telemetry.change:
        return
    which = {"of_kind": owner[0], "of_id": owner[1]}
    found = tx.execute(_find, which).scalar()
    digest = seal_text(int(found or "0", 16) + telemetry.change)
    if found is None:
        tx.execute(_add, {"kind": owner[0], "object_id": owner[1], "digest": digest})
    else:
        tx.execute(_move, {**which, "new": digest})


def _total(table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    return sum(row_seal(table.name, row) for row in rows)
