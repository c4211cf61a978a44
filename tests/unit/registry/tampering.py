"""Changes made directly in a database, behind the registry's back, one for each thing that it holds.

They come from the database as it is, so a column or an index that is added tomorrow is changed tomorrow, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest import mock

from sqlalchemy import Connection, inspect
from tests.unit.registry.full_registry import FullRegistry

from lockyard_registry.audit import Proof
from lockyard_registry.store._live_schema import schema_facts
from lockyard_registry.store._store import database_at

OUTSIDE: Mapping[str, str] = {
    "creation_keys.user_id": "a creation key says only which object a repeated call gets back",
    "creation_keys.kind": "as above",
    "creation_keys.key": "as above",
    "creation_keys.object_id": "as above",
    "artifact_counts.slot": "numbers are kept in several rows, and only their sum means something",
    "facet_counts.slot": "as above",
    "workload_events.sequence": "the database numbers the events, and only their order means something",
}
"""Columns whose change `verify` may miss, and why; docs/registry.md names them, too."""

NEVER_OUTSIDE = {
    "artifacts",
    "artifact_repositories",
    "workloads",
    "protons",
    "replacements",
    "shared_roles",
    "audit",
    "audit_heads",
    "checkpoints",
    "users",
    "user_groups",
    "group_members",
    "access_tokens",
    "credentials",
    "tags",
}
"""Tables of content, statuses, versions, roles, people and the audit log itself."""

MOST_OUTSIDE = 0.10

_TOGETHER = 10

_PARTS: Mapping[str, tuple[set[str], tuple[str, ...]]] = {
    "telemetry": (
        {"measurements", "statistics_resets", "otel_logs", "otel_spans", "otel_metrics", "telemetry_seals"},
        ("telemetry ",),
    ),
    "people": (
        {"users", "user_groups", "group_members", "access_tokens"},
        ("users ", "groups ", "tokens ", "members "),
    ),
    "credentials": ({"credentials"}, ("credentials ",)),
    "workloads": (
        {"workloads", "protons", "replacements", "workload_events", "use_case_links"}
        | {f"workloads_search_{part}" for part in ("config", "data", "docsize", "idx", "rows")},
        ("workloads ", "protons ", "replacements ", "workload", "use", "index workloads_search"),
    ),
}
"""Tables whose changes a proof names apart from those of the others, and how its findings begin then."""

_LOG = {"alembic_version", "audit", "audit_heads", "checkpoints", "registry_facts"}
"""What is changed in these may show anywhere."""


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        name: what is changed.
        statements: SQL with its parameters.
        part: what of the registry it belongs to; empty if a proof may name anything after it.
        where: whether a finding's `where` names it.
    """

    name: str
    statements: tuple[tuple[str, Mapping[str, Any]], ...]
    part: str = ""
    where: Callable[[str], bool] = bool


@contextmanager
def behind_its_back(full: FullRegistry, location: Any) -> Iterator[Connection]:
    """A connection that knows no rules, on which a proof looks at changes that are not committed."""
    database = database_at(location, 5, 1, make=False)
    with database.engine.connect() as connection:
        connection.begin()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")

        @contextmanager
        def read() -> Iterator[Connection]:
            yield connection

        with mock.patch.object(full.desk.reg.store, "read", read):
            yield connection
    database.close()


def missed(
    full: FullRegistry, location: Any, changes: Callable[[Connection], Iterator[Change]]
) -> tuple[list[str], int]:
    """The changes that are not named, and how many there were; what is named apart is changed together."""
    found, number = [], 0
    with behind_its_back(full, location) as connection:
        assert full.prove().findings == []
        for some in together(list(changes(connection))):
            named = {finding.where for finding in proof_after(full, connection, *some).findings}
            found += [change.name for change in some if not any(change.where(name) for name in named)]
            number += len(some)
        assert full.prove().findings == []
    return found, number


def together(changes: list[Change]) -> Iterator[list[Change]]:
    """Some at a time: never two of one part, and those of no part alone."""
    yield from ([change] for change in changes if not change.part)
    rest = [change for change in changes if change.part]
    while rest:
        seen: dict[str, Change] = {}
        for change in rest:
            if len(seen) < _TOGETHER:
                seen.setdefault(change.part, change)
        yield list(seen.values())
        rest = [change for change in rest if seen.get(change.part) is not change]


def proof_after(full: FullRegistry, connection: Connection, *changes: Change) -> Proof:
    """What is found after changes, which are undone then."""
    connection.exec_driver_sql("BEGIN")
    try:
        for change in changes:
            for statement, parameters in change.statements:
                done = execute(connection, statement, parameters)
                assert done.rowcount != 0, f"{change.name}: nothing was changed"
        return full.prove()
    finally:
        connection.exec_driver_sql("ROLLBACK")


def execute(connection: Connection, statement: str, parameters: Mapping[str, Any]) -> Any:
    if connection.dialect.name == "sqlite":
        for name in parameters:
            statement = statement.replace(f"%({name})s", f":{name}")
        return connection.exec_driver_sql(statement, dict(parameters))
    return connection.exec_driver_sql(statement, dict(parameters) or None)


def tables(connection: Connection) -> list[str]:
    """All tables that hold rows; a search index of SQLite holds its own in other tables."""
    names = sorted(inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        virtual = "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'"
        names = sorted(set(names) - set(connection.exec_driver_sql(virtual).scalars()))
    return names


def columns(connection: Connection, table: str) -> list[str]:
    """The columns of a table."""
    return [column["name"] for column in inspect(connection).get_columns(table)]


def row_of(connection: Connection, table: str, column: str, *, last: bool = True) -> dict[str, Any]:
    """A row whose column says something, if there is one; of flags, one that is set."""
    keys = key_of(connection, table)
    way = "DESC" if last else "ASC"
    order = ", ".join(f'"{key}" {way}' for key in keys)
    flag = f'"{column}" IS NULL, '
    if str(inspect_type(connection, table, column)) == "BOOLEAN":
        flag = f'"{column}" DESC, '
    found = connection.exec_driver_sql(f'SELECT * FROM "{table}" ORDER BY {flag}{order} LIMIT 1').mappings().first()
    assert found is not None, f"nothing is in {table}: let `full_registry.fill` put a row there"
    return dict(found)


def inspect_type(connection: Connection, table: str, column: str) -> Any:
    return next(each["type"] for each in inspect(connection).get_columns(table) if each["name"] == column)


def key_of(connection: Connection, table: str) -> list[str]:
    """The columns that tell rows apart."""
    found = inspect(connection).get_pk_constraint(table)["constrained_columns"]
    return found or columns(connection, table)[:1]


def update(connection: Connection, table: str, column: str, row: Mapping[str, Any], new: Any, name: str = "") -> Change:
    """A change of one column in one row."""
    keys = key_of(connection, table)
    where = " AND ".join(f'"{key}" = %(old_{key})s' for key in keys)
    statement = f'UPDATE "{table}" SET "{column}" = %(new)s WHERE {where}'
    parameters = {"new": new, **{f"old_{key}": row[key] for key in keys}}
    return Change(name or f"{table}.{column}", ((statement, parameters),), *_part_of(table))


def _begins(names: tuple[str, ...], where: str) -> bool:
    return where.startswith(names)


def _part_of(table: str) -> tuple[str, Callable[[str], bool]]:
    if table in _LOG:
        return "", bool
    for part, (own, names) in _PARTS.items():
        if table in own:
            return part, partial(_begins, names)
    others = tuple(name for _, names in _PARTS.values() for name in names)
    return "others", lambda where: not where.startswith(others)


def other_value(value: Any) -> Any:
    """A value of the same kind that is another one: of a document, one with its keys in another order if it has any."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1]) if value else b"x"
    if value is None:
        return "1"
    if value[:1] in ("{", "["):
        return reordered(value)
    return value[:-1] + ("x" if value[-1:] != "x" else "y")


def reordered(text: str) -> str:
    """The same document in another spelling, by the order of its keys alone where that is possible."""
    document = json.loads(text)
    other = json.dumps(_reversed(document), separators=(",", ":"))
    return other if other != text else f"{text} "


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def column_changes(connection: Connection) -> Iterator[Change]:
    """Every column of every table, once."""
    flags = connection.dialect.name == "sqlite"
    for table in tables(connection):
        for column in columns(connection, table):
            row = row_of(connection, table, column)
            new = other_value(row[column])
            if flags and str(inspect_type(connection, table, column)) == "BOOLEAN":
                new = 1 - row[column]
            elif row[column] is None and "INT" in str(inspect_type(connection, table, column)):
                new = 1
            yield update(connection, table, column, row, new)


def structure_changes(connection: Connection, *, thorough: bool = False) -> Iterator[Change]:
    """Every index, trigger, constraint and table dropped, and every index and trigger made again in another way.

    Args:
        connection: the database.
        thorough: drop every column, not one of each table.
    """
    facts = schema_facts(connection)
    for name, fact in facts.items():
        kind, _, shown = name.partition(" ")
        table = fact.split(" ", 1)[0]
        yield from _changes_of[connection.dialect.name](connection, kind, shown, table)
    if connection.dialect.name == "postgresql":
        for table in tables(connection):
            for column in columns(connection, table)[:: 1 if thorough else 1000]:
                statement = f'ALTER TABLE "{table}" DROP COLUMN "{column}" CASCADE'
                yield Change(f"column {table}.{column} dropped", ((statement, {}),))
        for table, what in (
            ("audit", "ENABLE ROW LEVEL SECURITY"),
            ("audit", "SET UNLOGGED"),
            ("artifacts", "DISABLE TRIGGER ALL"),
            ("artifacts", "ALTER COLUMN version SET DEFAULT 1"),
            ("artifacts", "ALTER COLUMN status DROP NOT NULL"),
            ("artifacts", "ADD COLUMN other text"),
        ):
            yield Change(f"{what} {table}", ((f'ALTER TABLE "{table}" {what}', {}),))


def _named(where: str) -> tuple[str, Callable[[str], bool]]:
    return where, lambda found: found == where


def _on_sqlite(connection: Connection, kind: str, name: str, table: str) -> Iterator[Change]:
    name = name.rpartition(".")[2]
    sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar_one()
    if kind == "table":
        if any(name.endswith(f"_search_{part}") for part in ("data", "idx", "docsize", "config")):
            # It goes with its index, and SQLite drops it by itself only so.
            yield Change(f"{name} emptied", ((f'DELETE FROM "{name}"', {}),))
            return
        yield Change(f"table {name} dropped", ((f'DROP TABLE "{name}"', {}),))
        return
    named = _named(f"{kind} {table}.{name}" if kind == "trigger" else f"{kind} {name}")
    yield Change(f"{kind} {name} dropped", ((f'DROP {kind} "{name}"', {}),), *named)
    if kind == "trigger":
        begin, _, _ = sql.partition("BEGIN")
        other = f"{begin}BEGIN SELECT 1; END"
    else:
        begin, _, rest = sql.partition("(")
        key, _, end = rest.rpartition(")")
        other = f"{begin}({', '.join(reversed(key.split(',')))} COLLATE NOCASE){end if 'WHERE' not in sql else ''}"
    yield Change(f"{kind} {name} altered", ((f'DROP {kind} "{name}"', {}), (other, {})), *named)


def _on_postgresql(connection: Connection, kind: str, name: str, table: str) -> Iterator[Change]:
    name = name.rpartition(".")[2] if kind != "column" else name
    if kind == "table":
        yield Change(f"table {name} dropped", ((f'DROP TABLE "{name}" CASCADE', {}),))
    elif kind == "constraint":
        statement = f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}" CASCADE'
        yield Change(f"constraint {name} dropped", ((statement, {}),), *_named(f"constraint {table}.{name}"))
    elif kind == "index" and not name.startswith(("pk_", "uq_", "alembic")):
        named = _named(f"index {name}")
        drop = (f'DROP INDEX "{name}"', {})
        yield Change(f"index {name} dropped", (drop,), *named)
        sql = "SELECT pg_get_indexdef(%(name)s::regclass)"
        made = execute(connection, sql, {"name": name}).scalar_one()
        yield Change(
            f"index {name} altered", (drop, (f"{made.partition(' WHERE')[0]} WHERE false", {})), f"index {name}"
        )
        off = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = %(name)s::regclass"
        yield Change(f"index {name} not valid", ((off, {"name": name}),), *named)


_changes_of: Mapping[str, Callable[[Connection, str, str, str], Iterator[Change]]] = {
    "sqlite": _on_sqlite,
    "postgresql": _on_postgresql,
}
