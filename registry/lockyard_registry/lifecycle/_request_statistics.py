"""What the documents of workloads say of their requests (workload-api §9.2)."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any

from sqlalchemy import bindparam, case, func, select

from lockyard.contract import Json

from ..store import measurements, timestamp
from ._transaction import Transaction

DAYS = 7
"""How many days the figures speak of, today included."""

_NOW = timedelta(minutes=5)  # requests under way are those of measurements that ended within

_day = func.substr(measurements.c.start_at, 1, 10)
_daily = (
    select(
        measurements.c.workload_id,
        _day.label("day"),
        func.sum(measurements.c.requests).label("requests"),
        func.sum(measurements.c.user_errors + measurements.c.server_errors).label("errors"),
        func.sum(measurements.c.milliseconds).label("milliseconds"),
        func.max(case((measurements.c.requests > 0, measurements.c.end_at))).label("last"),
        func.max(case((measurements.c.end_at >= bindparam("recent"), measurements.c.concurrent_requests))).label("now"),
    )
    .where(
        measurements.c.workload_id.in_(bindparam("workloads", expanding=True)),
        measurements.c.start_at >= bindparam("since"),
    )
    .group_by(measurements.c.workload_id, _day)
)


def with_request_statistics(t: Transaction, documents: list[Json]) -> list[Json]:
    """The documents of workloads, with `requestStats` and `lastResponse` of each."""
    found = request_statistics(t, [document["id"] for document in documents])
    for document in documents:
        stats = found[document["id"]]
        document["requestStats"], document["lastResponse"] = stats, stats["lastRequestAt"]
    return documents


def request_statistics(t: Transaction, ids: Sequence[str]) -> dict[str, Json]:
    """`requestStats` of workloads: all their requests of the last 7 days (UTC), today included.

    Args:
        t: the transaction.
        ids: the workloads; each has an entry in the answer.
    """
    today = t.moment.astimezone(UTC).date()
    days = [str(today - timedelta(days=back)) for back in reversed(range(DAYS))]
    asked = {"workloads": list(ids), "since": days[0], "recent": timestamp(t.moment - _NOW)}
    found: dict[str, dict[str, Any]] = {id: {} for id in ids}
    for row in t.tx.execute(_daily, asked) if ids else ():
        found[row.workload_id][row.day] = row
    return {id: _request_stats(by_day, days) for id, by_day in found.items()}


def _request_stats(by_day: dict[str, Any], days: list[str]) -> Json:
    rows = list(by_day.values())
    total, errors = int(sum(row.requests for row in rows)), int(sum(row.errors for row in rows))
    milliseconds = sum(row.milliseconds for row in rows)
    return {
        "totalRequests": total,
        "concurrentRequests": max((row.now or 0 for row in rows), default=0),
        "lastRequestAt": max((row.last for row in rows if row.last), default=None),
        "responseTime": milliseconds / total if total else 0,
        "errorRate": errors / total if total else 0.0,
        "requestRates": [int(by_day[day].requests) if day in by_day else 0 for day in days],
        "errorRates": [int(by_day[day].errors) if day in by_day else 0 for day in days],
    }
