"""Rolling a workload onto another artifact or runtime, step by step (workload-api §11.4).

A workload without a proton (driver `external`, nobody has reported yet) switches at once. Otherwise a candidate comes
up beside the active proton, by reports or by the clock, and takes over when it is ready and warmed up.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from lockyard.contract import Json

from ..store import replacements, timestamp
from ._entries import COMPLETED, ERRORED, write_event
from ._proton_replicas import proton_statuses
from ._protons import active_proton, move_proton, new_proton, schedule
from ._records import find_artifact, find_proton, write_replacement, write_workload
from ._rows import ArtifactRow, ProtonRow, ReplacementRow, WorkloadRow
from ._transaction import Transaction

VISIBLE_SECONDS = 10
"""How long a finished replacement is still shown, so that polling clients see how it ended (workload-api §11.7)."""

_rolling = (
    select(replacements)
    .where(replacements.c.workload_id == bindparam("workload"), replacements.c.strategy == "rolling")
    .order_by(replacements.c.created_at.desc(), replacements.c.id.desc())
    .limit(1)
)
_active = _rolling.where(replacements.c.active.is_(True))


@dataclass(frozen=True, slots=True)
class Target:
    """What a workload shall run.

    Attributes:
        artifact: the artifact, with its present content.
        runtime: the runtime as answers show it.
        runtime_digest: digest of the runtime as the client gave it.
    """

    artifact: ArtifactRow
    runtime: Json
    runtime_digest: str


def active_replacement(t: Transaction, workload_id: str) -> ReplacementRow | None:
    """The replacement that is still under way."""
    row = t.tx.execute(_active, {"workload": workload_id}).first()
    return None if row is None else ReplacementRow(*row)


def last_replacement(t: Transaction, workload_id: str) -> ReplacementRow | None:
    """The newest replacement, whatever became of it."""
    row = t.tx.execute(_rolling, {"workload": workload_id}).first()
    return None if row is None else ReplacementRow(*row)


def roll(
    t: Transaction, workload: WorkloadRow, target: Target, config: Json, *, starts: bool
) -> tuple[WorkloadRow, ReplacementRow]:
    """Begins a replacement, or makes it at once where nothing runs (R104, R112).

    Args:
        t: the transaction.
        workload: the workload, settled and without an active replacement.
        target: what it shall run.
        config: timing.
        starts: whether a stopped workload starts by it (settings do, a replacement does not).
    """
    stopped = workload.status == "stopped"
    at_once = workload.proton_id is None or (stopped and not starts)
    previous = [workload.proton_id] if workload.proton_id else []
    candidates: list[str] = []
    if workload.proton_id is not None:
        role, status = ("active", "stopped") if at_once else ("candidate", "submitted")
        candidates = [
            new_proton(t, workload.id, target.artifact, target.runtime, target.runtime_digest, role, status).id
        ]
    row = ReplacementRow(
        id=t.new_id(),
        workload_id=workload.id,
        name=f"Replacement for workload {workload.name} - rolling strategy artifact {target.artifact.name}",
        strategy="rolling",
        status="completed" if at_once else "submitted",
        active=not at_once,
        message=None,
        artifact_id=target.artifact.id,
        artifact_digest=target.artifact.content_digest,
        runtime=target.runtime,
        runtime_digest=target.runtime_digest,
        config=config,
        candidate_proton_ids=candidates,
        previous_proton_ids=previous,
        due_at=None,
        switched_at=t.now if at_once else None,
        visible_until=_visible_until(t.now) if at_once else None,
        deleted_at=None,
        user_id=t.caller.user_id,
        created_at=t.now,
        updated_at=t.now,
    )
    write_replacement(t, None, row)
    after = replace(workload, updated_at=t.now)
    if stopped and starts:
        after = replace(after, status="submitted", status_message=None, started_at=t.now)
    if at_once:
        _retire(t, workload, t.now)
        write_event(t, row, COMPLETED, "The change was applied; nothing was running", t.now)
        after = _switched(after, row, candidates[0] if candidates else None)
    write_workload(t, workload, after)
    return schedule(t, after), row


def candidate_progresses(
    t: Transaction, workload: WorkloadRow, row: ReplacementRow, status: str, at: str
) -> WorkloadRow:
    """The candidate comes up: the replacement is `initializing`."""
    proton = _candidate(t, row)
    move_proton(t, proton, status, at, role="candidate")
    if row.status != "initializing":
        write_replacement(t, row, replace(row, status="initializing", due_at=None, updated_at=at))
    after = workload
    serving = active_proton(t, workload)
    if serving is None or serving.status == "stopped":
        # Settings started a stopped workload: the candidate is all there is to see.
        after = replace(workload, status=status)
        write_workload(t, workload, after)
    return schedule(t, after)


def candidate_ready(t: Transaction, workload: WorkloadRow, row: ReplacementRow, at: str) -> WorkloadRow:
    """The candidate is ready: it warms up, or takes over at once."""
    minutes = row.config.get("warmupDurationMinutes", 0)
    if not minutes:
        return complete(t, workload, row, at)
    if row.status == "awaiting_promotion":
        return workload
    move_proton(t, _candidate(t, row), "warming", at, role="candidate")
    due = timestamp(datetime.fromisoformat(at) + timedelta(minutes=minutes))
    write_replacement(t, row, replace(row, status="awaiting_promotion", due_at=due, updated_at=at))
    return schedule(t, workload)


def complete(t: Transaction, workload: WorkloadRow, row: ReplacementRow, at: str) -> WorkloadRow:
    """The candidate takes over: artifact, proton, type and runtime of the workload switch together (R115)."""
    candidate = _candidate(t, row)
    _retire(t, workload, at)
    move_proton(t, candidate, "running", at, role="active")
    done = replace(
        row,
        status="completed",
        active=False,
        message=None,
        due_at=None,
        switched_at=at,
        visible_until=_visible_until(at),
        updated_at=at,
    )
    write_replacement(t, row, done)
    write_event(t, done, COMPLETED, "The candidate is ready and serves", at)
    after = replace(_switched(workload, row, candidate.id), status="running", status_message=None, updated_at=at)
    was, now = find_artifact(t, workload.artifact_id), find_artifact(t, row.artifact_id)
    if was is not None and was.locked and now is not None and not now.locked:
        # Only when the old artifact was locked meanwhile: the draft's 8 hours cannot have begun before it ran.
        after = replace(after, started_at=at)
    write_workload(t, workload, after)
    return schedule(t, after)


def fail(t: Transaction, workload: WorkloadRow, row: ReplacementRow, message: str, at: str) -> WorkloadRow:
    """The candidate never became ready: the old artifact stays active (R116)."""
    candidate = move_proton(t, _candidate(t, row), "errored", at, role=None, message=message)
    failed = replace(
        row,
        status="errored",
        active=False,
        message=message,
        due_at=None,
        visible_until=_visible_until(at),
        updated_at=at,
    )
    write_replacement(t, row, failed)
    write_event(t, failed, ERRORED, message, at, statuses=proton_statuses(t, candidate))
    after = workload
    serving = active_proton(t, workload)
    if serving is None or serving.status == "stopped":
        after = replace(workload, status="errored", status_message=message, updated_at=at)
        write_workload(t, workload, after)
    return schedule(t, after)


def reopen(t: Transaction, workload: WorkloadRow, row: ReplacementRow, at: str) -> WorkloadRow:
    """A candidate that had failed became ready after all: its replacement goes on."""
    again = replace(row, status="initializing", active=True, message=None, visible_until=None, updated_at=at)
    write_replacement(t, row, again)
    move_proton(t, _candidate(t, row), "launching", at, role="candidate")
    return candidate_ready(t, workload, again, at)


def cancel(
    t: Transaction, workload: WorkloadRow, row: ReplacementRow, message: str, at: str
) -> tuple[WorkloadRow, ReplacementRow]:
    """The replacement is given up: the old proton keeps serving, and the history says so (R118)."""
    move_proton(t, _candidate(t, row), t.reg.driver.stopping, at, role=None)
    given_up = replace(row, status="deleting", active=False, message=message, due_at=None, deleted_at=at, updated_at=at)
    write_replacement(t, row, given_up)
    after = workload
    serving = active_proton(t, workload)
    if serving is None or serving.status == "stopped":
        after = replace(workload, status="stopped", updated_at=at)
        write_workload(t, workload, after)
    return schedule(t, after), given_up


def halt(t: Transaction, workload: WorkloadRow, status: str, message: str, at: str) -> WorkloadRow:
    """Everything of the workload stops; a replacement under way is given up.

    Args:
        t: the transaction.
        workload: the workload.
        status: `stopping`, or `stopped` when it is over already.
        message: why, for the history.
        at: when.
    """
    row = active_replacement(t, workload.id)
    if row is not None:
        workload, _ = cancel(t, workload, row, message, at)
    proton = active_proton(t, workload)
    if proton is None or proton.status == "stopped":
        status = "stopped"
    else:
        move_proton(t, proton, status, at, role="active")
    after = replace(workload, status=status, status_message=None, updated_at=at)
    write_workload(t, workload, after)
    return schedule(t, after)


def _candidate(t: Transaction, row: ReplacementRow) -> ProtonRow:
    proton = find_proton(t, row.candidate_proton_ids[0])
    assert proton is not None, "a replacement's protons are removed only with its workload"
    return proton


def _retire(t: Transaction, workload: WorkloadRow, at: str) -> None:
    proton = active_proton(t, workload)
    if proton is not None:
        over = proton.status in ("stopped", "errored")
        move_proton(t, proton, proton.status if over else t.reg.driver.retiring, at, role=None)


def _switched(workload: WorkloadRow, row: ReplacementRow, proton_id: str | None) -> WorkloadRow:
    return replace(
        workload,
        artifact_id=row.artifact_id,
        artifact_digest=row.artifact_digest,
        runtime=row.runtime,
        runtime_digest=row.runtime_digest,
        proton_id=proton_id,
    )


def _visible_until(at: str) -> str:
    return timestamp(datetime.fromisoformat(at) + timedelta(seconds=VISIBLE_SECONDS))
