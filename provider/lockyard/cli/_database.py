"""A registry's SQLite file, looked at without opening the registry, so that nothing is made or migrated."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

# Table by the name that people know.
COUNTED = {"repositories": "artifact_repositories", "artifacts": "artifacts", "workloads": "workloads"}


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What the file says.

    Attributes:
        registry_id: The registry's id, None if the file holds none.
        revision: Revision of its schema, None if it has none: a database of another program.
        damage: What SQLite's quick check found; empty when it is healthy.
        counts: How many repositories, artifacts and workloads it holds.
    """

    registry_id: str | None
    revision: str | None
    damage: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def look_into(path: Path) -> DatabaseFacts:
    """Reads the file.

    Raises:
        sqlite3.Error: It cannot be read, or is no database.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        damage = [str(row[0]) for row in connection.execute("PRAGMA quick_check")]
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return DatabaseFacts(
            registry_id=_single(connection, tables, "registry_facts", "value", "WHERE name = 'registryId'"),
            revision=_single(connection, tables, "alembic_version", "version_num"),
            damage=[] if damage == ["ok"] else damage,
            counts={
                name: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for name, table in COUNTED.items()
                if table in tables
            },
        )


def _single(connection: sqlite3.Connection, tables: set[str], table: str, column: str, where: str = "") -> str | None:
    if table not in tables:
        return None
    row = connection.execute(f"SELECT {column} FROM {table} {where}").fetchone()
    return None if row is None else str(row[0])
