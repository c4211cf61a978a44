"""The schema as a database has it, one fact for each table, index, trigger and so on, and how it differs from ours.

What the migrations make stands in `schema/`, one file for each kind of database; a test makes it again and compares.
Names prove nothing: a fact is the whole definition. What somebody added for themselves beside our tables (a table, a
view) is theirs; what is added to our tables is a difference.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import Connection, inspect

from ._prepare import REVISION
from ._schema import HEAD_REVISION, metadata

Facts = Mapping[str, str]
"""Kind and name of each thing, and its definition. Things that belong to a table begin theirs with its name."""

_EXPECTED = Path(__file__).parent / "schema"

# Blanks and quotes say nothing; what is between single quotes does.
_PARTS = re.compile(r"('(?:[^']|'')*')|\s+|([\"`\[\]])")

_ON_SQLITE = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE substr(name, 1, 7) <> 'sqlite_'"

_HERE = "relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
# Each gives kind, name, table and definition. Internal triggers keep foreign keys: they count when they are off.
_ON_POSTGRESQL = (
    "SELECT 'table', relname, relname, concat_ws(' ', relkind, relpersistence, "
    "CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END, "
    "CASE WHEN relhasrules THEN 'rules' END) "
    f"FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm') AND {_HERE}",
    "SELECT 'column', relname || '.' || attname, relname, concat_ws(' ', format_type(atttypid, atttypmod), collname, "
    "CASE WHEN attnotnull THEN 'not null' END, nullif(attidentity, ''), nullif(attgenerated, ''), "
    "pg_get_expr(adbin, adrelid)) "
    "FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_collation l ON l.oid = attcollation "
    "LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
    f"WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p') AND {_HERE}",
    "SELECT 'index', i.relname, t.relname, pg_get_indexdef(i.oid, 0, true) || "
    "CASE WHEN indisvalid AND indisready AND indislive THEN '' ELSE ' not valid' END "
    "FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid "
    f"WHERE i.{_HERE}",
    "SELECT 'constraint', conname, relname, pg_get_constraintdef(c.oid, true) "
    "FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid "
    f"WHERE contype IN ('p', 'u', 'f', 'c', 'x') AND {_HERE}",
    "SELECT 'trigger', tgname, relname, CASE WHEN tgisinternal THEN 'off' ELSE pg_get_triggerdef(g.oid, true) END "
    "FROM pg_trigger g JOIN pg_class t ON t.oid = tgrelid "
    f"WHERE (NOT tgisinternal OR tgenabled <> 'O') AND {_HERE}",
    f"SELECT 'policy', polname, relname, polcmd::text FROM pg_policy JOIN pg_class t ON t.oid = polrelid WHERE {_HERE}",
)


def schema_facts(tx: Connection) -> Facts:
    """What the database has: definitions by kind and name."""
    return dict(sorted(_facts(tx)))


def expected_facts(dialect: str) -> Facts:
    """What the migrations make.

    Args:
        dialect: `sqlite` or `postgresql`.
    """
    return json.loads((_EXPECTED / f"{dialect}.json").read_text(encoding="utf-8"))


def schema_differences(tx: Connection) -> list[tuple[str, str]]:
    """What is not as the migrations made it: kind and name, and `missing`, `altered` or `added`."""
    live, expected = schema_facts(tx), expected_facts(tx.dialect.name)
    ours = {name.partition(" ")[2] for name in expected if name.startswith("table ")}
    found = [(name, "missing") for name in expected if name not in live]
    found += [(name, "altered") for name in expected if name in live and live[name] != expected[name]]
    added = (name for name, fact in live.items() if name not in expected and fact.split(" ", 1)[0] in ours)
    return sorted([*found, *((name, "added") for name in added)])


def has_revision(tx: Connection) -> bool:
    """Whether the database says, once, that it has the schema of this code."""
    return list(tx.execute(REVISION).scalars()) == [HEAD_REVISION]


def unusable_tables(tx: Connection) -> set[str]:
    """The tables that lack a column, or are not there, so that nothing of them can be read."""
    names = inspect(tx).get_table_names()
    found = {name: {column["name"] for column in inspect(tx).get_columns(name)} for name in names}
    return {name for name, table in metadata.tables.items() if not found.get(name, set()).issuperset(table.c.keys())}


def _facts(tx: Connection) -> Iterator[tuple[str, str]]:
    queries = (_ON_SQLITE,) if tx.dialect.name == "sqlite" else _ON_POSTGRESQL
    for query in queries:
        for kind, name, table, definition in tx.exec_driver_sql(query):
            shown = f"{table}.{name}" if kind in ("trigger", "constraint", "policy") else name
            yield f"{kind} {shown}", f"{table} {_plain(str(definition))}"


def _plain(sql: str) -> str:
    """A definition without what says nothing: blanks beside signs, and quotes around names."""
    text = _PARTS.sub(lambda part: part[1] or (" " if part[2] is None else ""), sql)
    return re.sub(r" ?([(),;]) ?", r"\1", text).strip()
