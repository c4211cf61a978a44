"""Calls on OpenTelemetry."""

from __future__ import annotations

from lockyard.contract import (
    Json,
    NotFoundError,
    OtelEntity,
    OtelLogsQuery,
    OtelPath,
    OtelQuery,
    OtlpLogs,
    OtlpMetrics,
    OtlpTraces,
    ValidationFailedError,
    parse,
    parse_query,
)

from .. import lifecycle
from ..lifecycle import Caller, Page, Registry
from ._lists import Query


def otel_log_lines(reg: Registry, caller: Caller, entity: str, id: str, query: Query) -> Page:
    """The lines that match."""
    return lifecycle.otel_log_lines(reg, caller, _entity(entity), id, parse_query(OtelLogsQuery, query))


def otel_traces(reg: Registry, caller: Caller, entity: str, id: str, query: Query) -> Page:
    """The traces."""
    return lifecycle.otel_traces(reg, caller, _entity(entity), id, parse_query(OtelQuery, query))


def otel_spans_of(reg: Registry, caller: Caller, entity: str, id: str, trace_id: str) -> Json:
    """The spans of a trace."""
    return lifecycle.otel_spans_of(reg, caller, _entity(entity), id, trace_id)


def otel_metric_values(reg: Registry, caller: Caller, entity: str, id: str) -> Json:
    """The newest value of every metric."""
    return lifecycle.otel_metric_values(reg, caller, _entity(entity), id)


def take_logs(reg: Registry, caller: Caller, entity: str, id: str, data: object) -> Json:
    """Take lines of logs."""
    return lifecycle.take_logs(reg, caller, _entity(entity), id, parse(OtlpLogs, data))


def take_traces(reg: Registry, caller: Caller, entity: str, id: str, data: object) -> Json:
    """Take spans."""
    return lifecycle.take_traces(reg, caller, _entity(entity), id, parse(OtlpTraces, data))


def take_metrics(reg: Registry, caller: Caller, entity: str, id: str, data: object) -> Json:
    """Take values of metrics."""
    return lifecycle.take_metrics(reg, caller, _entity(entity), id, parse(OtlpMetrics, data))


def _entity(name: str) -> OtelEntity:
    try:
        return parse(OtelPath, {"entityType": name}).entity_type
    except ValidationFailedError:
        raise NotFoundError("Not Found") from None
