"""Measurements of requests: taking them, and forgetting them.

They are telemetry, no objects: the audit log does not speak of them, their seals do.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from lockyard.contract import Json, Measurement, MeasurementsInput, NotFoundError

from ..store import changing_telemetry, measurements, protons, statistics_resets, timestamp
from ._access import workload_for
from ._changes import WORKLOADS
from ._lineages import of_workload
from ._registry import Caller, Registry
from ._rows import WorkloadRow
from ._settle import settle
from ._transaction import Transaction, repeated, writing

Told = dict[str, Any]
"""A measurement as it is stored, before it is known whose it is."""

KEPT = timedelta(days=90)
"""How long measurements are kept."""

_AHEAD = timedelta(minutes=10)  # how far another machine's clock may be ahead of ours

_key = [column.name for column in measurements.primary_key]
_reset = select(statistics_resets.c.reset_at).where(statistics_resets.c.workload_id == bindparam("workload"))
_protons = select(protons.c.id).where(protons.c.workload_id == bindparam("workload"))


@repeated
def post_measurements(reg: Registry, caller: Caller, id: str, body: MeasurementsInput) -> Json:
    """Takes measurements of a workload's requests; one told again takes the place of the earlier one.

    Returns:
        How many were taken, and how many ignored (see `take`).

    Raises:
        NotFoundError: there is no such workload, or it has no such proton.
        ForbiddenError: the caller may only look at it.
    """
    told = rows_of(body.measurements)
    with writing(reg, caller, "workload.measurements", of_workload(id)) as t:
        workload = settle(t, workload_for(t, id, "edit"))
        taken = take(t, workload, told)
        return {"accepted": taken, "ignored": len(body.measurements) - taken}


def take(t: Transaction, workload: WorkloadRow, told: Sequence[Told]) -> int:
    """Stores measurements. What began before the last reset, is too old, or lies in the future is ignored.

    Args:
        t: the transaction.
        workload: whose requests were counted.
        told: rows of `rows_of`.

    Returns:
        How many were taken.

    Raises:
        NotFoundError: the workload has no such proton.
    """
    if not told:
        return 0
    known = set(t.tx.execute(_protons, {"workload": workload.id}).scalars())
    since = t.tx.execute(_reset, {"workload": workload.id}).scalar() or ""
    since = max(since, timestamp(t.moment - KEPT))
    latest = timestamp(t.moment + _AHEAD)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    taken = 0
    for measurement in told:
        named = measurement["proton_id"]
        if named is not None and named not in known:
            raise NotFoundError("Proton not found.")
        row = {**measurement, "workload_id": workload.id, "proton_id": named or workload.proton_id or ""}
        if since <= row["start_at"] and row["end_at"] <= latest:
            rows[tuple(row[name] for name in _key)] = row
            taken += 1
    with changing_telemetry(t.tx, (WORKLOADS, workload.id)) as telemetry:
        telemetry.replace(measurements, list(rows.values()))
        own = measurements.c.workload_id == workload.id
        telemetry.delete(measurements, own, measurements.c.start_at < timestamp(t.moment - KEPT))
    return taken


def reset(t: Transaction, workload_id: str) -> None:
    """Forgets a workload's measurements; what began before is not taken any more either (R46, R93)."""
    with changing_telemetry(t.tx, (WORKLOADS, workload_id)) as telemetry:
        telemetry.delete(measurements, measurements.c.workload_id == workload_id)
        telemetry.delete(statistics_resets, statistics_resets.c.workload_id == workload_id)
        telemetry.insert(statistics_resets, [{"workload_id": workload_id, "reset_at": t.now}])


def rows_of(told: Iterable[Measurement]) -> list[Told]:
    """Measurements as they are stored, but for whose they are. There may be a thousand: made while no lock is held."""
    return [
        {
            "start_at": timestamp(one.start_time),
            "end_at": timestamp(one.end_time),
            "proton_id": one.proton_id,
            "source": one.source,
            "requests": one.requests,
            "user_errors": one.user_errors,
            "server_errors": one.server_errors,
            "concurrent_requests": float(one.concurrent_requests),
            "milliseconds": float(sum(time.millis * time.count for time in one.response_times)),
            "response_times": [[time.millis, time.count] for time in one.response_times],
        }
        for one in told
    ]
