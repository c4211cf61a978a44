"""Which workloads refer to an artifact (D4, R81)."""

from collections.abc import Container, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, or_, select, union

from ..store import replacements, workloads
from ._access import roles_on
from ._changes import WORKLOADS
from ._rows import WorkloadRow
from ._transaction import Transaction

# A statement may hold only so many values.
_MOST_IDS = 1000

_wanted = bindparam("artifacts", expanding=True)
_candidates_for = select(replacements.c.workload_id).where(
    replacements.c.active.is_(True), replacements.c.artifact_id.in_(_wanted)
)
_rows = (
    select(workloads)
    .where(or_(workloads.c.artifact_id.in_(_wanted), workloads.c.id.in_(_candidates_for)))
    .order_by(workloads.c.id)
)
_shown = tuple(workloads.c[name] for name in ("id", "name", "status", "started_at", "artifact_id"))
_users = union(
    select(workloads.c.artifact_id.label("used"), *_shown).where(workloads.c.artifact_id.in_(_wanted)),
    select(replacements.c.artifact_id.label("used"), *_shown)
    .join(workloads, replacements.c.workload_id == workloads.c.id)
    .where(replacements.c.active.is_(True), replacements.c.artifact_id.in_(_wanted)),
).order_by("used", "id")
_referring = {False: _rows, True: _rows.with_for_update()}


def workloads_on(t: Transaction, artifact_ids: Sequence[str]) -> list[WorkloadRow]:
    """The workloads that run these artifacts, stopped ones included, or that are just rolling onto them."""
    found: list[WorkloadRow] = []
    for start in range(0, len(artifact_ids), _MOST_IDS):
        rows = t.tx.execute(_referring[t.writes], {"artifacts": list(artifact_ids[start : start + _MOST_IDS])})
        found += [WorkloadRow(*row) for row in rows]
    return found


class HasId(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


class User(NamedTuple):
    """A workload as far as the rules ask for it."""

    id: str
    name: str
    status: str
    started_at: str
    artifact_id: str


def users_of(t: Transaction, artifact_ids: Sequence[str]) -> dict[str, list[User]]:
    """The same as `workloads_on`, by artifact and only to look at; artifacts without any are left out."""
    found: dict[str, list[User]] = {}
    for start in range(0, len(artifact_ids), _MOST_IDS):
        asked = {"artifacts": list(artifact_ids[start : start + _MOST_IDS])}
        for row in t.tx.execute(_users, asked):
            found.setdefault(row.used, []).append(User(row.id, row.name, row.status, row.started_at, row.artifact_id))
    return found


def named_workloads(t: Transaction, rows: Sequence[WorkloadRow]) -> str:
    """Ids of workloads for a refusal, without those that the caller may not see."""
    return named(rows, roles_on(t, WORKLOADS, [row.id for row in rows]))


def named(rows: Sequence[HasId], seen: Container[str]) -> str:
    """The same, with what the caller sees looked up before."""
    names = [row.id for row in rows if row.id in seen]
    hidden = len(rows) - len(names)
    return ", ".join([*names, f"{hidden} that you cannot see"] if hidden else names)
