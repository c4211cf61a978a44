"""What a change of an artifact touches: who runs it, and what a lock would reset (our addition)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from lockyard.contract import Json, requested_replicas

from ..store import creation_keys, measurements, protons
from ._access import artifact_for, may, roles_on
from ._changes import REPOSITORIES, WORKLOADS
from ._documents import user_document
from ._expiry import effective_status, expires_at
from ._proton_replicas import replicas_of
from ._records import need_artifact, need_repository
from ._references import workloads_on
from ._registry import Caller, Registry
from ._rows import ArtifactRow, ProtonRow, RepositoryRow, WorkloadRow
from ._runtimes import stored_runtime
from ._settle import reading_settled
from ._transaction import Transaction
from ._workload_documents import endpoint_of

MOST_SHOWN = 100
"""How many workloads are described one by one; the sums are over all."""

_IMPORTANCE = ("critical", "high", "moderate", "low")

_KINDS = {"artifact_repository": REPOSITORIES, "artifact": "artifacts", "workload": WORKLOADS}

_ids = bindparam("ids", expanding=True)
_protons = select(protons).where(protons.c.id.in_(_ids))
_counted = (
    select(
        measurements.c.workload_id,
        func.count().label("measurements"),
        func.sum(measurements.c.requests).label("requests"),
        func.min(measurements.c.start_at).label("since"),
    )
    .where(measurements.c.workload_id.in_(_ids))
    .group_by(measurements.c.workload_id)
)
_keys = (
    select(creation_keys.c.kind, creation_keys.c.object_id, func.count())
    .where(creation_keys.c.object_id.in_(_ids), creation_keys.c.kind.in_(list(_KINDS.values())))
    .group_by(creation_keys.c.kind, creation_keys.c.object_id)
)


def artifact_impact(reg: Registry, caller: Caller, id: str) -> Json:
    """Who runs an artifact or rolls onto it, what a lock would reset, and who made all that.

    Workloads that the caller may not see are left out of everything. Only owners of the artifact's repository are told
    how many there are: they learn it from a refused deletion, too.

    Raises:
        NotFoundError: there is no such artifact.
    """
    with reading_settled(reg, caller) as t:
        artifact = artifact_for(t, id, "view")
        users = workloads_on(t, [id])
        seen = roles_on(t, WORKLOADS, [row.id for row in users])
        rows = sorted(
            (row for row in users if row.id in seen),
            key=lambda row: (_IMPORTANCE.index(row.importance), row.id),
        )
        shown = rows[:MOST_SHOWN]
        described = _described(t, artifact, shown)
        owns = may(t, REPOSITORIES, artifact.repository_id, "own")
        return {
            "artifactId": artifact.id,
            "artifactStatus": artifact.status,
            "totalWorkloads": len(rows),
            "hiddenWorkloads": len(users) - len(rows) if owns else None,
            "byImportance": {name: sum(row.importance == name for row in rows) for name in _IMPORTANCE},
            "replicas": sum(_replicas(row) for row in rows if _status(t, row, artifact) != "stopped"),
            "workloads": described,
            "lockResets": None if artifact.locked else _resets(t, artifact, shown),
            "origins": _origins(t, need_repository(t, artifact.repository_id), artifact, shown),
        }


def _described(t: Transaction, artifact: ArtifactRow, rows: Sequence[WorkloadRow]) -> list[Json]:
    running = [row.proton_id for row in rows if row.proton_id]
    found = {row.id: ProtonRow(*row) for row in t.tx.execute(_protons, {"ids": running})} if running else {}
    return [
        {
            "id": row.id,
            "name": row.name,
            "status": _status(t, row, artifact),
            "importance": row.importance,
            # A candidate is about to run the artifact; its replicas are still those of the one before.
            "role": "active" if row.artifact_id == artifact.id else "candidate",
            "replicas": _replicas(row),
            "readyReplicas": _ready(t, found.get(row.proton_id or "")),
            "endpoint": endpoint_of(t, row.id),
            "expiresAt": expires_at(row, artifact.status) if row.artifact_id == artifact.id else None,
            "creator": user_document(row),
        }
        for row in rows
    ]


def _status(t: Transaction, row: WorkloadRow, artifact: ArtifactRow) -> str:
    active = artifact if row.artifact_id == artifact.id else need_artifact(t, row.artifact_id)
    return effective_status(row, active.status, t.now)


def _replicas(row: WorkloadRow) -> int:
    return requested_replicas(stored_runtime(row))


def _ready(t: Transaction, proton: ProtonRow | None) -> int | None:
    """How many replicas are ready as last told; None when nothing tells of them."""
    if proton is None:
        return None
    return sum(_is_ready(replica) for replica in replicas_of(t, proton))


def _is_ready(replica: dict[str, Any]) -> bool:
    containers: list[Any] = replica["containers"]
    return bool(containers) and all(container.get("ready") for container in containers)


def _resets(t: Transaction, artifact: ArtifactRow, rows: Sequence[WorkloadRow]) -> list[Json]:
    # Those that `lock` resets: what only rolls onto the artifact keeps its figures.
    ids = [row.id for row in rows if row.artifact_id == artifact.id]
    return [
        {
            "workloadId": row.workload_id,
            "measurements": row.measurements,
            "requests": int(row.requests),
            "since": row.since,
        }
        for row in (t.tx.execute(_counted, {"ids": ids}) if ids else ())
    ]


def _origins(
    t: Transaction, repository: RepositoryRow, artifact: ArtifactRow, rows: Sequence[WorkloadRow]
) -> list[Json]:
    objects = (("artifact_repository", repository), ("artifact", artifact), *(("workload", row) for row in rows))
    keys = {(row[0], row[1]): row[2] for row in t.tx.execute(_keys, {"ids": [row.id for _, row in objects]})}
    return [
        {
            "id": row.id,
            "type": type,
            # Only repositories are told theirs as it is; of the others there are the keys made from it.
            "origin": repository.origin if row is repository else None,
            "creationKeys": keys.get((_KINDS[type], row.id), 0),
            "claim": row.claim,
            "creator": user_document(row),
        }
        for type, row in objects
    ]
