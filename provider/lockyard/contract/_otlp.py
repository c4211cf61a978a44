"""OpenTelemetry as exporters send it: OTLP over HTTP in JSON (our addition). Unknown keys are ignored, as OTLP asks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from ._base import ContractModel
from ._types import OTLP_ID_PATTERN, SPAN_ID_PATTERN, TRACE_ID_PATTERN, Text


def _nanos(value: Any) -> Any:
    # OTLP writes 64-bit integers as text.
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else value


_LAST_NANO = 253_000_000_000 * 10**9
Nanos = Annotated[int, Field(ge=0, le=_LAST_NANO), BeforeValidator(_nanos)]
_Id = Annotated[str, Field(pattern=OTLP_ID_PATTERN)]


class OtlpModel(ContractModel):
    """Part of an OTLP document."""

    model_config = ConfigDict(extra="ignore")


class OtlpValue(OtlpModel):
    """A value; lists and maps are kept as they are."""

    string_value: Text | None = None
    bool_value: bool | None = None
    int_value: Annotated[int, Field(ge=-(2**63), lt=2**63), BeforeValidator(_nanos)] | None = None
    double_value: float | None = None
    array_value: dict[str, Any] | None = None
    kvlist_value: dict[str, Any] | None = None

    def text(self) -> str:
        """The value for people."""
        for value in (self.string_value, self.bool_value, self.int_value, self.double_value):
            if value is not None:
                return str(value)
        return str(self.array_value or self.kvlist_value or "")


class OtlpAttribute(OtlpModel):
    """A name and its value."""

    key: Text
    value: OtlpValue = Field(default_factory=OtlpValue)


Attributes = Annotated[list[OtlpAttribute], Field(max_length=256)]


class OtlpResource(OtlpModel):
    """Where something comes from."""

    attributes: Attributes = Field(default_factory=list[OtlpAttribute])


class OtlpLogRecord(OtlpModel):
    """A line of a log."""

    time_unix_nano: Nanos = 0
    observed_time_unix_nano: Nanos = 0
    severity_number: Annotated[int, Field(ge=0, le=24)] = 9
    body: OtlpValue = Field(default_factory=OtlpValue)
    attributes: Attributes = Field(default_factory=list[OtlpAttribute])
    trace_id: _Id = ""
    span_id: _Id = ""


class OtlpScopeLogs(OtlpModel):
    """The lines of one library."""

    log_records: Annotated[list[OtlpLogRecord], Field(max_length=5000)] = Field(default_factory=list[OtlpLogRecord])


class OtlpResourceLogs(OtlpModel):
    """The lines of one process."""

    resource: OtlpResource = Field(default_factory=OtlpResource)
    scope_logs: list[OtlpScopeLogs] = Field(default_factory=list[OtlpScopeLogs])


class OtlpLogs(OtlpModel):
    """Body of `/v1/logs`.

    Attributes:
        resource_logs: lines by process.
    """

    resource_logs: list[OtlpResourceLogs]


class OtlpStatus(OtlpModel):
    """How a span ended: 0 unset, 1 well, 2 with an error."""

    code: Literal[0, 1, 2] = 0
    message: Text = ""


class OtlpSpan(OtlpModel):
    """A span."""

    trace_id: Annotated[str, Field(pattern=TRACE_ID_PATTERN)]
    span_id: Annotated[str, Field(pattern=SPAN_ID_PATTERN)]
    parent_span_id: _Id = ""
    name: Text = ""
    kind: Annotated[int, Field(ge=0, le=5)] = 0
    start_time_unix_nano: Nanos
    end_time_unix_nano: Nanos
    attributes: Attributes = Field(default_factory=list[OtlpAttribute])
    status: OtlpStatus = Field(default_factory=OtlpStatus)


class OtlpScopeSpans(OtlpModel):
    """The spans of one library."""

    spans: Annotated[list[OtlpSpan], Field(max_length=5000)] = Field(default_factory=list[OtlpSpan])


class OtlpResourceSpans(OtlpModel):
    """The spans of one process."""

    resource: OtlpResource = Field(default_factory=OtlpResource)
    scope_spans: list[OtlpScopeSpans] = Field(default_factory=list[OtlpScopeSpans])


class OtlpTraces(OtlpModel):
    """Body of `/v1/traces`.

    Attributes:
        resource_spans: spans by process.
    """

    resource_spans: list[OtlpResourceSpans]


class OtlpPoint(OtlpModel):
    """A value of a metric."""

    time_unix_nano: Nanos = 0
    as_double: float | None = None
    as_int: Annotated[int, Field(ge=-(2**63), lt=2**63), BeforeValidator(_nanos)] | None = None


class OtlpPoints(OtlpModel):
    """Values of a metric, oldest first."""

    data_points: Annotated[list[OtlpPoint], Field(max_length=5000)] = Field(default_factory=list[OtlpPoint])


class OtlpMetric(OtlpModel):
    """A metric; of histograms nothing is kept."""

    name: Annotated[Text, Field(min_length=1, max_length=255)]
    description: Text = ""
    unit: Annotated[Text, Field(max_length=64)] = ""
    gauge: OtlpPoints | None = None
    sum: OtlpPoints | None = None


class OtlpScopeMetrics(OtlpModel):
    """The metrics of one library."""

    metrics: Annotated[list[OtlpMetric], Field(max_length=1000)] = Field(default_factory=list[OtlpMetric])


class OtlpResourceMetrics(OtlpModel):
    """The metrics of one process."""

    scope_metrics: list[OtlpScopeMetrics] = Field(default_factory=list[OtlpScopeMetrics])


class OtlpMetrics(OtlpModel):
    """Body of `/v1/metrics`.

    Attributes:
        resource_metrics: metrics by process.
    """

    resource_metrics: list[OtlpResourceMetrics]
