"""Reading OpenTelemetry of workloads and artifacts (workload-api §13.2)."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, case, func, select, type_coerce

from lockyard.contract import Json, NotFoundError, OtelEntity, OtelLogsQuery, OtelQuery

from ..store import otel_logs, otel_metrics, otel_spans, timestamp
from ._access import artifact_for, workload_for
from ._kinds import Kind
from ._registry import Caller, Page, Registry
from ._transaction import Transaction, reading

KINDS: dict[OtelEntity, Kind] = {"workload": "workloads", "artifact": "artifacts"}
"""The kind of object that the contract's word means."""

_LEAST = {"debug": 5, "info": 9, "warn": 13, "warning": 13, "error": 17, "critical": 21}
_LEVELS = ((21, "critical"), (17, "error"), (13, "warning"), (9, "info"), (0, "debug"))


def otel_log_lines(reg: Registry, caller: Caller, entity: OtelEntity, id: str, query: OtelLogsQuery) -> Page:
    """The lines that match, newest first.

    Raises:
        NotFoundError: there is no such workload or artifact.
    """
    where = [of_entity(otel_logs, entity, id), *_period(otel_logs.c.at, query)]
    if query.level is not None:
        where.append(otel_logs.c.severity >= _LEAST[query.level])
    where += [otel_logs.c.message.contains(text, autoescape=True) for text in query.includes]
    where += [~otel_logs.c.message.contains(text, autoescape=True) for text in query.excludes]
    for key, value in zip(query.search_keys, query.search_values, strict=True):
        # The attributes as they are written to the column.
        pair = json.dumps({key: value}, separators=(",", ":"))[1:-1]
        where.append(type_coerce(otel_logs.c.attributes, Text).contains(pair, autoescape=True))
    for column, wanted in ((otel_logs.c.trace_id, query.trace_id), (otel_logs.c.span_id, query.span_id)):
        if wanted is not None:
            where.append(column == wanted.lower())
    rows = select(otel_logs).where(*where).order_by(otel_logs.c.at.desc(), otel_logs.c.id.desc())
    with reading(reg, caller) as t:
        _need(t, entity, id)
        total = t.tx.execute(select(func.count()).select_from(otel_logs).where(*where)).scalar_one()
        found = t.tx.execute(rows.offset(query.offset).limit(query.limit)) if query.offset < total else ()
        return Page(total, [_line(row) for row in found])


def otel_traces(reg: Registry, caller: Caller, entity: OtelEntity, id: str, query: OtelQuery) -> Page:
    """The traces, newest first. Errors: as `otel_log_lines`."""
    where = [of_entity(otel_spans, entity, id), *_period(otel_spans.c.started_at, query)]
    traces = (
        select(
            otel_spans.c.trace_id,
            func.min(otel_spans.c.started_at).label("started"),
            func.count().label("spans"),
            func.sum(case((otel_spans.c.status_code == "ERROR", 1), else_=0)).label("errors"),
            func.max(otel_spans.c.duration).label("longest"),
        )
        .where(*where)
        .group_by(otel_spans.c.trace_id)
    )
    order = (func.min(otel_spans.c.started_at).desc(), otel_spans.c.trace_id)
    with reading(reg, caller) as t:
        _need(t, entity, id)
        total = t.tx.execute(select(func.count()).select_from(traces.subquery())).scalar_one()
        if query.offset >= total:
            return Page(total, [])
        page = t.tx.execute(traces.order_by(*order).offset(query.offset).limit(query.limit)).all()
        roots = _roots(t, entity, id, [row.trace_id for row in page])
        return Page(total, [_trace(row, roots.get(row.trace_id)) for row in page])


def otel_spans_of(reg: Registry, caller: Caller, entity: OtelEntity, id: str, trace_id: str) -> Json:
    """The spans of a trace.

    Raises:
        NotFoundError: there is no such workload or artifact, or it has no such trace.
    """
    of_trace = (of_entity(otel_spans, entity, id), otel_spans.c.trace_id == trace_id.lower())
    with reading(reg, caller) as t:
        _need(t, entity, id)
        rows = (
            []
            if "\0" in trace_id
            else t.tx.execute(
                select(otel_spans).where(*of_trace).order_by(otel_spans.c.started_at, otel_spans.c.span_id)
            ).all()
        )
        if not rows:
            raise NotFoundError("Trace not found.")
        return {"spans": [_span(row) for row in rows]}


def otel_metric_values(reg: Registry, caller: Caller, entity: OtelEntity, id: str) -> Json:
    """The newest value of every metric, by name. Errors: as `otel_log_lines`."""
    values = select(otel_metrics).where(of_entity(otel_metrics, entity, id)).order_by(otel_metrics.c.name)
    with reading(reg, caller) as t:
        _need(t, entity, id)
        return {
            "data": [
                {
                    "otelName": row.name,
                    "displayName": row.display_name,
                    "currentValue": row.value,
                    "unit": row.unit,
                    "level": entity,
                }
                for row in t.tx.execute(values)
            ]
        }


def of_entity(table: Table, entity: OtelEntity, id: str) -> ColumnElement[bool]:
    """The condition that telemetry is of a workload or artifact."""
    return and_(table.c.entity_kind == KINDS[entity], table.c.entity_id == id)


def _need(t: Transaction, entity: OtelEntity, id: str) -> None:
    if entity == "artifact":
        artifact_for(t, id, "view")
    else:
        workload_for(t, id, "view")


def _period(column: ColumnElement[Any], query: OtelQuery) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if query.start_time is not None:
        where.append(column >= timestamp(query.start_time))
    if query.end_time is not None:
        where.append(column < timestamp(query.end_time))
    return where


def _line(row: Any) -> Json:
    return {
        # The platform writes a blank between date and time here.
        "timestamp": row.at.replace("T", " "),
        "level": next(name for least, name in _LEVELS if row.severity >= least),
        "message": row.message,
        "stacktrace": row.stacktrace,
    }


def _roots(t: Transaction, entity: OtelEntity, id: str, traces: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    spans = select(otel_spans).where(of_entity(otel_spans, entity, id), otel_spans.c.trace_id.in_(traces))
    # A trace whose root is not here is named by its first span.
    for row in t.tx.execute(spans.order_by(otel_spans.c.parent_span_id != "", otel_spans.c.started_at)):
        found.setdefault(row.trace_id, row)
    return found


def _trace(row: Any, root: Any) -> Json:
    return {
        "traceId": row.trace_id,
        "rootSpanName": root.name,
        "rootServiceName": root.service_name,
        "duration": root.duration if not root.parent_span_id else row.longest,
        "spansCount": row.spans,
        "errorSpansCount": int(row.errors),
    }


def _span(row: Any) -> Json:
    return {
        "name": row.name,
        "serviceName": row.service_name,
        "duration": row.duration,
        "statusCode": row.status_code,
        "statusMessage": row.status_message,
        "kind": row.kind,
        "attributes": row.attributes,
        "startTime": row.started_at,
    }
