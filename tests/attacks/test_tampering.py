"""Several changes of every column and of rows of every table, behind the registry's back: named, refused or outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from tests.unit.registry.builders import Desk
from tests.unit.registry.full_registry import FullRegistry, fill
from tests.unit.registry.tampering import (
    OUTSIDE,
    Change,
    behind_its_back,
    columns,
    key_of,
    missed,
    other_value,
    proof_after,
    reordered,
    row_of,
    structure_changes,
    tables,
    update,
)

from lockyard_registry import Caller, open_registry
from lockyard_registry.runtime import ManualClock

WHOLE_ROWS_OUTSIDE = {"creation_keys"}
"""Tables all of whose columns are outside."""

AS_AFTER_A_CRASH = "checkpoints: the last row removed"
"""It looks as if the database did not know of a checkpoint yet; the next one takes it over from its place."""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    return request.getfixturevalue("postgres_url") if request.param == "postgresql" else tmp_path / "registry.db"


@pytest.fixture
def full(place: Path | str, tmp_path: Path) -> Iterator[FullRegistry]:
    clock = ManualClock(datetime(2026, 9, 30, 15, 26, 54, 349000, tzinfo=UTC))
    registry = open_registry(place, clock=clock, credentials_key=tmp_path / "keys" / "credentials-key")
    caller = Caller("0" * 23 + "a", "ada", "http://registry.example/api/v2", "r-1")
    yield fill(Desk(registry, caller, clock), tmp_path)
    registry.close()


def column_tries(connection: Connection, table: str, column: str) -> Iterator[Change]:
    """Nothing, another value, another spelling, and another row's value, in the first and the last row."""
    for change, before in _column_tries(connection, table, column):
        if change.statements[0][1]["new"] != before:
            yield change


def _column_tries(connection: Connection, table: str, column: str) -> Iterator[tuple[Change, Any]]:
    name = f"{table}.{column}"
    rows = {last: row_of(connection, table, column, last=last) for last in (False, True)}
    for last, row in rows.items():
        value, which = row[column], f"of the {'last' if last else 'first'} row"
        if value is not None:
            yield update(connection, table, column, row, None, f"{name} {which}: nothing"), value
        new = other_value(value) if not isinstance(value, str) or value[:1] in "{[" else f"{value[:-1]}~"
        yield update(connection, table, column, row, new, f"{name} {which}: another value"), value
        if isinstance(value, str) and value[:1] in ("{", "["):
            yield update(connection, table, column, row, reordered(value), f"{name} {which}: another order"), value
            yield (
                update(connection, table, column, row, json.dumps(json.loads(value), indent=1), f"{name}: blanks"),
                value,
            )
        if isinstance(value, str) and len(value) < 20:
            yield update(connection, table, column, row, value.swapcase(), f"{name} {which}: another case"), value
        other = rows[not last][column]
        if other != value and column not in key_of(connection, table):
            yield update(connection, table, column, row, other, f"{name} {which}: another row's value"), value


def row_tries(connection: Connection, table: str) -> Iterator[Change]:
    """The first and the last row removed, and made once more under another key."""
    keys = key_of(connection, table)
    where = " AND ".join(f'"{key}" = %({key})s' for key in keys)
    for last in (False, True):
        row = row_of(connection, table, keys[0], last=last)
        named = {key: row[key] for key in keys}
        yield Change(
            f"{table}: the {'last' if last else 'first'} row removed",
            ((f'DELETE FROM "{table}" WHERE {where}', named),),
        )
        twin = {**row, keys[-1]: other_value(row[keys[-1]])}
        marks = ", ".join(f"%({name})s" for name in twin)
        names = ", ".join(f'"{name}"' for name in twin)
        yield Change(f"{table}: a row forged", ((f'INSERT INTO "{table}" ({names}) VALUES ({marks})', twin),))


def tried(full: FullRegistry, connection: Connection, changes: Iterator[Change]) -> Mapping[str, list[str]]:
    """What became of changes: `named`, `refused` by the database, or `missed`."""
    found: dict[str, list[str]] = {"named": [], "refused": [], "missed": []}
    for change in list(changes):
        try:
            proof = proof_after(full, connection, change)
        except DBAPIError as error:
            # The database takes no such value; anything that a proof raises counts as missed.
            refused = str(error.statement).startswith(("UPDATE", "INSERT"))
            found["refused" if refused else "missed"].append(change.name)
            continue
        except AssertionError:
            found["refused"].append(change.name)
            continue
        found["missed" if proof.clean else "named"].append(change.name)
    return found


@pytest.mark.timeout(3600)
def test_every_column_in_several_ways(full: FullRegistry, place: Any) -> None:
    missed: list[str] = []
    numbers = {"named": 0, "refused": 0, "outside": 0}
    with behind_its_back(full, place) as connection:
        for table in tables(connection):
            for column in columns(connection, table):
                found = tried(full, connection, column_tries(connection, table, column))
                if f"{table}.{column}" in OUTSIDE:
                    numbers["outside"] += sum(map(len, found.values()))
                    continue
                missed += found["missed"]
                for how in ("named", "refused"):
                    numbers[how] += len(found[how])
    print(f"tamper score {numbers['named']}/{numbers['named'] + len(missed)} changes of columns; {numbers}", *missed)
    assert missed == []
    assert numbers["named"] > 500


@pytest.mark.timeout(3600)
def test_rows_of_every_table(full: FullRegistry, place: Any) -> None:
    missed: list[str] = []
    named = 0
    with behind_its_back(full, place) as connection:
        for table in set(tables(connection)) - WHOLE_ROWS_OUTSIDE:
            found = tried(full, connection, row_tries(connection, table))
            named += len(found["named"])
            missed += [name for name in found["missed"] if name != AS_AFTER_A_CRASH]
    print(f"tamper score {named}/{named + len(missed)} rows removed or forged", *missed)
    assert missed == []
    assert named > 80


@pytest.mark.timeout(3600)
def test_every_column_dropped(full: FullRegistry, place: Any) -> None:
    def changes(connection: Connection) -> Iterator[Change]:
        return structure_changes(connection, thorough=True)

    found, number = missed(full, place, changes)
    print(f"tamper score {number - len(found)}/{number} indexes, triggers, constraints, tables, columns")
    assert found == []
