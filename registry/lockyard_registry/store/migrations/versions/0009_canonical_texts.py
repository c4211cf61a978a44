"""JSON documents have one spelling, with their keys in order, and telemetry has seals.

A document whose keys were put in another order behind the registry's back could not be told from one stored so. No
digest changes: they were always made of documents with their keys in order. A text that no version of the registry
wrote stays as it is, so that `lockyard verify` goes on naming it.
"""

import json
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from lockyard_registry.store import row_seal, seal_text

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PAGE = 500
# By table: its key, and its columns with documents.
_DOCUMENTS = {
    "artifacts": (["id"], ["spec"]),
    "workloads": (["id"], ["runtime"]),
    "protons": (["id"], ["runtime", "deployed_images", "replicas"]),
    "replacements": (["id"], ["runtime", "config", "candidate_proton_ids", "previous_proton_ids"]),
    "workload_events": (["sequence"], ["details"]),
    "audit": (["chain_kind", "chain", "number"], ["changes"]),
    "measurements": (["workload_id", "start_at", "end_at", "proton_id", "source"], ["response_times"]),
    "otel_logs": (["entity_kind", "entity_id", "at", "id"], ["attributes"]),
    "otel_spans": (["entity_kind", "entity_id", "trace_id", "span_id"], ["attributes"]),
}
_TELEMETRY = {
    "measurements": ["workload_id", "start_at", "end_at", "proton_id", "source"],
    "statistics_resets": ["workload_id"],
    "otel_logs": ["entity_kind", "entity_id", "at", "id"],
    "otel_spans": ["entity_kind", "entity_id", "trace_id", "span_id"],
    "otel_metrics": ["entity_kind", "entity_id", "name"],
}


def upgrade() -> None:
    """Spells the documents, and makes the seals."""
    bind = op.get_bind()
    bytewise = {"collation": "C"} if bind.dialect.name == "postgresql" else {}
    op.create_table(
        "telemetry_seals",
        sa.Column("kind", sa.String(24, **bytewise), nullable=False),
        sa.Column("object_id", sa.String(24, **bytewise), nullable=False),
        sa.Column("digest", sa.String(64, **bytewise), nullable=False),
        sa.PrimaryKeyConstraint("kind", "object_id", name="pk_telemetry_seals"),
    )
    for table, (keys, columns) in _DOCUMENTS.items():
        _spell(bind, table, keys, columns)
    _seal(bind)


def _spell(bind: sa.Connection, table: str, keys: list[str], columns: list[str]) -> None:
    setting = ", ".join(f"{column} = :{column}" for column in columns)
    this = " AND ".join(f"{key} = :{key}" for key in keys)
    update = sa.text(f"UPDATE {table} SET {setting} WHERE {this}")
    for page in _pages(bind, table, keys, [*keys, *columns]):
        changed = [{**row, **{column: _spelled(row[column]) for column in columns}} for row in page]
        changed = [new for new, row in zip(changed, page, strict=True) if new != row]
        if changed:
            bind.execute(update, changed)


def _spelled(text: str) -> str:
    try:
        document = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return text
    if json.dumps(document, separators=(",", ":")) != text:
        return text
    return json.dumps(document, separators=(",", ":"), sort_keys=True)


def _seal(bind: sa.Connection) -> None:
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for table, keys in _TELEMETRY.items():
        for page in _pages(bind, table, keys, ["*"]):
            for row in page:
                for column in ("response_times", "attributes"):
                    if column in row:
                        row[column] = json.loads(row[column])
                owner = (row.get("entity_kind", "workloads"), row.get("entity_id") or row["workload_id"])
                totals[owner] += row_seal(table, row)
    rows = [{"kind": kind, "id": id, "digest": seal_text(total)} for (kind, id), total in totals.items()]
    if rows:
        bind.execute(sa.text("INSERT INTO telemetry_seals VALUES (:kind, :id, :digest)"), rows)


def _pages(bind: sa.Connection, table: str, keys: list[str], columns: list[str]):
    order = ", ".join(keys)
    after = f"WHERE ({order}) > ({', '.join(f':{key}' for key in keys)})"
    row: dict = {}
    while True:
        query = f"SELECT {', '.join(columns)} FROM {table} {after if row else ''} ORDER BY {order} LIMIT {_PAGE}"
        page = [
            dict(found) for found in bind.execute(sa.text(query), {key: row[key] for key in keys if row}).mappings()
        ]
        yield page
        if len(page) < _PAGE:
            return
        row = page[-1]
