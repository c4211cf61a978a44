"""Start, stop and promote (workload-api §9.7, §9.8)."""

from dataclasses import replace

from lockyard.contract import Json, NotFoundError

from ._access import may, workload_for
from ._changes import REPOSITORIES
from ._draft_rule import refuse_second_on_draft
from ._limits import counted, refuse_one_more
from ._lineages import of_workload
from ._lock import lock
from ._protons import active_proton, move_proton, schedule
from ._records import need_artifact, write_workload
from ._registry import Caller, Operation, Registry
from ._rollout import active_replacement, halt
from ._rows import WorkloadRow
from ._runtimes import check_limits
from ._settle import settle
from ._state_rules import refuse_promotion, refuse_start
from ._transaction import repeated, writing
from ._workload_documents import workload_document


@repeated
def start_workload(reg: Registry, caller: Caller, id: str) -> Operation:
    """Starts a stopped workload; a draft's 8 hours begin again (R89, R90, R92).

    Raises:
        NotFoundError: there is no such workload.
        ConflictError: it is still stopping, failed, or another workload is active on its draft (R81).
        ForbiddenError: more replicas than allowed (R96).
    """
    with writing(reg, caller, "workload.start", counted(reg, of_workload(id))) as t:
        workload = settle(t, workload_for(t, id, "edit"))
        refuse_start(workload.status)
        if workload.status != "stopped":
            return Operation(_operation(workload), False)
        refuse_second_on_draft(t, need_artifact(t, workload.artifact_id), besides=id)
        check_limits(reg, workload)
        refuse_one_more(t, besides=id)
        proton = active_proton(t, workload)
        if proton is not None:
            move_proton(t, proton, "submitted", t.now, role="active")
        started = replace(workload, status="submitted", status_message=None, started_at=t.now, updated_at=t.now)
        write_workload(t, workload, started)
        return Operation(_operation(schedule(t, started)), True)


@repeated
def stop_workload(reg: Registry, caller: Caller, id: str) -> Operation:
    """Stops a workload; object and endpoint stay, a replacement under way is given up (R88).

    Raises:
        NotFoundError: there is no such workload.
    """
    with writing(reg, caller, "workload.stop", of_workload(id)) as t:
        workload = settle(t, workload_for(t, id, "edit"))
        if workload.status in ("stopping", "stopped"):
            return Operation(_operation(workload), False)
        stopped = halt(t, workload, reg.driver.stopping, "The workload was stopped", t.now)
        return Operation(_operation(stopped), True)


@repeated
def promote_workload(reg: Registry, caller: Caller, id: str) -> Json:
    """Locks the draft under a running workload in place; nothing restarts (R93).

    Raises:
        NotFoundError: there is no such workload, or the caller does not own it and its artifact.
        ValidationFailedError: its artifact is locked already, nothing of it runs, a replacement is under way, or the
            artifact cannot be locked (R94).
    """
    with writing(reg, caller, "workload.promote", of_workload(id)) as t:
        workload = settle(t, workload_for(t, id, "own"))
        artifact = need_artifact(t, workload.artifact_id)
        if not may(t, REPOSITORIES, artifact.repository_id, "own"):
            raise NotFoundError("Workload not found.")
        rolling = active_replacement(t, id) is not None
        refuse_promotion(workload.status, artifact.status, workload.proton_id, rolling=rolling)
        lock(t, artifact, artifact, promoted=id)
        return workload_document(t, id)


def _operation(workload: WorkloadRow) -> Json:
    return {
        "status": workload.status,
        "workloadId": workload.id,
        "trackVia": f"/api/v2/workloads/{workload.id}",
    }
