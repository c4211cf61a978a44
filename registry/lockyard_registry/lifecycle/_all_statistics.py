"""Statistics over all workloads that match (workload-api §13.1, R124)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, select

from lockyard.contract import Json, WorkloadQuery

from ..store import artifacts, measurements, timestamp, workloads
from ._expiry import effective_status_column
from ._figures import part, trend
from ._periods import DEFAULT_PERIOD
from ._registry import Caller, Registry
from ._settle import reading_settled
from ._transaction import Transaction
from ._workload_filters import workload_filters

_joined = workloads.join(artifacts, workloads.c.artifact_id == artifacts.c.id)


def statistics_of_workloads(reg: Registry, caller: Caller, query: WorkloadQuery) -> Json:
    """Counts of the workloads that match, and of their requests of the last 7 days against the 7 days before."""
    with reading_settled(reg, caller) as t:
        where = and_(True, *workload_filters(t, query))
        status = effective_status_column(t)
        counted = select(func.count(), func.count().filter(status != "stopped")).select_from(_joined).where(where)
        total, active = t.tx.execute(counted).one()
        now = _requests(t, where, t.moment - DEFAULT_PERIOD, t.moment + timedelta(days=1))
        before = _requests(t, where, t.moment - 2 * DEFAULT_PERIOD, t.moment - DEFAULT_PERIOD)
    # PostgreSQL sums integers up to decimals.
    rate, rate_before = (float(part(found.errors, found.requests)) for found in (now, before))
    mean, mean_before = (part(found.milliseconds, float(found.requests)) for found in (now, before))
    return {
        "workloads": {"active": active, "total": total},
        "requests": {
            "total": int(now.requests),
            "succeeded": int(now.requests - now.errors),
            "failed": int(now.errors),
            "trend": trend(float(now.requests), float(before.requests)),
        },
        "errorRate": {"rate": rate, "trend": trend(rate, rate_before)},
        "responseTime": {"millis": mean, "trend": trend(mean, mean_before)},
        "concurrentRequests": {"count": now.concurrent, "trend": trend(now.concurrent, before.concurrent)},
    }


def _requests(t: Transaction, where: Any, start: Any, end: Any) -> Any:
    table = measurements.c
    meant = select(workloads.c.id).select_from(_joined).where(where)
    return t.tx.execute(
        select(
            func.coalesce(func.sum(table.requests), 0).label("requests"),
            func.coalesce(func.sum(table.user_errors + table.server_errors), 0).label("errors"),
            func.coalesce(func.sum(table.milliseconds), 0.0).label("milliseconds"),
            func.coalesce(func.max(table.concurrent_requests), 0.0).label("concurrent"),
        ).where(table.workload_id.in_(meant), table.start_at >= timestamp(start), table.start_at < timestamp(end))
    ).one()
