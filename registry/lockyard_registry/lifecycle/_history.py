"""Reading what happened to a workload and what runs of it (workload-api §11.6, §12.3, §13.3)."""

from sqlalchemy import Table, bindparam, func, select

from lockyard.contract import Json, NotFoundError

from ..store import protons, replacements
from ..store import workload_events as events
from ._access import visible_artifacts, workload_for
from ._expiry import has_expired
from ._records import find_proton, need_artifact
from ._registry import Caller, Page, Registry
from ._rows import ProtonRow, ReplacementRow, WorkloadRow
from ._settle import reading_settled
from ._transaction import Transaction
from ._workload_documents import proton_document, replacement_document

_history = (
    select(replacements)
    .where(replacements.c.workload_id == bindparam("workload"))
    .order_by(replacements.c.created_at, replacements.c.id)
)
_events = (
    select(events)
    .where(events.c.workload_id == bindparam("workload"))
    .order_by(events.c.id.desc(), events.c.sequence.desc())
)
_protons = (
    select(protons)
    .where(protons.c.workload_id == bindparam("workload"))
    .order_by(protons.c.created_at.desc(), protons.c.id.desc())
)


def workload_history(reg: Registry, caller: Caller, id: str, offset: int, limit: int) -> Page:
    """The workload's replacements, promotes and locks, oldest first (R120).

    Raises:
        NotFoundError: there is no such workload.
    """
    with reading_settled(reg, caller, id) as t:
        workload_for(t, id, "view")
        rows = t.tx.execute(_history.offset(offset).limit(limit), {"workload": id})
        records = [ReplacementRow(*row) for row in rows]
        visible = visible_artifacts(t, {record.artifact_id for record in records})
        items = [replacement_document(t, record, visible=record.artifact_id in visible) for record in records]
        return Page(_count(t, replacements, id), items)


def workload_events(reg: Registry, caller: Caller, id: str, offset: int, limit: int) -> Page:
    """The workload's events, newest id first (workload-api §13.3).

    Raises:
        NotFoundError: there is no such workload.
    """
    with reading_settled(reg, caller, id) as t:
        workload_for(t, id, "view")
        rows = t.tx.execute(_events.offset(offset).limit(limit), {"workload": id})
        items: list[Json] = [
            {
                "id": row.id,
                "workloadId": row.workload_id,
                "timestamp": row.timestamp,
                "eventType": row.event_type,
                "actorId": row.actor_id,
                "details": row.details,
            }
            for row in rows
        ]
        return Page(_count(t, events, id), items)


def list_protons(reg: Registry, caller: Caller, id: str, offset: int, limit: int) -> Page:
    """The workload's protons, newest first; at most one has the role `active` (R114).

    Raises:
        NotFoundError: there is no such workload.
    """
    with reading_settled(reg, caller, id) as t:
        expired = _expired(t, workload_for(t, id, "view"))
        rows = t.tx.execute(_protons.offset(offset).limit(limit), {"workload": id})
        found = [ProtonRow(*row) for row in rows]
        visible = visible_artifacts(t, {proton.artifact_id for proton in found})
        items = [proton_document(t, each, expired=expired, visible=each.artifact_id in visible) for each in found]
        return Page(_count(t, protons, id), items)


def get_proton(reg: Registry, caller: Caller, id: str, proton_id: str) -> Json:
    """One proton of a workload.

    Raises:
        NotFoundError: there is no such workload, or it has no such proton.
    """
    with reading_settled(reg, caller, id) as t:
        workload = workload_for(t, id, "view")
        row = find_proton(t, proton_id)
        if row is None or row.workload_id != id:
            raise NotFoundError("Proton not found.")
        visible = bool(visible_artifacts(t, {row.artifact_id}))
        return proton_document(t, row, expired=_expired(t, workload), visible=visible)


def _expired(t: Transaction, workload: WorkloadRow) -> bool:
    return has_expired(workload, need_artifact(t, workload.artifact_id).status, t.now)


def _count(t: Transaction, table: Table, workload_id: str) -> int:
    return t.tx.execute(select(func.count()).where(table.c.workload_id == workload_id)).scalar_one()
