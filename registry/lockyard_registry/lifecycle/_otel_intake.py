"""Taking OpenTelemetry of workloads and artifacts. It is telemetry: seals speak of it, not the audit log."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from lockyard.contract import Json, OtelEntity, OtlpLogs, OtlpMetrics, OtlpTraces, seen_at

from ..store import Telemetry, changing_telemetry, new_id, otel_logs, otel_metrics, otel_spans, timestamp
from ._access import artifact_for, workload_for
from ._kinds import lineages_of
from ._otel import KINDS, of_entity
from ._registry import Caller, Registry
from ._transaction import Transaction, repeated, writing

KEPT = 10_000
"""Newest lines, and spans, that are kept of one workload or artifact."""

_AT_ONCE = 1000
"""Records that are stored in one transaction."""

_Record = dict[str, Any]
_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
_CODES = ("UNSET", "OK", "ERROR")
_UNITS = {"By": "bytes", "%": "percentage", "1": "percentage", "{nanocores}": "nanocores"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def take_logs(reg: Registry, caller: Caller, entity: OtelEntity, id: str, body: OtlpLogs) -> Json:
    """Stores lines of logs; of many the newest are kept.

    Raises:
        NotFoundError: there is no such workload or artifact.
        ForbiddenError: the caller may only look at it.
    """
    for rows in _parts(_logs(reg.clock.now(), entity, id, body)):
        _store_logs(reg, caller, entity, id, rows)
    return {}


def take_traces(reg: Registry, caller: Caller, entity: OtelEntity, id: str, body: OtlpTraces) -> Json:
    """Stores spans; one that is told again takes the place of the first. Errors: as `take_logs`."""
    found = {(row["trace_id"], row["span_id"]): row for row in _spans(reg.clock.now(), entity, id, body)}
    for rows in _parts(found.values()):
        _store_spans(reg, caller, entity, id, rows)
    return {}


def take_metrics(reg: Registry, caller: Caller, entity: OtelEntity, id: str, body: OtlpMetrics) -> Json:
    """Stores the newest value of each metric. Errors: as `take_logs`."""
    found = {row["name"]: row for row in _metrics(reg.clock.now(), entity, id, body)}
    for rows in _parts(found.values()):
        _store_metrics(reg, caller, entity, id, rows)
    return {}


def _parts(rows: Iterable[_Record]) -> Iterator[list[_Record]]:
    """Rows as they are stored at once: at least one part, for the caller's right is looked at there.

    They are made before the write lock is held, and stored bit by bit: there may be thousands, and others wait.
    """
    made = list(rows)
    yield made[:_AT_ONCE]
    for start in range(_AT_ONCE, len(made), _AT_ONCE):
        yield made[start : start + _AT_ONCE]


@repeated
def _store_logs(reg: Registry, caller: Caller, entity: OtelEntity, id: str, rows: list[_Record]) -> None:
    with writing(reg, caller, "otel.logs", lineages_of(KINDS[entity], id)) as t:
        _need(t, entity, id)
        if rows:
            with changing_telemetry(t.tx, (KINDS[entity], id)) as telemetry:
                telemetry.insert(otel_logs, rows)
                _trim(t, telemetry, otel_logs, otel_logs.c.at, entity, id)


@repeated
def _store_spans(reg: Registry, caller: Caller, entity: OtelEntity, id: str, rows: list[_Record]) -> None:
    with writing(reg, caller, "otel.traces", lineages_of(KINDS[entity], id)) as t:
        _need(t, entity, id)
        if rows:
            with changing_telemetry(t.tx, (KINDS[entity], id)) as telemetry:
                telemetry.replace(otel_spans, rows)
                _trim(t, telemetry, otel_spans, otel_spans.c.started_at, entity, id)


@repeated
def _store_metrics(reg: Registry, caller: Caller, entity: OtelEntity, id: str, rows: list[_Record]) -> None:
    with writing(reg, caller, "otel.metrics", lineages_of(KINDS[entity], id)) as t:
        _need(t, entity, id)
        if rows:
            with changing_telemetry(t.tx, (KINDS[entity], id)) as telemetry:
                telemetry.replace(otel_metrics, rows)


def _need(t: Transaction, entity: OtelEntity, id: str) -> None:
    if entity == "artifact":
        artifact_for(t, id, "edit")
    else:
        workload_for(t, id, "edit")


def _logs(now: datetime, entity: OtelEntity, id: str, body: OtlpLogs) -> Iterator[_Record]:
    for resource in body.resource_logs:
        common = _texts(resource.resource.attributes)
        for record in (record for scope in resource.scope_logs for record in scope.log_records):
            attributes = common | _texts(record.attributes)
            nanos = record.time_unix_nano or record.observed_time_unix_nano
            yield {
                "entity_kind": KINDS[entity],
                "entity_id": id,
                "at": _moment(now, nanos) if nanos else timestamp(now),
                "id": new_id(now),
                "severity": record.severity_number or 9,
                "message": record.body.text(),
                "stacktrace": attributes.pop("exception.stacktrace", None),
                "trace_id": record.trace_id.lower(),
                "span_id": record.span_id.lower()[:16],
                "attributes": attributes,
            }


def _spans(now: datetime, entity: OtelEntity, id: str, body: OtlpTraces) -> Iterator[_Record]:
    for resource in body.resource_spans:
        service = _texts(resource.resource.attributes).get("service.name", "")
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            yield {
                "entity_kind": KINDS[entity],
                "entity_id": id,
                "trace_id": span.trace_id.lower(),
                "span_id": span.span_id.lower(),
                "parent_span_id": span.parent_span_id.lower()[:16],
                "name": span.name,
                "service_name": service,
                "kind": _KINDS[span.kind],
                "started_at": _moment(now, span.start_time_unix_nano),
                "duration": min(max(0, span.end_time_unix_nano - span.start_time_unix_nano), 2**62),
                "status_code": _CODES[span.status.code],
                "status_message": span.status.message,
                "attributes": _texts(span.attributes),
            }


def _metrics(now: datetime, entity: OtelEntity, id: str, body: OtlpMetrics) -> Iterator[_Record]:
    for metric in (m for resource in body.resource_metrics for scope in resource.scope_metrics for m in scope.metrics):
        points = [*(metric.gauge.data_points if metric.gauge else ()), *(metric.sum.data_points if metric.sum else ())]
        if not points:
            continue
        newest = max(points, key=lambda point: point.time_unix_nano)
        value = newest.as_int if newest.as_double is None else newest.as_double
        yield {
            "entity_kind": KINDS[entity],
            "entity_id": id,
            "name": metric.name,
            "display_name": metric.description or metric.name,
            "unit": _UNITS.get(metric.unit, metric.unit),
            "value": float(value or 0),
            "at": _moment(now, newest.time_unix_nano) if newest.time_unix_nano else timestamp(now),
        }


def _texts(attributes: Iterable[Any]) -> dict[str, str]:
    return {attribute.key: attribute.value.text() for attribute in attributes}


def _moment(now: datetime, nanos: int) -> str:
    return timestamp(seen_at(_EPOCH + timedelta(microseconds=nanos // 1000), now))


def _trim(t: Transaction, telemetry: Telemetry, table: Table, column: Any, entity: OtelEntity, id: str) -> None:
    newest = select(column).where(of_entity(table, entity, id)).order_by(column.desc()).offset(KEPT).limit(1)
    limit = t.tx.execute(newest).scalar()
    if limit is not None:
        telemetry.delete(table, of_entity(table, entity, id), column <= limit)
