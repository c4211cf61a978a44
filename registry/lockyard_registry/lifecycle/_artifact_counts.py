"""How many artifacts a scope or repository has, by type and status: kept with every change, so that no list counts."""

from collections import Counter
from zlib import crc32

from sqlalchemy import Connection, bindparam, delete, func, select, text

from ..store import EVERYTHING, artifact_counts
from ._rows import ArtifactRow, RepositoryRow

_SLOTS = {True: 1, False: 8}
"""How many rows the changes of one count are spread over, by whether the database is a file: there one writes at a
time, and fewer rows are faster to add up."""

_Key = tuple[str, str, str, int]

_change = text(
    "INSERT INTO artifact_counts (holder, type, status, slot, number) VALUES (:holder, :type, :status, :slot, :by) "
    "ON CONFLICT (holder, type, status, slot) DO UPDATE SET number = artifact_counts.number + excluded.number"
)
_forget = delete(artifact_counts).where(artifact_counts.c.holder == bindparam("gone"))
_number = func.sum(artifact_counts.c.number)
_in_repository = (
    select(artifact_counts.c.type, artifact_counts.c.status, _number)
    .where(artifact_counts.c.holder == bindparam("repository"))
    .group_by(artifact_counts.c.type, artifact_counts.c.status)
)


class ArtifactCounts:
    """Collects what a transaction changes in the counts.

    Args:
        one_writer: the database has one writer at a time.
    """

    def __init__(self, *, one_writer: bool) -> None:
        self._slots = _SLOTS[one_writer]
        self._changes: Counter[_Key] = Counter()
        self._gone: list[str] = []

    def artifact(self, before: ArtifactRow | None, after: ArtifactRow | None) -> None:
        """Counts an artifact that is stored (`before` is None), changed, or removed (`after` is None)."""
        for row, by in ((before, -1), (after, 1)):
            if row is not None:
                for holder in (EVERYTHING, row.repository_id, row.visible_to):
                    self._add(holder, row.type, row.status, row.repository_id, by)

    def move_repository(self, tx: Connection, before: RepositoryRow, scope: str) -> None:
        """Moves the artifacts of a repository to another scope; no other change of them may be waiting.

        Args:
            tx: the transaction.
            before: the repository with its present scope.
            scope: the other one.
        """
        for type, status, number in tx.execute(_in_repository, {"repository": before.id}):
            self._add(before.visible_to, type, status, before.id, -number)
            self._add(scope, type, status, before.id, number)

    def repository_gone(self, id: str) -> None:
        """Forgets the counts of a repository."""
        self._gone.append(id)

    def store(self, tx: Connection) -> None:
        """Stores the changes."""
        # Last in the transaction and in one order: nobody waits long for a count, and no two wait for each other.
        rows = [
            {"holder": holder, "type": type, "status": status, "slot": slot, "by": by}
            for (holder, type, status, slot), by in sorted(self._changes.items())
            if by and holder not in self._gone
        ]
        if rows:
            tx.execute(_change, rows)
        for id in self._gone:
            tx.execute(_forget, {"gone": id})

    def _add(self, holder: str, type: str, status: str, repository: str, by: int) -> None:
        self._changes[holder, type, status, crc32(repository.encode()) % self._slots] += by
