"""What a workload's requests were like: measurements that are told, and queries of their statistics (§13.1)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._queries import Query
from ._times import Time
from ._types import Count, Identifier, Text
from ._unknown import UNKNOWN, contains_unknown, is_unknown

LONGEST_MEASUREMENT: Final = timedelta(days=1)
MAX_MEASUREMENTS: Final = 1000
"""Measurements in one call."""

Millis = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
"""Milliseconds."""


def _decimal(value: Any) -> Any:
    # Text of a query string; float() would also take "inf", "1_0" and digits of other scripts.
    if isinstance(value, str) and value and set(value) <= set("0123456789.-+eE") and len(value) < 40:
        try:
            return float(value)
        except ValueError:
            return value
    return value


class ResponseTime(ContractModel):
    """How many requests took how long.

    Attributes:
        millis: milliseconds from the first byte of the request to the last of the answer.
        count: requests that took as long.
    """

    millis: Millis
    count: Count


class Measurement(ContractModel):
    """What was counted of a workload's requests in one period (our addition).

    Told again with the same period, proton and source, it takes the place of the earlier one.

    Attributes:
        start_time: when the period began.
        end_time: when it ended; at most 24 hours later.
        proton_id: whose requests; the workload's present proton when absent.
        source: who counted, where several do: the name of a replica or gateway.
        requests: requests that ended in the period.
        user_errors: those answered with a status from 400 to 499.
        server_errors: those answered with a status from 500, or not at all.
        concurrent_requests: most requests under way at once.
        response_times: how long they took; at most 200 different times, so round or bucket them.
    """

    start_time: Time
    end_time: Time
    proton_id: Identifier | None = None
    source: Annotated[Text, Field(max_length=64)] = ""
    requests: Count
    user_errors: Count = 0
    server_errors: Count = 0
    concurrent_requests: Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)] = 0.0
    response_times: Annotated[list[ResponseTime], Field(max_length=200)] = Field(default_factory=list[ResponseTime])

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        """A period has a length, and no part is more than the whole."""
        start, end = self.start_time, self.end_time
        if not is_unknown(start) and not is_unknown(end):
            if end <= start:
                yield Problem("endTime", "must be later than startTime")
            elif end - start > LONGEST_MEASUREMENT:
                yield Problem("endTime", "must be at most 24 hours after startTime")
        if is_unknown(self.requests):
            return
        failed = [self.user_errors, self.server_errors]
        if not contains_unknown(failed) and sum(failed) > self.requests:
            yield Problem("requests", "must be at least userErrors and serverErrors together")
        counts: list[Any] = [UNKNOWN if is_unknown(time) else time.count for time in _items(self.response_times)]
        if not contains_unknown(counts) and sum(counts) > self.requests:
            yield Problem("responseTimes", "must not count more than there were requests")


def _items(times: Any) -> list[Any]:
    return [] if is_unknown(times) else times


class MeasurementsInput(ContractModel):
    """Body of POST of measurements.

    Attributes:
        measurements: 1 to 1000 of them.
    """

    measurements: Annotated[list[Measurement], Field(min_length=1, max_length=MAX_MEASUREMENTS)]


class PeriodQuery(Query):
    """Which requests are meant.

    Attributes:
        proton_id: those of this proton; of the workload's present one when absent.
        start_time: those of measurements that began then or later; 7 days before the end when absent.
        end_time: those of measurements that began before; now when absent.
    """

    proton_id: Identifier | None = None
    start_time: Time | None = None
    end_time: Time | None = None


class StatisticsQuery(PeriodQuery):
    """Query of a workload's statistics (R125).

    Attributes:
        response_time_quantile: which quantile `responseTime` is, 0 to 1; 0.5 is the median.
        slow_requests_threshold: requests that took more milliseconds than this are slow.
    """

    response_time_quantile: Annotated[float, Field(ge=0, le=1), BeforeValidator(_decimal)] = 0.5
    slow_requests_threshold: Annotated[Millis, BeforeValidator(_decimal)] = 2000.0


Resolution = Literal["PT1M", "PT5M", "PT1H", "P1D", "P7D", "P1M"]
StatisticsMetric = Literal[
    "totalRequests", "requestsOverN", "requestsPerMinute", "concurrentRequests", "responseTime", "totalErrorRate"
]


class SeriesQuery(StatisticsQuery):
    """Query of one metric over time.

    Attributes:
        resolution: length of a bucket: a minute, 5 minutes, an hour, a day (default), 7 days, or a month.
    """

    resolution: Resolution = "P1D"


class SeriesPath(ContractModel):
    """The metric in the path of a series.

    Attributes:
        metric: one of the six.
    """

    metric: StatisticsMetric
