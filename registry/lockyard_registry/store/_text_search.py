"""SQLite's index for texts: what contains a text is found by its trigrams, exactly, without looking at every row.

Each table with a `search_text` has an FTS5 table `…_search` beside it that holds only the index. Triggers keep it in
step (migration 0005), so that nothing that writes needs to know of it. PostgreSQL does all this by itself (`pg_trgm`).
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Table, bindparam, text

SEARCHED: Mapping[str, tuple[str, ...]] = {
    "artifact_repositories": ("name", "id"),
    "artifacts": ("name", "description", "id"),
    "workloads": ("name", "description", "id"),
}
"""The columns that a table's `search_text` is made of, in their order."""

_SHORTEST = 3
"""Characters of a trigram: a shorter text has none."""


def search_text(*parts: str) -> str:
    """What the lists' free text search looks in: the parts, one a line, in one case (R55)."""
    return "\n".join(parts).casefold()


def containing(table: Table, wanted: str) -> ColumnElement[bool]:
    """The condition that a row's `search_text` contains a text.

    Args:
        table: one of those with a `search_text`.
        wanted: the text, in the case of `search_text`.
    """
    if len(wanted) < _SHORTEST:
        return table.c.search_text.contains(wanted, autoescape=True)
    index = f"{table.name}_search"
    found = text(
        f"SELECT id FROM {index}_rows WHERE number IN (SELECT rowid FROM {index} WHERE {index} MATCH :phrase)"
    ).bindparams(bindparam("phrase", '"' + wanted.replace('"', '""') + '"'))
    return table.c.id.in_(found)
