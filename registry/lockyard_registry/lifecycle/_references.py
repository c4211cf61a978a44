"""Which workloads refer to an artifact (D4, R81)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select

from ..store import replacements, workloads
from ._access import roles_on
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
_referring = {False: _rows, True: _rows.with_for_update()}


def workloads_on(t: Transaction, artifact_ids: Sequence[str]) -> list[WorkloadRow]:
    """The workloads that run these artifacts, stopped ones included, or that are just rolling onto them."""
    found: list[WorkloadRow] = []
    for start in range(0, len(artifact_ids), _MOST_IDS):
        rows = t.tx.execute(_referring[t.writes], {"artifacts": list(artifact_ids[start : start + _MOST_IDS])})
        found += [WorkloadRow(**row._mapping) for row in rows]
    return found


def named_workloads(t: Transaction, rows: Sequence[WorkloadRow]) -> str:
    """Ids of workloads for a refusal, without those that the caller may not see."""
    seen = roles_on(t, [row.id for row in rows])
    names = [row.id for row in rows if row.id in seen]
    hidden = len(rows) - len(names)
    return ", ".join([*names, f"{hidden} that you cannot see"] if hidden else names)
