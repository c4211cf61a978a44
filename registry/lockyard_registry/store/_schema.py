"""The tables, one schema for SQLite and PostgreSQL.

Keep this in step with `migrations/versions/`; a test compares the two.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ._types import ID, TIMESTAMP, JsonText

HEAD_REVISION = "0009"
"""The schema revision this code works with; a test holds it to the newest migration."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

registry_facts = Table(
    "registry_facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

artifact_repositories = Table(
    "artifact_repositories",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", String(16), nullable=False),
    # Made by PUT: stays when its last artifact goes (an implicit one goes with it, R61).
    Column("explicit", Boolean, nullable=False),
    Column("origin", Text),
    Column("last_version_number", Integer, nullable=False),
    Column("claim", Integer, nullable=False),
    # Who may see it (see `_visibility_tables.py`); its artifacts have the same.
    Column("visible_to", ID, nullable=False, server_default=""),
    Column("search_text", Text, nullable=False),
    Column("creator_id", Text, nullable=False),
    Column("creator_username", Text, nullable=False),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("updated_at", TIMESTAMP, nullable=False),
    Index(None, "created_at", "id"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("repository_id", ID, ForeignKey("artifact_repositories.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("type", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("version", Integer),
    Column("spec", JsonText, nullable=False),
    Column("content_digest", String(80), nullable=False),
    Column("revision", Integer, nullable=False),
    # The idempotency key of the last create or edit; null when that came without one.
    Column("edit_key", String(255)),
    Column("claim", Integer, nullable=False),
    Column("visible_to", ID, nullable=False, server_default=""),
    Column("search_text", Text, nullable=False),
    Column("creator_id", Text, nullable=False),
    Column("creator_username", Text, nullable=False),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("updated_at", TIMESTAMP, nullable=False),
    UniqueConstraint("repository_id", "version"),
    Index(None, "repository_id", "content_digest"),
    # Lists of what a caller sees are looked at in its order, without a look at the rows.
    Index(None, "created_at", "id", "visible_to"),
)

workloads = Table(
    "workloads",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("importance", String(16), nullable=False),
    # As last written; the 8 hours of a draft are applied on reading (see lifecycle/_expiry.py).
    Column("status", String(16), nullable=False),
    Column("status_message", Text),
    Column("artifact_id", ID, ForeignKey("artifacts.id"), nullable=False),
    Column("artifact_digest", String(80), nullable=False),
    Column("runtime", JsonText, nullable=False),
    Column("runtime_digest", String(80), nullable=False),
    Column("proton_id", ID),
    Column("started_at", TIMESTAMP, nullable=False),
    Column("last_report_at", TIMESTAMP),
    # observedAt of the newest report taken, in the reporter's own time.
    Column("last_observed_at", TIMESTAMP),
    # The next moment at which the clock alone changes this workload; null when nothing waits.
    Column("due_at", TIMESTAMP),
    Column("claim", Integer, nullable=False),
    Column("search_text", Text, nullable=False),
    Column("creator_id", Text, nullable=False),
    Column("creator_username", Text, nullable=False),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("updated_at", TIMESTAMP, nullable=False),
    Index(None, "artifact_id"),
    Index(None, "created_at", "id"),
    Index(None, "status"),
    Index(None, "due_at"),
)

protons = Table(
    "protons",
    metadata,
    Column("id", ID, primary_key=True),
    Column("workload_id", ID, ForeignKey("workloads.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("artifact_id", ID, nullable=False),
    Column("artifact_digest", String(80), nullable=False),
    Column("runtime", JsonText, nullable=False),
    Column("runtime_digest", String(80), nullable=False),
    Column("deployed_images", JsonText, nullable=False),
    Column("role", String(16)),
    Column("status", String(16), nullable=False),
    Column("message", Text),
    Column("internal_url", Text),
    Column("replicas", JsonText, nullable=False),
    # When its replicas were told of last; null before the first report.
    Column("reported_at", TIMESTAMP),
    Column("running_since", TIMESTAMP),
    Column("due_at", TIMESTAMP),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("updated_at", TIMESTAMP, nullable=False),
    Index(None, "workload_id", "id"),
)

replacements = Table(
    "replacements",
    metadata,
    Column("id", ID, primary_key=True),
    Column("workload_id", ID, ForeignKey("workloads.id"), nullable=False),
    Column("name", Text, nullable=False),
    # "rolling" for settings and replacements; "promote" and "lock" are entries of the history only.
    Column("strategy", String(16), nullable=False),
    Column("status", String(24), nullable=False),
    # The one that still runs; at most one of a workload.
    Column("active", Boolean, nullable=False),
    Column("message", Text),
    Column("artifact_id", ID, nullable=False),
    Column("artifact_digest", String(80), nullable=False),
    Column("runtime", JsonText, nullable=False),
    Column("runtime_digest", String(80), nullable=False),
    Column("config", JsonText, nullable=False),
    Column("candidate_proton_ids", JsonText, nullable=False),
    Column("previous_proton_ids", JsonText, nullable=False),
    Column("due_at", TIMESTAMP),
    Column("switched_at", TIMESTAMP),
    # A finished record stays visible until then; a cancelled one and history entries are not shown at all (null).
    Column("visible_until", TIMESTAMP),
    Column("deleted_at", TIMESTAMP),
    Column("user_id", Text, nullable=False),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("updated_at", TIMESTAMP, nullable=False),
    Index(None, "workload_id", "created_at"),
    Index(None, "artifact_id"),
)

workload_events = Table(
    "workload_events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False),
    Column("workload_id", ID, ForeignKey("workloads.id"), nullable=False),
    Column("timestamp", TIMESTAMP, nullable=False),
    Column("event_type", String(64), nullable=False),
    Column("actor_id", Text),
    Column("details", JsonText, nullable=False),
    Index(None, "workload_id", "id"),
)

creation_keys = Table(
    "creation_keys",
    metadata,
    Column("user_id", Text, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("key", String(255), nullable=False),
    Column("object_id", ID, nullable=False),
    PrimaryKeyConstraint("user_id", "kind", "key"),
    Index(None, "kind", "object_id"),
)

tags = Table(
    "tags",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("object_id", ID, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Index(None, "kind", "object_id"),
)

shared_roles = Table(
    "shared_roles",
    metadata,
    Column("kind", String(24), nullable=False),
    Column("object_id", ID, nullable=False),
    Column("recipient_type", String(16), nullable=False),
    Column("recipient_id", String(255), nullable=False),
    Column("recipient_name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("granted_at", TIMESTAMP, nullable=False),
    # The id before the kind: what a recipient sees of a kind is then never looked for here, but by the index for it.
    PrimaryKeyConstraint("object_id", "kind", "recipient_type", "recipient_id"),
)

# One record for each change of a repository (with its artifacts) or of a workload. Its hash covers every column but
# `chain_kind`.
audit = Table(
    "audit",
    metadata,
    # Kind and id of the object whose chain it is. It differs from the record's own `kind` only in chains of schema 0006
    # and before, which had only an id: objects of two kinds with one id wrote to one chain.
    Column("chain_kind", String(24), nullable=False),
    Column("chain", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(24), nullable=False),
    Column("at", TIMESTAMP, nullable=False),
    Column("action", String(40), nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("changes", JsonText, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("chain_kind", "chain", "number"),
    Index(None, "at", "chain", "chain_kind", "number"),
    Index(None, "request_id"),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("kind", String(24), nullable=False),
    Column("chain", ID, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    # Records were added since the last checkpoint.
    Column("pending", Boolean, nullable=False),
    PrimaryKeyConstraint("kind", "chain"),
)
Index(
    "ix_audit_heads_pending",
    audit_heads.c.kind,
    audit_heads.c.chain,
    sqlite_where=audit_heads.c.pending.is_(True),
    postgresql_where=audit_heads.c.pending.is_(True),
)

# Copies of the signed checkpoints, whose place is outside the database.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", TIMESTAMP, nullable=False),
    Column("document", Text, nullable=False),
)
