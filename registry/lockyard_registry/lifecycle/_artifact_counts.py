"""How many artifacts a scope, recipient or repository has, by type and status: kept with every change."""

from collections import Counter

from sqlalchemy import Connection, bindparam, delete, func, select, text

from ..store import EVERYTHING, Prepared, artifact_counts, recipient_holder, scope_recipients
from ._rows import ArtifactRow, RepositoryRow
from ._slots import slot_of

_Key = tuple[str, str, str, int]

_change = Prepared(
    text(
        "INSERT INTO artifact_counts (holder, type, status, slot, number) VALUES (:holder, :type, :status, :slot, :by) "
        "ON CONFLICT (holder, type, status, slot) DO UPDATE SET number = artifact_counts.number + excluded.number"
    )
)
_forget = delete(artifact_counts).where(artifact_counts.c.holder == bindparam("gone"))
_number = func.sum(artifact_counts.c.number)
_in_repository = (
    select(artifact_counts.c.type, artifact_counts.c.status, _number)
    .where(artifact_counts.c.holder == bindparam("repository"))
    .group_by(artifact_counts.c.type, artifact_counts.c.status)
)
_recipients = Prepared(
    select(scope_recipients.c.recipient_type, scope_recipients.c.recipient_id).where(
        scope_recipients.c.scope == bindparam("scope")
    )
)


class ArtifactCounts:
    """Collects what a transaction changes in the counts.

    Args:
        one_writer: the database has one writer at a time.
    """

    def __init__(self, *, one_writer: bool) -> None:
        self._one_writer = one_writer
        self._changes: Counter[_Key] = Counter()
        self._of_scopes: Counter[_Key] = Counter()
        self._gone: list[str] = []

    def artifact(self, before: ArtifactRow | None, after: ArtifactRow | None) -> None:
        """Counts an artifact that is stored (`before` is None), changed, or removed (`after` is None)."""
        for row, by in ((before, -1), (after, 1)):
            if row is not None:
                slot = slot_of(row.repository_id, one_writer=self._one_writer)
                for holder in (EVERYTHING, row.repository_id):
                    self._changes[holder, row.type, row.status, slot] += by
                self._of_scopes[row.visible_to, row.type, row.status, slot] += by

    def move_repository(self, tx: Connection, before: RepositoryRow, scope: str) -> None:
        """Moves the artifacts of a repository to another scope; no other change of them may be waiting.

        Args:
            tx: the transaction.
            before: the repository with its present scope.
            scope: the other one.
        """
        slot = slot_of(before.id, one_writer=self._one_writer)
        for type, status, number in tx.execute(_in_repository, {"repository": before.id}):
            self._of_scopes[before.visible_to, type, status, slot] -= number
            self._of_scopes[scope, type, status, slot] += number

    def repository_gone(self, id: str) -> None:
        """Forgets the counts of a repository."""
        self._gone.append(id)

    def store(self, tx: Connection) -> None:
        """Stores the changes."""
        changes = Counter({key: by for key, by in self._changes.items() if key[0] not in self._gone})
        changes.update(self._of_scopes)
        changes.update(self._of_recipients(tx))
        # Last in the transaction and in one order: nobody waits long for a count, and no two wait for each other.
        for (holder, type, status, slot), by in sorted(changes.items()):
            if by:
                _change.change(tx, {"holder": holder, "type": type, "status": status, "slot": slot, "by": by})
        for id in self._gone:
            tx.execute(_forget, {"gone": id})

    def _of_recipients(self, tx: Connection) -> Counter[_Key]:
        found: Counter[_Key] = Counter()
        changed = {key: by for key, by in self._of_scopes.items() if by}
        holders = {scope: _holders(tx, scope) for scope in {scope for scope, *_ in changed}}
        for (scope, type, status, slot), by in changed.items():
            for holder in holders[scope]:
                found[holder, type, status, slot] += by
        return found


def _holders(tx: Connection, scope: str) -> list[str]:
    return [recipient_holder(type, id) for type, id in _recipients.rows(tx, {"scope": scope})]
