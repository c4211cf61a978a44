"""Statistics, telemetry, credentials, use cases, and when a proton's replicas were told of last."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NEW = (
    "measurements",
    "statistics_resets",
    "otel_logs",
    "otel_spans",
    "otel_metrics",
    "credentials",
    "use_case_links",
)


def upgrade() -> None:
    """Makes the tables; the objects that are there stay as they are."""
    op.create_table(
        "credentials",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential_type", sa.String(length=64), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.Text(), nullable=False),
        sa.Column("creator_username", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credentials"),
        sa.UniqueConstraint("name", name="uq_credentials_name"),
    )
    op.create_table(
        "otel_logs",
        sa.Column("entity_id", sa.String(length=24), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("stacktrace", sa.Text(), nullable=True),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("span_id", sa.String(length=16), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "at", "id", name="pk_otel_logs"),
    )
    op.create_table(
        "otel_metrics",
        sa.Column("entity_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "name", name="pk_otel_metrics"),
    )
    op.create_table(
        "otel_spans",
        sa.Column("entity_id", sa.String(length=24), nullable=False),
        sa.Column("trace_id", sa.String(length=32), nullable=False),
        sa.Column("span_id", sa.String(length=16), nullable=False),
        sa.Column("parent_span_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("duration", sa.BigInteger(), nullable=False),
        sa.Column("status_code", sa.String(length=8), nullable=False),
        sa.Column("status_message", sa.Text(), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity_id", "trace_id", "span_id", name="pk_otel_spans"),
    )
    op.create_table(
        "measurements",
        sa.Column("workload_id", sa.String(length=24), nullable=False),
        sa.Column("start_at", sa.String(length=32), nullable=False),
        sa.Column("end_at", sa.String(length=32), nullable=False),
        sa.Column("proton_id", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("user_errors", sa.BigInteger(), nullable=False),
        sa.Column("server_errors", sa.BigInteger(), nullable=False),
        sa.Column("concurrent_requests", sa.Float(), nullable=False),
        sa.Column("milliseconds", sa.Float(), nullable=False),
        sa.Column("response_times", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workload_id"], ["workloads.id"], name="fk_measurements_workload_id_workloads"),
        sa.PrimaryKeyConstraint("workload_id", "start_at", "end_at", "proton_id", "source", name="pk_measurements"),
    )
    op.create_table(
        "statistics_resets",
        sa.Column("workload_id", sa.String(length=24), nullable=False),
        sa.Column("reset_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["workload_id"], ["workloads.id"], name="fk_statistics_resets_workload_id_workloads"),
        sa.PrimaryKeyConstraint("workload_id", name="pk_statistics_resets"),
    )
    op.create_table(
        "use_case_links",
        sa.Column("use_case_id", sa.String(length=24), nullable=False),
        sa.Column("workload_id", sa.String(length=24), nullable=False),
        sa.Column("linked_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["workload_id"], ["workloads.id"], name="fk_use_case_links_workload_id_workloads"),
        sa.PrimaryKeyConstraint("use_case_id", "workload_id", name="pk_use_case_links"),
    )
    op.create_index("ix_use_case_links_workload_id", "use_case_links", ["workload_id"], unique=False)
    op.add_column("protons", sa.Column("reported_at", sa.String(length=32), nullable=True))
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        for table in (*_NEW, "protons"):
            _order_by_bytes(bind, table)


def _order_by_bytes(bind: sa.Connection, table: str) -> None:
    # Texts sort as SQLite sorts them.
    columns = [
        f'ALTER COLUMN "{column["name"]}" TYPE {column["type"].compile(bind.dialect)} COLLATE "C"'
        for column in sa.inspect(bind).get_columns(table)
        if isinstance(column["type"], sa.String) and column["type"].collation != "C"
    ]
    if columns:
        bind.exec_driver_sql(f"ALTER TABLE {table} {', '.join(columns)}")
