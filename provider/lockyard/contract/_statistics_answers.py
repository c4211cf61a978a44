"""What the server answers about statistics (workload-api §13.1)."""

from __future__ import annotations

from ._answers import Answer


class MeasurementsAnswer(Answer):
    """Answer to POST of measurements (our addition).

    Ignored is what speaks of a time before the last reset, of the future, or of what is no longer kept.
    """

    accepted: int
    ignored: int


class Period(Answer):
    """A period; `end` does not belong to it."""

    start: str | None = None
    end: str | None = None


class StatisticsFigures(Answer):
    """The figures of a period. Rates are parts of 1, times are milliseconds."""

    total_requests: int = 0
    requests_per_minute: float = 0
    concurrent_requests: float = 0
    response_time: float = 0
    server_errors: int = 0
    user_errors: int = 0
    slow_requests: int = 0
    server_error_rate: float = 0
    user_error_rate: float = 0
    total_error_rate: float = 0


class StatisticsFormatted(Answer):
    """A workload's statistics."""

    period: Period
    metrics: StatisticsFigures


class SeriesSummary(Answer):
    """What a series is of."""

    proton_id: str | None = None
    period: Period


class SeriesBucket(Answer):
    """One part of a series."""

    period: Period
    value: float


class SeriesFormatted(Answer):
    """One metric over time."""

    metric: str
    summary: SeriesSummary
    buckets: list[SeriesBucket]


class WorkloadCounts(Answer):
    """How many workloads there are, and how many of them are not stopped."""

    active: int
    total: int


class RequestCounts(Answer):
    """Requests of the last 7 days; trends are parts of 1 more (or less) than in the 7 days before."""

    total: int
    succeeded: int
    failed: int
    trend: float


class RateAndTrend(Answer):
    """Errors as a part of the requests."""

    rate: float
    trend: float


class MillisAndTrend(Answer):
    """Mean response time."""

    millis: float
    trend: float


class CountAndTrend(Answer):
    """Most requests at once."""

    count: float
    trend: float


class WorkloadsStatistics(Answer):
    """The statistics of all workloads that match."""

    workloads: WorkloadCounts
    requests: RequestCounts
    error_rate: RateAndTrend
    response_time: MillisAndTrend
    concurrent_requests: CountAndTrend
