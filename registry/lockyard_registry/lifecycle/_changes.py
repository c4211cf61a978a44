"""What a transaction changed, for the audit log."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection

from ..store import append_record, state_digest
from ._registry import Caller
from ._rows import ArtifactRow, ProtonRow, ReplacementRow, RepositoryRow, Row, WorkloadRow

State = Mapping[str, Any] | list[Any] | None

REPOSITORIES: Final = "artifactRepositories"
WORKLOADS: Final = "workloads"
CREDENTIALS: Final = "credentials"
"""The kinds of chains."""


class Changes:
    """Collects what changes, by chain and object: the state before the transaction, and the last one in it.

    Args:
        action: what was called, such as `artifact.patch`.
    """

    def __init__(self, action: str) -> None:
        self._action = action
        self._chains: dict[tuple[str, str], dict[tuple[str, str], list[Any]]] = {}

    def row(self, before: Row | None, after: Row | None) -> None:
        """Notes a row that is stored (`before` is None), changed, or removed (`after` is None)."""
        row = after or before
        assert row is not None
        chain, kind = _place(row)
        self.note(chain, kind, row.id, before, after)

    def note(self, chain: tuple[str, str], kind: str, id: str, before: Any, after: Any) -> None:
        """Notes a change.

        Args:
            chain: its kind and the id of the repository or workload.
            kind: kind of the object.
            id: id of the object.
            before: its state before: a row, a mapping or a list; None for nothing.
            after: its state after.
        """
        objects = self._chains.setdefault(chain, {})
        # Of several changes of one object in a transaction, the first one knows what was there before.
        objects[kind, id] = [objects[kind, id][0] if (kind, id) in objects else before, after]

    def store(self, tx: Connection, caller: Caller, at: str) -> None:
        """Adds one record to each chain in which something is different now."""
        # In one order, so that no two transactions wait for each other's chains.
        for kind, chain in sorted(self._chains):
            changes = [
                {"kind": what, "id": id, "before": before, "after": after}
                for (what, id), states in self._chains[kind, chain].items()
                for before, after in [[state_digest(_state(state)) for state in states]]
                if before != after
            ]
            if changes:
                append_record(
                    tx,
                    chain,
                    kind,
                    at=at,
                    action=self._action,
                    actor=(caller.user_id, caller.username),
                    request_id=caller.request_id,
                    changes=changes,
                )


def _state(state: Any) -> State:
    if state is None or isinstance(state, (Mapping, list)):
        return state
    return {field.name: getattr(state, field.name) for field in fields(state)}


def _place(row: Row) -> tuple[tuple[str, str], str]:
    if isinstance(row, RepositoryRow):
        return (REPOSITORIES, row.id), REPOSITORIES
    if isinstance(row, ArtifactRow):
        return (REPOSITORIES, row.repository_id), "artifacts"
    if isinstance(row, WorkloadRow):
        return (WORKLOADS, row.id), WORKLOADS
    kinds: dict[type[Row], str] = {ProtonRow: "protons", ReplacementRow: "replacements"}
    return (WORKLOADS, row.workload_id), kinds[type(row)]
