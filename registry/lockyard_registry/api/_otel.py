"""OpenTelemetry of workloads and artifacts (workload-api §13.2; taking it is our addition)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from lockyard.contract import (
    ContractModel,
    ListEnvelope,
    OtelLog,
    OtelLogsQuery,
    OtelMetricValues,
    OtelQuery,
    OtelSpans,
    OtelTrace,
    OtlpAnswer,
    OtlpLogs,
    OtlpMetrics,
    OtlpTraces,
)

from .. import operations
from ._answers import as_is, page
from ._requests import Body, CallOf
from ._routing import Routes

_OF = "/otel/{entity_type}/{id}"


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", f"{_OF}/logs", answers={200: ListEnvelope[OtelLog]}, query=OtelLogsQuery)
    def otel_log_lines(call: CallOf, entity_type: str, id: str) -> Response:
        """Lines of the log, newest first."""
        found = operations.otel_log_lines(call.registry, call.caller, entity_type, id, call.query)
        return page(call, found, OtelLogsQuery)

    @routes.add("GET", f"{_OF}/traces", answers={200: ListEnvelope[OtelTrace]}, query=OtelQuery)
    def otel_traces(call: CallOf, entity_type: str, id: str) -> Response:
        """Traces, newest first."""
        return page(call, operations.otel_traces(call.registry, call.caller, entity_type, id, call.query), OtelQuery)

    @routes.add("GET", f"{_OF}/traces/{{trace_id}}", answers={200: OtelSpans})
    def otel_spans_of(call: CallOf, entity_type: str, id: str, trace_id: str) -> Response:
        """The spans of a trace."""
        return as_is(operations.otel_spans_of(call.registry, call.caller, entity_type, id, trace_id))

    @routes.add("GET", f"{_OF}/metrics/autocollectedValues", answers={200: OtelMetricValues})
    def otel_metric_values(call: CallOf, entity_type: str, id: str) -> Response:
        """The newest value of every metric."""
        return as_is(operations.otel_metric_values(call.registry, call.caller, entity_type, id))

    if routes.additions:
        _add(routes, "logs", OtlpLogs, operations.take_logs)
        _add(routes, "traces", OtlpTraces, operations.take_traces)
        _add(routes, "metrics", OtlpMetrics, operations.take_metrics)


def _add(routes: Routes, signal: str, body_model: type[ContractModel], take: Callable[..., Any]) -> None:
    path = f"{_OF}/v1/{signal}"

    @routes.add("POST", path, answers={200: OtlpAnswer}, errors=(403,), body=body_model)
    def take_signal(call: CallOf, entity_type: str, id: str, body: Body) -> Response:
        """Take telemetry as an OTLP/HTTP exporter sends it in JSON."""
        return as_is(take(call.registry, call.caller, entity_type, id, body))
