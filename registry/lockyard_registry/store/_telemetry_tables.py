"""The tables of what is only told of running workloads: no objects, so seals speak of it, not the log."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Integer, PrimaryKeyConstraint, String, Table, Text

from ._schema import metadata
from ._types import ID, TIMESTAMP, JsonText

# What one source counted of one proton's requests in one period; told again, it takes the place of the first telling.
measurements = Table(
    "measurements",
    metadata,
    Column("workload_id", ID, ForeignKey("workloads.id"), nullable=False),
    Column("start_at", TIMESTAMP, nullable=False),
    Column("end_at", TIMESTAMP, nullable=False),
    # Empty while the workload has no proton.
    Column("proton_id", ID, nullable=False),
    Column("source", String(64), nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("user_errors", BigInteger, nullable=False),
    Column("server_errors", BigInteger, nullable=False),
    Column("concurrent_requests", Float, nullable=False),
    # Of all requests together, and how many took how long: [[milliseconds, count], …].
    Column("milliseconds", Float, nullable=False),
    Column("response_times", JsonText, nullable=False),
    PrimaryKeyConstraint("workload_id", "start_at", "end_at", "proton_id", "source"),
)

# Since when a workload's requests are counted; what began earlier is not taken any more.
statistics_resets = Table(
    "statistics_resets",
    metadata,
    Column("workload_id", ID, ForeignKey("workloads.id"), primary_key=True),
    Column("reset_at", TIMESTAMP, nullable=False),
)

# OpenTelemetry of a workload or an artifact.
otel_logs = Table(
    "otel_logs",
    metadata,
    Column("entity_kind", String(24), nullable=False),
    Column("entity_id", ID, nullable=False),
    Column("at", TIMESTAMP, nullable=False),
    Column("id", ID, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("stacktrace", Text),
    Column("trace_id", String(32), nullable=False),
    Column("span_id", String(16), nullable=False),
    Column("attributes", JsonText, nullable=False),
    PrimaryKeyConstraint("entity_kind", "entity_id", "at", "id"),
)

otel_spans = Table(
    "otel_spans",
    metadata,
    Column("entity_kind", String(24), nullable=False),
    Column("entity_id", ID, nullable=False),
    Column("trace_id", String(32), nullable=False),
    Column("span_id", String(16), nullable=False),
    Column("parent_span_id", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("service_name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("started_at", TIMESTAMP, nullable=False),
    # Nanoseconds.
    Column("duration", BigInteger, nullable=False),
    Column("status_code", String(8), nullable=False),
    Column("status_message", Text, nullable=False),
    Column("attributes", JsonText, nullable=False),
    PrimaryKeyConstraint("entity_kind", "entity_id", "trace_id", "span_id"),
)

# The newest value of each metric.
otel_metrics = Table(
    "otel_metrics",
    metadata,
    Column("entity_kind", String(24), nullable=False),
    Column("entity_id", ID, nullable=False),
    Column("name", String(255), nullable=False),
    Column("display_name", Text, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("value", Float, nullable=False),
    Column("at", TIMESTAMP, nullable=False),
    PrimaryKeyConstraint("entity_kind", "entity_id", "name"),
)

# What the rows above of one workload or artifact add up to (see `_telemetry_seals.py`).
telemetry_seals = Table(
    "telemetry_seals",
    metadata,
    Column("kind", String(24), nullable=False),
    Column("object_id", ID, nullable=False),
    Column("digest", String(64), nullable=False),
    PrimaryKeyConstraint("kind", "object_id"),
)
