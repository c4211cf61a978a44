"""Statistics of workloads, from the measurements that were told (workload-api §13.1)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, select

from lockyard.contract import Json, NotFoundError, PeriodQuery, SeriesQuery, StatisticsMetric, StatisticsQuery

from ..store import changing_telemetry, measurements, protons, timestamp
from ._access import workload_for
from ._changes import WORKLOADS
from ._figures import Asked, figures, metric
from ._lineages import of_workload
from ._periods import Period, buckets, period_of
from ._registry import Caller, Registry
from ._rows import WorkloadRow
from ._settle import reading_settled
from ._transaction import Transaction, repeated, writing

_in_period = and_(
    measurements.c.workload_id == bindparam("workload"),
    measurements.c.proton_id == bindparam("proton"),
    measurements.c.start_at >= bindparam("start"),
    measurements.c.start_at < bindparam("end"),
)
_rows = select(measurements).where(_in_period).order_by(measurements.c.start_at)
_proton = select(protons.c.id).where(
    protons.c.id == bindparam("proton"), protons.c.workload_id == bindparam("workload")
)


def workload_statistics(reg: Registry, caller: Caller, id: str, query: StatisticsQuery) -> Json:
    """The figures of one proton's requests in a period.

    Raises:
        NotFoundError: there is no such workload, or it has no such proton.
        BadRequestError: the period begins after its end.
    """
    with reading_settled(reg, caller, id) as t:
        workload = workload_for(t, id, "view")
        period = period_of(query, t.moment)
        rows = _measured(t, workload, query, period)
        return {"period": period.document(), "metrics": figures(rows, period.minutes, _asked(query))}


def statistics_series(reg: Registry, caller: Caller, id: str, name: StatisticsMetric, query: SeriesQuery) -> Json:
    """One metric of one proton over a period. A measurement counts where it began.

    Raises:
        NotFoundError: there is no such workload, or it has no such proton.
        BadRequestError: the period begins after its end, or has too many parts.
    """
    with reading_settled(reg, caller, id) as t:
        workload = workload_for(t, id, "view")
        period = period_of(query, t.moment)
        parts = buckets(period, query.resolution)
        rows = _measured(t, workload, query, period)
        compute, asked, at = metric(name), _asked(query), 0
        found: list[Json] = []
        for bucket in parts:
            end, first = timestamp(bucket.end), at
            while at < len(rows) and rows[at].start_at < end:
                at += 1
            found.append({"period": bucket.document(), "value": compute(rows[first:at], bucket.minutes, asked)})
        proton = query.proton_id or workload.proton_id
        return {
            "metric": name,
            "summary": {"protonId": proton, "period": period.document()},
            "buckets": found,
        }


@repeated
def delete_statistics(reg: Registry, caller: Caller, id: str, query: PeriodQuery) -> None:
    """Forgets the measurements of one proton in a period; without any limit, all of that proton.

    Raises:
        NotFoundError: there is no such workload, or it has no such proton.
        BadRequestError: the period begins after its end (R125).
        ForbiddenError: the caller may only look at the workload.
    """
    with writing(reg, caller, "workload.statistics", of_workload(id)) as t:
        workload = workload_for(t, id, "edit")
        if query.start_time is None:
            query = query.model_copy(update={"start_time": datetime(1970, 1, 1, tzinfo=UTC)})
        # What ends a little in the future by another machine's clock is meant, too.
        period = period_of(query, t.moment + timedelta(days=1))
        this = _in_period.params(_parameters(t, workload, query, period))
        with changing_telemetry(t.tx, (WORKLOADS, workload.id)) as telemetry:
            telemetry.delete(measurements, this)


def _measured(t: Transaction, workload: WorkloadRow, query: PeriodQuery, period: Period) -> Sequence[Any]:
    return t.tx.execute(_rows, _parameters(t, workload, query, period)).all()


def _parameters(t: Transaction, workload: WorkloadRow, query: PeriodQuery, period: Period) -> dict[str, str]:
    proton = query.proton_id
    if proton is not None and t.tx.execute(_proton, {"proton": proton, "workload": workload.id}).first() is None:
        raise NotFoundError("Proton not found.")
    return {
        "workload": workload.id,
        "proton": proton or workload.proton_id or "",
        "start": timestamp(period.start),
        "end": timestamp(period.end),
    }


def _asked(query: StatisticsQuery) -> Asked:
    return Asked(query.response_time_quantile, query.slow_requests_threshold)
