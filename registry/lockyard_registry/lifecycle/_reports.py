"""Reports of whoever runs the workloads (our addition, design §5)."""

from dataclasses import replace

from lockyard.contract import ConflictError, Json, Report, crash_loop, seen_at

from ..store import timestamp
from ._access import workload_for
from ._draft_rule import refuse_second_on_draft
from ._lineages import of_workload
from ._measurements import rows_of, take
from ._protons import VISIBLE_TO_WORKLOAD, active_proton, move_proton, new_proton, schedule
from ._records import find_artifact, find_proton, need_artifact, write_proton, write_workload
from ._registry import Caller, Registry
from ._rollout import active_replacement, candidate_progresses, candidate_ready, fail, last_replacement, reopen
from ._rows import ReplacementRow, WorkloadRow
from ._settle import settle
from ._state_rules import refuse_report
from ._transaction import Transaction, repeated, writing


@repeated
def report_workload(reg: Registry, caller: Caller, id: str, body: Report) -> Json:
    """Takes a report; the same one twice changes nothing, an older one is ignored. A time in the future counts as now.

    It speaks of the generation with its artifact, content digest and runtime digest: the candidate of the replacement
    under way, the last one that failed, or what the workload runs. A report of any other generation is ignored. The
    first one taken gives the workload its proton.

    Returns:
        `accepted`: whether the report was taken; `status`: the workload's status now.

    Raises:
        NotFoundError: there is no such workload.
        ConflictError: the registry's driver runs workloads itself.
    """
    refuse_report(reg.driver.name, takes_reports=reg.driver.takes_reports)
    if body.phase == "progressing" and (crashes := crash_loop(body.replicas)):
        # What crashes again and again does not come up by itself (R122); if it does after all, a report says `ready`.
        body = body.model_copy(update={"phase": "failed", "message": body.message or crashes})
    # There may be thousands, so no lock is held meanwhile.
    replicas = [replica.model_dump(mode="json", by_alias=True) for replica in body.replicas]
    measurements = rows_of(body.measurements)
    with writing(reg, caller, "workload.report", of_workload(id)) as t:
        workload = settle(t, workload_for(t, id, "edit"))
        observed = timestamp(seen_at(body.observed_at, t.moment))
        # Earlier versions noted times of clocks that were ahead; none of them can have been after this moment.
        if workload.last_observed_at is not None and observed < min(workload.last_observed_at, t.now):
            return {"accepted": False, "status": workload.status}
        after = _take(t, workload, body, replicas)
        if after is None:
            return {"accepted": False, "status": workload.status}
        take(t, after, measurements)
        if observed != after.last_observed_at:
            noted = replace(after, last_observed_at=observed, last_report_at=t.now)
            write_workload(t, after, noted)
        return {"accepted": True, "status": after.status}


def _take(t: Transaction, workload: WorkloadRow, body: Report, replicas: list[Json]) -> WorkloadRow | None:
    current = active_replacement(t, workload.id)
    if current is not None and _speaks_of(body, current):
        _note(t, current.candidate_proton_ids[0], body, replicas)
        return _of_candidate(t, workload, current, body)
    last = last_replacement(t, workload.id)
    if current is None and last is not None and last.status == "errored" and _speaks_of(body, last):
        if body.phase == "ready" and workload.status != "stopped" and _still_possible(t, workload, last):
            _note(t, last.candidate_proton_ids[0], body, replicas)
            return reopen(t, workload, last, t.now)
        if body.phase != "ready":
            return None
    if _speaks_of(body, workload):
        return _of_active(t, workload, body, replicas)
    return None


def _speaks_of(body: Report, generation: WorkloadRow | ReplacementRow) -> bool:
    return (
        body.artifact_id == generation.artifact_id
        and body.content_digest in (None, generation.artifact_digest)
        and body.runtime_digest in (None, generation.runtime_digest)
    )


def _still_possible(t: Transaction, workload: WorkloadRow, row: ReplacementRow) -> bool:
    artifact = find_artifact(t, row.artifact_id)
    if artifact is None:
        return False
    try:
        refuse_second_on_draft(t, artifact, besides=workload.id)
    except ConflictError:
        return False
    return True


def _of_candidate(t: Transaction, workload: WorkloadRow, row: ReplacementRow, body: Report) -> WorkloadRow:
    if body.phase == "ready":
        return candidate_ready(t, workload, row, t.now)
    if body.phase == "progressing":
        warming = row.status == "awaiting_promotion"
        return workload if warming else candidate_progresses(t, workload, row, "launching", t.now)
    stopped = "the candidate stopped" if body.phase == "stopped" else "the candidate failed"
    reason = body.message or crash_loop(body.replicas) or stopped
    return fail(t, workload, row, reason, t.now)


def _of_active(t: Transaction, workload: WorkloadRow, body: Report, replicas: list[Json]) -> WorkloadRow:
    if workload.status == "stopped":
        # It was told to stop: what is still seen of it does not start it again.
        return workload
    before = active_proton(t, workload)
    if before is None:
        artifact = need_artifact(t, workload.artifact_id)
        before = new_proton(t, workload.id, artifact, workload.runtime, workload.runtime_digest, "active", "submitted")
        launched = replace(workload, proton_id=before.id)
        write_workload(t, workload, launched)
        workload = launched
    coming_up = "initializing" if before.running_since else "launching"
    status = {"progressing": coming_up, "ready": "running", "failed": "errored", "stopped": "stopped"}[body.phase]
    reason = body.message or crash_loop(body.replicas) or "the workload failed"
    message = reason if body.phase == "failed" else None
    if (before.status, before.message) != (status, message):
        move_proton(t, before, status, t.now, role="active", message=message)
    _note(t, before.id, body, replicas)
    seen = VISIBLE_TO_WORKLOAD.get(status, status)
    if (workload.status, workload.status_message) != (seen, message):
        after = replace(workload, status=seen, status_message=message, updated_at=t.now)
        write_workload(t, workload, after)
        workload = after
    return schedule(t, workload)


def _note(t: Transaction, proton_id: str, body: Report, replicas: list[Json]) -> None:
    before = find_proton(t, proton_id)
    assert before is not None
    noted = replace(before, replicas=replicas, internal_url=body.internal_url or before.internal_url)
    if noted != before or before.reported_at is None:
        write_proton(t, before, replace(noted, reported_at=t.now))
