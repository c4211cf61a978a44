"""Which workloads refer to an artifact (D4, R81)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select

from ..store import replacements, workloads
from ._rows import WorkloadRow
from ._transaction import Transaction

# A statement may hold only so many values.
_MOST_IDS = 1000

_wanted = bindparam("artifacts", expanding=True)
_candidates_for = select(replacements.c.workload_id).where(
    replacements.c.active.is_(True), replacements.c.artifact_id.in_(_wanted)
)
_referring = (
    select(workloads)
    .where(or_(workloads.c.artifact_id.in_(_wanted), workloads.c.id.in_(_candidates_for)))
    .order_by(workloads.c.id)
    .with_for_update()
)


def workloads_on(t: Transaction, artifact_ids: Sequence[str]) -> list[WorkloadRow]:
    """The workloads that run these artifacts, stopped ones included, or that are just rolling onto them."""
    found: list[WorkloadRow] = []
    for start in range(0, len(artifact_ids), _MOST_IDS):
        rows = t.tx.execute(_referring, {"artifacts": list(artifact_ids[start : start + _MOST_IDS])})
        found += [WorkloadRow(**row._mapping) for row in rows]
    return found


def referring_workloads(t: Transaction, artifact_ids: Sequence[str]) -> list[str]:
    """Ids of `workloads_on`."""
    return [workload.id for workload in workloads_on(t, artifact_ids)]
