"""The file: gzip over lines of JSON.

The first line says what it is, then one line for each row, in an order that foreign keys allow, then a last line with
the number of rows of each table and a SHA-256 over all lines before. Values are those of the columns: JSON columns are
texts, so that what was stored is what is moved, byte for byte.
"""

from __future__ import annotations

from sqlalchemy import Table

from ..store import metadata

FORMAT = "lockyard-export"
VERSION = 1

_FIRST = ("registry_facts", "artifact_repositories", "artifacts", "workloads", "users", "user_groups")


def exported_tables() -> list[Table]:
    """All tables of the schema, those that others refer to first."""
    names = [*_FIRST, *sorted(set(metadata.tables) - set(_FIRST))]
    return [metadata.tables[name] for name in names]
