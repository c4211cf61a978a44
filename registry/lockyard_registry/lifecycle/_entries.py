"""Writing a workload's history and events (workload-api §11.6, §13.3)."""

from sqlalchemy import bindparam, func, insert, select

from lockyard.contract import Json

from ..store import workload_events
from ._changes import WORKLOADS
from ._records import write_replacement
from ._rows import ArtifactRow, ReplacementRow, WorkloadRow
from ._transaction import Transaction

COMPLETED = "Replacement Completed"
ERRORED = "Replacement Errored"

_insert = insert(workload_events)
_count = select(func.count()).where(workload_events.c.workload_id == bindparam("workload"))


def write_history_entry(t: Transaction, workload: WorkloadRow, artifact: ArtifactRow, how: str) -> None:
    """Records that the artifact under a workload was locked; nothing was replaced.

    Args:
        t: the transaction.
        workload: the workload.
        artifact: its artifact, just locked.
        how: `promote` or `lock`.
    """
    protons = [workload.proton_id] if workload.proton_id else []
    done = "Promoted: the artifact" if how == "promote" else "The artifact"
    row = ReplacementRow(
        id=t.new_id(),
        workload_id=workload.id,
        name=f"{how.capitalize()} of artifact {artifact.name}",
        strategy=how,
        status="completed",
        active=False,
        message=f"{done} was locked as version {artifact.version}; the 8-hour limit of drafts ends, nothing restarts",
        artifact_id=artifact.id,
        artifact_digest=artifact.content_digest,
        runtime=workload.runtime,
        runtime_digest=workload.runtime_digest,
        config={},
        candidate_proton_ids=protons,
        previous_proton_ids=protons,
        due_at=None,
        switched_at=None,
        visible_until=None,
        deleted_at=None,
        user_id=t.caller.user_id,
        created_at=t.now,
        updated_at=t.now,
    )
    write_replacement(t, None, row)


def write_event(
    t: Transaction,
    replacement: ReplacementRow,
    event_type: str,
    message: str,
    at: str,
    *,
    statuses: Json | None = None,
) -> None:
    """Records how a replacement ended; the event has the replacement's id.

    Args:
        t: the transaction.
        replacement: the replacement.
        event_type: `COMPLETED` or `ERRORED`.
        message: the reason, or one sentence.
        at: when it ended.
        statuses: what the containers of the candidate were like, by proton.
    """
    details: Json = {
        "replacementId": replacement.id,
        "artifactId": replacement.artifact_id,
        "message": message,
        "protonStatuses": statuses,
        "candidateProtonIds": replacement.candidate_proton_ids,
    }
    workload = replacement.workload_id
    event = {
        "id": replacement.id,
        "workload_id": workload,
        "timestamp": at,
        "event_type": event_type,
        "actor_id": t.caller.user_id,
        "details": details,
    }
    number = t.tx.execute(_count, {"workload": workload}).scalar_one() + 1
    t.tx.execute(_insert, event)
    t.changes.note((WORKLOADS, workload), "workloadEvents", f"{workload}#{number}", None, event)
