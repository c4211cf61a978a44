"""Figures of measurements: sums, quantiles, rates. Pure functions over rows of `measurements`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lockyard.contract import Json


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question about statistics leaves open.

    Attributes:
        quantile: which quantile the response time is.
        slow: milliseconds above which a request is slow.
    """

    quantile: float = 0.5
    slow: float = 2000.0


def figures(rows: Sequence[Any], minutes: float, asked: Asked) -> Json:
    """The figures of a period (workload-api §13.1).

    Args:
        rows: the measurements of the period.
        minutes: its length.
        asked: quantile and threshold.
    """
    total, user, server = (sum(getattr(row, name) for row in rows) for name in _COUNTS)
    return {
        "totalRequests": total,
        "requestsPerMinute": total / minutes,
        "concurrentRequests": max((row.concurrent_requests for row in rows), default=0.0),
        "responseTime": quantile(rows, asked.quantile),
        "serverErrors": server,
        "userErrors": user,
        "slowRequests": slower_than(rows, asked.slow),
        "serverErrorRate": part(server, total),
        "userErrorRate": part(user, total),
        "totalErrorRate": part(user + server, total),
    }


def metric(name: str) -> Callable[[Sequence[Any], float, Asked], float]:
    """How one metric of a series is computed from a bucket's measurements and its minutes."""
    key = "slowRequests" if name == "requestsOverN" else name
    return lambda rows, minutes, asked: figures(rows, minutes, asked)[key] if rows else 0


def quantile(rows: Iterable[Any], q: float) -> float:
    """The response time that a part `q` of the requests with a known one did not exceed; 0 without any."""
    counts: dict[float, int] = {}
    for row in rows:
        for millis, count in row.response_times:
            counts[millis] = counts.get(millis, 0) + count
    known = sum(counts.values())
    reached = 0
    for millis in sorted(counts):
        reached += counts[millis]
        if counts[millis] and reached >= q * known:
            return millis
    return 0.0


def slower_than(rows: Iterable[Any], millis: float) -> int:
    """How many requests took longer."""
    return sum(count for row in rows for took, count in row.response_times if took > millis)


def part(some: float, whole: float) -> float:
    """Some as a part of the whole; 0 of nothing."""
    return some / whole if whole else 0.0


def trend(now: float, before: float) -> float:
    """How much more there is now than before, as a part of before; 0 when there was nothing."""
    return (now - before) / before if before else 0.0


_COUNTS = ("requests", "user_errors", "server_errors")
