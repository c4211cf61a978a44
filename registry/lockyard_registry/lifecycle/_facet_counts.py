"""How many artifacts a scope has of each creator, tag and repository, by type and status: kept with every change.

Whatever facets tell of all that a caller sees is a sum of these, without a look at the artifacts.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, literal, select, text

from ..store import EVERYTHING, Prepared, artifacts, tags
from ._rows import ArtifactRow, RepositoryRow
from ._slots import slot_of

Tag = tuple[str, str]
"""Name and value."""

_Key = tuple[str, str, str, str, str, str, int]

_KEYS = ("holder", "facet", "name", "value", "type", "status", "slot")
_change = Prepared(
    text(
        f"INSERT INTO facet_counts ({', '.join(_KEYS)}, number) VALUES ({', '.join(f':{key}' for key in _KEYS)}, :by) "
        f"ON CONFLICT ({', '.join(_KEYS)}) DO UPDATE SET number = facet_counts.number + excluded.number"
    )
)
_sweep = text(f"DELETE FROM facet_counts WHERE {' AND '.join(f'{key} = :{key}' for key in _KEYS)} AND number = 0")
_tags = (
    select(tags.c.name, tags.c.value)
    .where(tags.c.kind == "artifacts", tags.c.object_id == bindparam("artifact"))
    .distinct()
)


_kind = (artifacts.c.type, artifacts.c.status)


def _by(facet: str, names: Sequence[Any], source: Any, number: Any) -> Select[Any]:
    found: Any = select(literal(facet), *([] if len(names) > 1 else [literal("")]), *names, *_kind, number)
    here = artifacts.c.repository_id == bindparam("repository")
    return found.select_from(source).where(here).group_by(*names, *_kind)


_in_repository = (
    _by("creator", (artifacts.c.creator_username, artifacts.c.creator_id), artifacts, func.count()),
    _by("repository", (artifacts.c.repository_id,), artifacts, func.count()),
    _by(
        "tags",
        (tags.c.name, tags.c.value),
        artifacts.join(tags, and_(tags.c.kind == "artifacts", tags.c.object_id == artifacts.c.id)),
        # An object has a tag of one name and value once only if nobody repeated it.
        func.count(artifacts.c.id.distinct()),
    ),
)


class FacetCounts:
    """Collects what a transaction changes in the counts.

    Args:
        one_writer: the database has one writer at a time.
    """

    def __init__(self, *, one_writer: bool) -> None:
        self._one_writer = one_writer
        self._changes: Counter[_Key] = Counter()

    def artifact(self, tx: Connection, before: ArtifactRow | None, after: ArtifactRow | None) -> None:
        """Counts an artifact that is stored (`before` is None), changed, or removed (`after` is None).

        Args:
            tx: the transaction, in which the artifact still has its tags.
            before: the artifact as it was.
            after: the artifact as it will be.
        """
        if before is not None and after is not None and _place(before) == _place(after):
            return
        # A new one has no tags yet.
        marks = [] if before is None else [(row[0], row[1]) for row in tx.execute(_tags, {"artifact": before.id})]
        for row, by in ((before, -1), (after, 1)):
            if row is not None:
                self._add(row, "creator", row.creator_username, row.creator_id, by)
                self._add(row, "repository", "", row.repository_id, by)
                for name, value in marks:
                    self._add(row, "tags", name, value, by)

    def tags(self, row: ArtifactRow, before: Collection[Tag], after: Collection[Tag]) -> None:
        """Counts the tags that an artifact gets in place of others."""
        for marks, by in ((set(before), -1), (set(after), 1)):
            for name, value in marks:
                self._add(row, "tags", name, value, by)

    def move_repository(self, tx: Connection, before: RepositoryRow, scope: str) -> None:
        """Moves the artifacts of a repository to another scope; no other change of them may be waiting.

        Args:
            tx: the transaction.
            before: the repository with its present scope.
            scope: the other one.
        """
        slot = slot_of(before.id, one_writer=self._one_writer)
        for statement in _in_repository:
            rows: Any = tx.execute(statement, {"repository": before.id})
            for facet, name, value, type, status, number in rows:
                self._changes[before.visible_to, facet, name, value, type, status, slot] -= number
                self._changes[scope, facet, name, value, type, status, slot] += number

    def store(self, tx: Connection) -> None:
        """Stores the changes."""
        # In one order, so that no two wait for each other.
        rows: list[dict[str, Any]] = [
            {**dict(zip(_KEYS, key, strict=True)), "by": by} for key, by in sorted(self._changes.items()) if by
        ]
        for row in rows:
            _change.change(tx, row)
        less = [row for row in rows if row["by"] < 0]
        if less:
            # Or tags and repositories that there once were would be added up for ever.
            tx.execute(_sweep, less)

    def _add(self, row: ArtifactRow, facet: str, name: str, value: str, by: int) -> None:
        slot = slot_of(row.repository_id, one_writer=self._one_writer)
        for holder in (EVERYTHING, row.visible_to):
            self._changes[holder, facet, name, value, row.type, row.status, slot] += by


def _place(row: ArtifactRow) -> tuple[str, ...]:
    return row.visible_to, row.type, row.status, row.repository_id, row.creator_id, row.creator_username
