"""Periods of statistics and their parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lockyard.contract import BadRequestError, Json, PeriodQuery

from ..store import timestamp

DEFAULT_PERIOD = timedelta(days=7)
MAX_BUCKETS = 10_080
"""Most parts of one series: a week of minutes."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday
_LAST = datetime(9990, 1, 1, tzinfo=UTC)
_LENGTHS = {
    "PT1M": timedelta(minutes=1),
    "PT5M": timedelta(minutes=5),
    "PT1H": timedelta(hours=1),
    "P1D": timedelta(days=1),
    "P7D": timedelta(days=7),
}


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` until before `end`, both in UTC."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        """Its length."""
        return (self.end - self.start).total_seconds() / 60

    def document(self) -> Json:
        """As the wire shows it."""
        return {"start": timestamp(self.start), "end": timestamp(self.end)}


def period_of(query: PeriodQuery, now: datetime) -> Period:
    """The period that is asked for; the last 7 days when nothing is said.

    Raises:
        BadRequestError: it does not begin before its end (R125).
    """
    end = _utc(query.end_time) if query.end_time is not None else now.astimezone(UTC)
    if query.start_time is not None:
        start = _utc(query.start_time)
    else:
        start = max(end - DEFAULT_PERIOD, _EPOCH) if end > _EPOCH else end
    if start >= end:
        raise BadRequestError(
            f"Invalid time range: startTime ({timestamp(start)}) must be before endTime ({timestamp(end)})."
        )
    return Period(start, end)


def buckets(period: Period, resolution: str) -> list[Period]:
    """The parts of a period: whole units in UTC, weeks from Monday, the first and last one cut to the period.

    Raises:
        BadRequestError: there would be too many of them.
    """
    length = _LENGTHS.get(resolution)
    if length is not None and (period.end - period.start) / length > MAX_BUCKETS:
        raise BadRequestError(
            f"Invalid time range: more than {MAX_BUCKETS} buckets of {resolution}: ask for a shorter range or a "
            "coarser resolution."
        )
    return list(_cut(period, resolution, length))


def _cut(period: Period, resolution: str, length: timedelta | None) -> Iterator[Period]:
    at = period.start
    while at < period.end:
        following = _next_month(at) if length is None else _floor(at, length) + length
        yield Period(at, min(following, period.end))
        at = following


def _floor(at: datetime, length: timedelta) -> datetime:
    return at - (at - _FIRST) % length


def _next_month(at: datetime) -> datetime:
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return datetime(year, month, 1, tzinfo=UTC)


def _utc(at: datetime) -> datetime:
    # Nothing was measured outside of this, and years around it can be computed with.
    return min(max(at.astimezone(UTC), _EPOCH), _LAST)
