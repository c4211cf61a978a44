"""Protons: the generations of a workload, at most one active and one candidate (workload-api §12)."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from lockyard.contract import Json

from ..store import protons, replacements, timestamp
from ._records import find_proton, write_proton, write_workload
from ._rows import ArtifactRow, ProtonRow, WorkloadRow
from ._transaction import Transaction

VISIBLE_TO_WORKLOAD = {"initializing": "running", "warming": "running", "draining": "running"}
"""A workload knows fewer statuses than its proton; the others are the same (workload-api §12.1)."""

_soonest_proton = select(func.min(protons.c.due_at)).where(protons.c.workload_id == bindparam("workload"))
_soonest_replacement = select(func.min(replacements.c.due_at)).where(
    replacements.c.workload_id == bindparam("workload"), replacements.c.active.is_(True)
)


def new_proton(
    t: Transaction, workload_id: str, artifact: ArtifactRow, runtime: Json, runtime_digest: str, role: str, status: str
) -> ProtonRow:
    """Stores a new proton of the artifact's present content.

    Args:
        t: the transaction.
        workload_id: its workload.
        artifact: what it runs.
        runtime: how.
        runtime_digest: digest of the runtime.
        role: `active` or `candidate`.
        status: its first status.
    """
    images = {
        container["name"]: container["imageUri"]
        for group in artifact.spec["containerGroups"]
        for container in group["containers"]
    }
    row = ProtonRow(
        id=t.new_id(),
        workload_id=workload_id,
        name=artifact.name,
        artifact_id=artifact.id,
        artifact_digest=artifact.content_digest,
        runtime=runtime,
        runtime_digest=runtime_digest,
        deployed_images=images,
        role=role,
        status=status,
        message=None,
        internal_url=None,
        replicas=[],
        reported_at=None,
        running_since=t.now if status == "running" else None,
        due_at=_due(t, status, images, t.now),
        created_at=t.now,
        updated_at=t.now,
    )
    write_proton(t, None, row)
    return row


def move_proton(
    t: Transaction, before: ProtonRow, status: str, at: str, *, role: str | None, message: str | None = None
) -> ProtonRow:
    """Stores a proton's new status, and when the driver will move it next.

    Args:
        t: the transaction.
        before: the proton.
        status: its new status.
        at: when it reached it.
        role: its role from now on; None for a proton that is no longer wanted.
        message: why, for a failure.
    """
    after = replace(
        before,
        status=status,
        role=role,
        message=message,
        running_since=before.running_since or (at if status == "running" else None),
        due_at=_due(t, status, before.deployed_images, at),
        updated_at=at,
    )
    if status in ("submitted", "stopped", "errored"):
        after = replace(after, running_since=None)
    write_proton(t, before, after)
    return after


def active_proton(t: Transaction, workload: WorkloadRow) -> ProtonRow | None:
    """The proton that serves; None when nothing has told of one yet."""
    return find_proton(t, workload.proton_id) if workload.proton_id else None


def schedule(t: Transaction, workload: WorkloadRow) -> WorkloadRow:
    """Notes on the workload when the clock alone changes it next, so that reads know without looking further."""
    times = [
        t.tx.execute(query, {"workload": workload.id}).scalar() for query in (_soonest_proton, _soonest_replacement)
    ]
    after = replace(workload, due_at=min((time for time in times if time), default=None))
    write_workload(t, workload, after)
    return after


def _due(t: Transaction, status: str, images: dict[str, str], at: str) -> str | None:
    step = t.reg.driver.next_step(status, images.values())
    return step and timestamp(datetime.fromisoformat(at) + timedelta(seconds=step.after))
