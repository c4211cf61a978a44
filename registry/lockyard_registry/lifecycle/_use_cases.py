"""Use cases that hold workloads (workload-api §14.4).

There is no directory of use cases: any id of one may be named, and nothing but the link is kept.
"""

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select

from lockyard.contract import ConflictError, Json, NotFoundError, UseCasesQuery

from ..store import use_case_links
from ._access import visible, workload_for
from ._changes import WORKLOADS
from ._lineages import of_workload
from ._registry import Caller, Page, Registry
from ._transaction import Transaction, reading, repeated, writing

_of = use_case_links.c.workload_id == bindparam("workload")
_all = (
    select(use_case_links.c.use_case_id, use_case_links.c.linked_at).where(_of).order_by(use_case_links.c.use_case_id)
)
_unlink = delete(use_case_links).where(_of, use_case_links.c.use_case_id == bindparam("use_case"))
_link = insert(use_case_links)


@repeated
def link_use_case(reg: Registry, caller: Caller, use_case_id: str, workload_id: str) -> Json:
    """Puts a workload into a use case.

    Raises:
        NotFoundError: there is no such workload.
        ConflictError: it is in it already.
        ForbiddenError: the caller may only look at the workload.
    """
    with writing(reg, caller, "workload.useCase", of_workload(workload_id)) as t:
        workload_for(t, workload_id, "edit")
        before = _state(t, workload_id)
        if any(link["use_case_id"] == use_case_id for link in before):
            raise ConflictError("The workload is already linked to this use case.")
        t.tx.execute(_link, {"use_case_id": use_case_id, "workload_id": workload_id, "linked_at": t.now})
        _note(t, workload_id, before)
        return {"useCaseId": use_case_id, "workloadId": workload_id, "linkedAt": t.now}


@repeated
def unlink_use_case(reg: Registry, caller: Caller, use_case_id: str, workload_id: str) -> None:
    """Takes a workload out of a use case.

    Raises:
        NotFoundError: there is no such workload, or it is not in it.
        ForbiddenError: the caller may only look at the workload.
    """
    with writing(reg, caller, "workload.useCase", of_workload(workload_id)) as t:
        workload_for(t, workload_id, "edit")
        before = _state(t, workload_id)
        if not any(link["use_case_id"] == use_case_id for link in before):
            raise NotFoundError("The workload is not linked to this use case.")
        t.tx.execute(_unlink, {"workload": workload_id, "use_case": use_case_id})
        _note(t, workload_id, before)


def list_use_cases(reg: Registry, caller: Caller, query: UseCasesQuery) -> Page:
    """The use cases that hold a workload, or any workload that the caller may see."""
    where: list[ColumnElement[bool]] = visible(caller, reg, WORKLOADS, use_case_links.c.workload_id)
    if query.entity_id is not None:
        where.append(use_case_links.c.workload_id == query.entity_id)
    ids = select(use_case_links.c.use_case_id).where(*where).distinct()
    with reading(reg, caller) as t:
        total = t.tx.execute(select(func.count()).select_from(ids.subquery())).scalar_one()
        page = ids.order_by(use_case_links.c.use_case_id).offset(query.offset).limit(query.limit)
        return Page(total, [{"id": id, "name": id} for id in t.tx.execute(page).scalars()])


def _state(t: Transaction, workload_id: str) -> list[Json]:
    return [dict(row._mapping) for row in t.tx.execute(_all, {"workload": workload_id})]


def _note(t: Transaction, workload_id: str, before: list[Json]) -> None:
    t.changes.note((WORKLOADS, workload_id), "useCases", workload_id, before, _state(t, workload_id))
