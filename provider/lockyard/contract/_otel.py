"""OpenTelemetry as clients read it (workload-api §13.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ._answers import Answer
from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._queries import ListQuery, number
from ._times import Time
from ._types import Text
from ._unknown import is_unknown

OtelEntity = Literal["workload", "artifact"]
OtelLevel = Literal["debug", "info", "warn", "warning", "error", "critical"]


class OtelPath(ContractModel):
    """What telemetry is of.

    Attributes:
        entity_type: `workload` or `artifact`.
    """

    entity_type: OtelEntity


class OtelQuery(ListQuery):
    """Query of traces.

    Attributes:
        start_time: nothing older.
        end_time: nothing from then on.
        limit: records to answer, 1 to 1000.
    """

    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(number)] = 10
    start_time: Time | None = None
    end_time: Time | None = None


class OtelLogsQuery(OtelQuery):
    """Query of logs; filters combine with AND.

    Attributes:
        level: the least severe level.
        includes: texts that must be in the message.
        excludes: texts that must not be in it.
        search_keys: names of attributes.
        search_values: their values, in the same order.
        trace_id: only lines of this trace.
        span_id: only lines of this span.
    """

    level: OtelLevel | None = None
    includes: list[Text] = Field(default_factory=list[Text])
    excludes: list[Text] = Field(default_factory=list[Text])
    search_keys: list[Text] = Field(default_factory=list[Text])
    search_values: list[Text] = Field(default_factory=list[Text])
    trace_id: Text | None = None
    span_id: Text | None = None

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        """Each key has a value."""
        keys, values = self.search_keys, self.search_values
        if not is_unknown(keys) and not is_unknown(values) and len(keys) != len(values):
            return [Problem("searchValues", "must be as many as searchKeys")]
        return []


class OtelLog(Answer):
    """A line of a log."""

    timestamp: str
    level: str
    message: str
    stacktrace: str | None = None


class OtelTrace(Answer):
    """A trace; durations are nanoseconds."""

    trace_id: str
    root_span_name: str
    root_service_name: str
    duration: int
    spans_count: int
    error_spans_count: int


class OtelSpan(Answer):
    """A span of a trace."""

    name: str
    service_name: str
    duration: int
    status_code: str
    status_message: str
    kind: str
    attributes: dict[str, Any]
    start_time: str


class OtelSpans(Answer):
    """The spans of a trace, in the order of their beginnings."""

    spans: list[OtelSpan]


class OtelMetric(Answer):
    """The newest value of a metric."""

    otel_name: str
    display_name: str
    current_value: float
    unit: str
    level: str


class OtelMetricValues(Answer):
    """The newest value of every metric."""

    data: list[OtelMetric]


class OtlpAnswer(Answer):
    """Everything was taken."""
