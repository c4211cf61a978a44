"""The first schema: repositories, artifacts, workloads and what belongs to them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes all tables."""
    op.create_table(
        "artifact_repositories",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("explicit", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("last_version_number", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.Text(), nullable=False),
        sa.Column("creator_username", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_artifact_repositories"),
    )
    op.create_index(
        "ix_artifact_repositories_created_at_id", "artifact_repositories", ["created_at", "id"], unique=False
    )
    op.create_table(
        "creation_keys",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("object_id", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "kind", "key", name="pk_creation_keys"),
    )
    op.create_index("ix_creation_keys_object_id", "creation_keys", ["object_id"], unique=False)
    op.create_table(
        "registry_facts",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_registry_facts"),
    )
    op.create_table(
        "shared_roles",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("object_id", sa.String(length=24), nullable=False),
        sa.Column("recipient_type", sa.String(length=16), nullable=False),
        sa.Column("recipient_id", sa.String(length=255), nullable=False),
        sa.Column("recipient_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("granted_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("object_id", "recipient_type", "recipient_id", name="pk_shared_roles"),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("object_id", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tags"),
    )
    op.create_index("ix_tags_object_id", "tags", ["object_id"], unique=False)
    op.create_table(
        "artifacts",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("repository_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("edit_key", sa.String(length=255), nullable=True),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.Text(), nullable=False),
        sa.Column("creator_username", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["repository_id"], ["artifact_repositories.id"], name="fk_artifacts_repository_id_artifact_repositories"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_artifacts"),
        sa.UniqueConstraint("repository_id", "version", name="uq_artifacts_repository_id_version"),
    )
    op.create_index("ix_artifacts_created_at_id", "artifacts", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_artifacts_repository_id_content_digest", "artifacts", ["repository_id", "content_digest"], unique=False
    )
    op.create_index("ix_artifacts_status_created_at", "artifacts", ["status", "created_at"], unique=False)
    op.create_table(
        "workloads",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("importance", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("status_message", sa.Text(), nullable=True),
        sa.Column("artifact_id", sa.String(length=24), nullable=False),
        sa.Column("artifact_digest", sa.String(length=80), nullable=False),
        sa.Column("runtime", sa.Text(), nullable=False),
        sa.Column("runtime_digest", sa.String(length=80), nullable=False),
        sa.Column("proton_id", sa.String(length=24), nullable=True),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("last_report_at", sa.String(length=32), nullable=True),
        sa.Column("last_observed_at", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("creator_id", sa.Text(), nullable=False),
        sa.Column("creator_username", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["artifact_id"], ["artifacts.id"], name="fk_workloads_artifact_id_artifacts"),
        sa.PrimaryKeyConstraint("id", name="pk_workloads"),
    )
    op.create_index("ix_workloads_artifact_id", "workloads", ["artifact_id"], unique=False)
    op.create_index("ix_workloads_created_at_id", "workloads", ["created_at", "id"], unique=False)
    op.create_index("ix_workloads_due_at", "workloads", ["due_at"], unique=False)
    op.create_index("ix_workloads_status", "workloads", ["status"], unique=False)
    op.create_table(
        "protons",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("workload_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("artifact_id", sa.String(length=24), nullable=False),
        sa.Column("artifact_digest", sa.String(length=80), nullable=False),
        sa.Column("runtime", sa.Text(), nullable=False),
        sa.Column("runtime_digest", sa.String(length=80), nullable=False),
        sa.Column("deployed_images", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("internal_url", sa.Text(), nullable=True),
        sa.Column("replicas", sa.Text(), nullable=False),
        sa.Column("running_since", sa.String(length=32), nullable=True),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["workload_id"], ["workloads.id"], name="fk_protons_workload_id_workloads"),
        sa.PrimaryKeyConstraint("id", name="pk_protons"),
    )
    op.create_index("ix_protons_workload_id_id", "protons", ["workload_id", "id"], unique=False)
    op.create_table(
        "replacements",
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("workload_id", sa.String(length=24), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("strategy", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("artifact_id", sa.String(length=24), nullable=False),
        sa.Column("artifact_digest", sa.String(length=80), nullable=False),
        sa.Column("runtime", sa.Text(), nullable=False),
        sa.Column("runtime_digest", sa.String(length=80), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("candidate_proton_ids", sa.Text(), nullable=False),
        sa.Column("previous_proton_ids", sa.Text(), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=True),
        sa.Column("switched_at", sa.String(length=32), nullable=True),
        sa.Column("visible_until", sa.String(length=32), nullable=True),
        sa.Column("deleted_at", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["workload_id"], ["workloads.id"], name="fk_replacements_workload_id_workloads"),
        sa.PrimaryKeyConstraint("id", name="pk_replacements"),
    )
    op.create_index("ix_replacements_artifact_id", "replacements", ["artifact_id"], unique=False)
    op.create_index(
        "ix_replacements_workload_id_created_at", "replacements", ["workload_id", "created_at"], unique=False
    )
    op.create_table(
        "workload_events",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=24), nullable=False),
        sa.Column("workload_id", sa.String(length=24), nullable=False),
        sa.Column("timestamp", sa.String(length=32), nullable=False),
        sa.Column("event_type", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workload_id"], ["workloads.id"], name="fk_workload_events_workload_id_workloads"),
        sa.PrimaryKeyConstraint("sequence", name="pk_workload_events"),
    )
    op.create_index("ix_workload_events_workload_id_id", "workload_events", ["workload_id", "id"], unique=False)
