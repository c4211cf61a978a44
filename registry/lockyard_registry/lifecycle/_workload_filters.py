"""The filters of the workload list as SQL (workload-api §9.3)."""

from typing import Any

from sqlalchemy import ColumnElement, false

from lockyard.contract import WorkloadQuery

from ..store import artifacts, workloads
from ._access import visible
from ._changes import REPOSITORIES, WORKLOADS
from ._expiry import effective_status_column
from ._lists import object_filters
from ._transaction import Transaction


def workload_filters(t: Transaction, query: WorkloadQuery) -> list[ColumnElement[Any]]:
    """Conditions over `workloads` joined with `artifacts`: what matches and the caller may see.

    `status` is the one that workloads have now (R95).
    """
    where: list[ColumnElement[Any]] = [*object_filters(t, workloads, query)]
    for column, wanted in (
        (artifacts.c.type, query.type),
        (workloads.c.artifact_id, query.artifact_id),
        (artifacts.c.repository_id, query.repository_id),
    ):
        if wanted is not None:
            where.append(column == wanted)
    if query.repository_id is not None:
        # Who may not see the repository does not learn what is in it.
        where += visible(t.caller, t.reg, REPOSITORIES, artifacts.c.repository_id)
    if query.artifact_status:
        where.append(artifacts.c.status.in_(query.artifact_status))
    if query.importance:
        where.append(workloads.c.importance.in_(query.importance))
    if query.enclave is not None:
        where.append(false())
    if query.status:
        where.append(effective_status_column(t).in_(query.status))
    return [*where, *visible(t.caller, t.reg, WORKLOADS, workloads.c.id)]
