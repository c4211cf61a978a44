"""Counts of artifacts by recipient, and by creator, tag and repository for the facets of lists; scopes in two indexes.

Both start with what is there, and derive from other records: no digest of the audit log changes.
"""

import hashlib
import json
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table and the index, and fills them."""
    bind = op.get_bind()
    # Sorted byte by byte, as on SQLite.
    collation = "C" if bind.dialect.name == "postgresql" else None
    op.create_table(
        "facet_counts",
        sa.Column("holder", sa.String(24, collation=collation), nullable=False),
        sa.Column("facet", sa.String(16, collation=collation), nullable=False),
        sa.Column("name", sa.Text(collation=collation), nullable=False),
        sa.Column("value", sa.Text(collation=collation), nullable=False),
        sa.Column("type", sa.String(16, collation=collation), nullable=False),
        sa.Column("status", sa.String(16, collation=collation), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("holder", "facet", "name", "value", "type", "status", "slot", name="pk_facet_counts"),
        sqlite_with_rowid=False,
    )
    for holder in ("'*'", "a.visible_to"):
        for facet, name, value, number in (
            ("creator", "a.creator_username", "a.creator_id", "count(*)"),
            ("repository", "''", "a.repository_id", "count(*)"),
            # An object has a tag of one name and value once only if nobody repeated it.
            ("tags", "t.name", "t.value", "count(DISTINCT a.id)"),
        ):
            joined = "artifacts a JOIN tags t ON t.object_id = a.id" if facet == "tags" else "artifacts a"
            bind.exec_driver_sql(
                "INSERT INTO facet_counts (holder, facet, name, value, type, status, slot, number) "
                f"SELECT {holder}, '{facet}', {name}, {value}, a.type, a.status, 0, {number} FROM {joined} "
                "GROUP BY 1, 3, 4, 5, 6"
            )
    op.create_index(
        "ix_scope_recipients_scope_recipient_type_recipient_id",
        "scope_recipients",
        ["scope", "recipient_type", "recipient_id"],
        unique=False,
    )
    # Whether a caller sees an artifact stands in the index that is in the order of the list.
    for columns in (["created_at", "id"], ["type", "status", "created_at", "id"]):
        op.drop_index(f"ix_artifacts_{'_'.join(columns)}", table_name="artifacts")
        columns.append("visible_to")
        op.create_index(f"ix_artifacts_{'_'.join(columns)}", "artifacts", columns, unique=False)
    _count_by_recipient(bind)


def _count_by_recipient(bind: sa.Connection) -> None:
    numbers: Counter[tuple[str, str, str]] = Counter()
    found = bind.exec_driver_sql(
        "SELECT s.recipient_type, s.recipient_id, c.type, c.status, sum(c.number) "
        "FROM scope_recipients s JOIN artifact_counts c ON c.holder = s.scope GROUP BY 1, 2, 3, 4"
    )
    for kind, id, type, status, number in found:
        text = json.dumps([kind, id], separators=(",", ":"), ensure_ascii=False)
        holder = hashlib.sha256(text.encode()).hexdigest()[:24]
        numbers[holder, type, status] += int(number)
    rows = [
        {"holder": holder, "type": type, "status": status, "number": number}
        for (holder, type, status), number in numbers.items()
        if number
    ]
    if rows:
        insert = "INSERT INTO artifact_counts VALUES (:holder, :type, :status, 0, :number)"
        bind.execute(sa.text(insert), rows)
