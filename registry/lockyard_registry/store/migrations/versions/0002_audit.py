"""The audit log, its checkpoints, and on PostgreSQL the order of texts by their bytes, as SQLite has it.

Objects that are there already get a first record each (`baseline`): their past is not known, from here on it is.
"""

import json
from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from lockyard_registry.store import record_hash, state_digest

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_JSON = ("spec", "runtime", "deployed_images", "replicas", "config", "candidate_proton_ids", "previous_proton_ids")
_FLAGS = ("explicit", "active")
_BEFORE = ("artifact_repositories", "creation_keys", "registry_facts", "shared_roles", "tags", "artifacts", "workloads")
_PARTS = ("protons", "replacements", "workload_events")


def upgrade() -> None:
    """Makes the tables and the first records."""
    op.create_table(
        "audit",
        sa.Column("chain", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", "number", name="pk_audit"),
    )
    op.create_index("ix_audit_at_chain_number", "audit", ["at", "chain", "number"], unique=False)
    op.create_index("ix_audit_request_id", "audit", ["request_id"], unique=False)
    op.create_table(
        "audit_heads",
        sa.Column("chain", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_audit_heads"),
    )
    pending = sa.column("pending", sa.Boolean()).is_(True)
    op.create_index(
        "ix_audit_heads_pending",
        "audit_heads",
        ["chain"],
        unique=False,
        sqlite_where=pending,
        postgresql_where=pending,
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_checkpoints"),
    )
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        _order_by_bytes(bind)
    _baseline(bind)


def _order_by_bytes(bind: sa.Connection) -> None:
    for table in (*_BEFORE, *_PARTS, "audit", "audit_heads", "checkpoints"):
        columns = [
            f'ALTER COLUMN "{column["name"]}" TYPE {column["type"].compile(bind.dialect)} COLLATE "C"'
            for column in sa.inspect(bind).get_columns(table)
            if isinstance(column["type"], sa.String)
        ]
        bind.exec_driver_sql(f"ALTER TABLE {table} {', '.join(columns)}")


def _baseline(bind: sa.Connection) -> None:
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    tags, roles = defaultdict(list), defaultdict(list)
    for row in _rows(bind, "tags", "object_id, position"):
        tags[row["object_id"]].append({name: row[name] for name in ("id", "name", "value")})
    for row in _rows(bind, "shared_roles", "object_id, recipient_type, recipient_id"):
        roles[row.pop("object_id")].append(row)
    chains = defaultdict(list)
    kinds = {}

    def note(chain, kind, id, state):
        digest = state_digest(state)
        if digest is not None:
            chains[chain].append({"kind": kind, "id": id, "before": None, "after": digest})

    def note_object(chain, kind, row):
        note(chain, kind, row["id"], row)
        note(chain, "tags", row["id"], tags[row["id"]])
        note(chain, "sharedRoles", row["id"], roles[row["id"]])

    for row in _rows(bind, "artifact_repositories", "id"):
        kinds[row["id"]] = "artifactRepositories"
        note_object(row["id"], "artifactRepositories", row)
    for row in _rows(bind, "artifacts", "id"):
        note_object(row["repository_id"], "artifacts", row)
    for row in _rows(bind, "workloads", "id"):
        kinds[row["id"]] = "workloads"
        note_object(row["id"], "workloads", row)
    for kind in ("protons", "replacements"):
        for row in _rows(bind, kind, "id"):
            note(row["workload_id"], kind, row["id"], row)
    counts = defaultdict(int)
    for row in _rows(bind, "workload_events", "sequence"):
        workload = row["workload_id"]
        counts[workload] += 1
        row.pop("sequence")
        row["details"] = json.loads(row["details"])
        note(workload, "workloadEvents", f"{workload}#{counts[workload]}", row)
    for chain in sorted(chains):
        _begin(bind, chain, kinds[chain], at, chains[chain])


def _begin(bind: sa.Connection, chain: str, kind: str, at: str, changes: list) -> None:
    # The tables as they are at this revision: the registry's own code knows those of the newest.
    record = {
        "chain": chain,
        "number": 1,
        "kind": kind,
        "at": at,
        "action": "baseline",
        "actor_id": "",
        "actor_name": "migration",
        "request_id": "",
        "changes": changes,
        "previous": "0" * 64,
    }
    record["hash"] = record_hash(record)
    stored = {**record, "changes": json.dumps(changes, separators=(",", ":"))}
    marks = ", ".join(f":{name}" for name in stored)
    bind.execute(sa.text(f"INSERT INTO audit ({', '.join(stored)}) VALUES ({marks})"), stored)
    head = {name: stored[name] for name in ("chain", "kind", "number", "hash")}
    add = (
        "INSERT INTO audit_heads (chain, kind, number, hash, pending) VALUES (:chain, :kind, :number, :hash, :pending)"
    )
    bind.execute(sa.text(add), {**head, "pending": True})


def _rows(bind: sa.Connection, table: str, order: str):
    for found in bind.execute(sa.text(f"SELECT * FROM {table} ORDER BY {order}")).mappings().all():
        row = dict(found)
        for name in _JSON:
            if row.get(name) is not None:
                row[name] = json.loads(row[name])
        for name in _FLAGS:
            if name in row:
                row[name] = bool(row[name])
        yield row
