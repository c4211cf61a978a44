"""Indexes for texts, counts of artifacts by who may see them, and indexes for the pages of long lists.

Every repository and artifact gets its scope (see `_visibility_tables.py`), and the counts start with what is there. No
digest of the audit log changes: a scope derives from the roles.
"""

import hashlib
import json
from itertools import groupby

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

from lockyard.contract import StorageError

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SEARCHED = ("artifact_repositories", "artifacts", "workloads")


def upgrade() -> None:
    """Makes the tables and indexes, and fills them."""
    bind = op.get_bind()
    postgres = bind.dialect.name == "postgresql"
    # Sorted byte by byte, as on SQLite.
    bytewise = {"collation": "C"} if postgres else {}
    for table in ("artifact_repositories", "artifacts"):
        column = sa.Column("visible_to", sa.String(24, **bytewise), nullable=False, server_default="")
        op.add_column(table, column)
    op.create_table(
        "scope_recipients",
        sa.Column("recipient_type", sa.String(16, **bytewise), nullable=False),
        sa.Column("recipient_id", sa.String(255, **bytewise), nullable=False),
        sa.Column("scope", sa.String(24, **bytewise), nullable=False),
        sa.PrimaryKeyConstraint("recipient_type", "recipient_id", "scope", name="pk_scope_recipients"),
    )
    op.create_table(
        "artifact_counts",
        sa.Column("holder", sa.String(24, **bytewise), nullable=False),
        sa.Column("type", sa.String(16, **bytewise), nullable=False),
        sa.Column("status", sa.String(16, **bytewise), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("holder", "type", "status", "slot", name="pk_artifact_counts"),
    )
    _give_scopes(bind)
    for holder in ("'*'", "repository_id", "visible_to"):
        bind.exec_driver_sql(
            f"INSERT INTO artifact_counts (holder, type, status, slot, number) "
            f"SELECT {holder}, type, status, 0, count(*) FROM artifacts GROUP BY 1, 2, 3"
        )
    _make_indexes()
    if postgres:
        _index_texts_on_postgres(bind)
    else:
        for table in _SEARCHED:
            _index_texts_on_sqlite(bind, table)


def _give_scopes(bind: sa.Connection) -> None:
    roles = bind.exec_driver_sql(
        "SELECT s.object_id, s.recipient_type, s.recipient_id FROM shared_roles s "
        "JOIN artifact_repositories r ON r.id = s.object_id ORDER BY s.object_id"
    ).all()
    known: set[str] = set()
    for repository, group in groupby(roles, key=lambda row: row[0]):
        recipients = sorted({(row[1], row[2]) for row in group})
        text = json.dumps(recipients, separators=(",", ":"), ensure_ascii=False)
        scope = hashlib.sha256(text.encode()).hexdigest()[:24]
        if scope not in known:
            known.add(scope)
            rows = [{"type": kind, "id": id, "scope": scope} for kind, id in recipients]
            bind.execute(sa.text("INSERT INTO scope_recipients VALUES (:type, :id, :scope)"), rows)
        for table, column in (("artifact_repositories", "id"), ("artifacts", "repository_id")):
            statement = sa.text(f"UPDATE {table} SET visible_to = :scope WHERE {column} = :repository")
            bind.execute(statement, {"scope": scope, "repository": repository})


def _make_indexes() -> None:
    run = ["type", "status", "created_at", "id"]
    repository = ["repository_id", "created_at", "id", "status"]
    for columns in (run, repository, ["visible_to", *run], ["creator_id", "creator_username"]):
        op.create_index(f"ix_artifacts_{'_'.join(columns)}", "artifacts", columns, unique=False)
    for columns in (["name", "value", "object_id"], ["value", "object_id"]):
        op.create_index(f"ix_tags_{'_'.join(columns)}", "tags", columns, unique=False)
    op.drop_index("ix_artifacts_status_created_at", table_name="artifacts")


def _index_texts_on_postgres(bind: sa.Connection) -> None:
    if not bind.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'").first():
        try:
            bind.exec_driver_sql("CREATE EXTENSION pg_trgm")
        except DBAPIError as error:
            reason = str(error.orig).partition("\n")[0]
            raise StorageError(
                f"the registry's database needs PostgreSQL's extension pg_trgm, which this user cannot add ({reason}): "
                "let its administrator run CREATE EXTENSION pg_trgm in it once, then start again"
            ) from None
    for table in _SEARCHED:
        bind.exec_driver_sql(f"CREATE INDEX ix_{table}_search ON {table} USING gin (search_text gin_trgm_ops)")


def _index_texts_on_sqlite(bind: sa.Connection, table: str) -> None:
    index = f"{table}_search"
    number = f"SELECT number FROM {index}_rows WHERE id ="
    # FTS5 wants integers; the rowid of the table itself may change when the file is vacuumed.
    bind.exec_driver_sql(f"CREATE TABLE {index}_rows (number INTEGER PRIMARY KEY, id VARCHAR(24) NOT NULL UNIQUE)")
    try:
        bind.exec_driver_sql(
            f"CREATE VIRTUAL TABLE {index} USING fts5(text, content='', tokenize='trigram case_sensitive 1')"
        )
    except DBAPIError as error:
        raise StorageError(
            f"this Python's SQLite cannot index texts ({error.orig}): use one with FTS5 and trigrams (3.34 or newer), "
            "or PostgreSQL"
        ) from None
    add = f"INSERT INTO {index} (rowid, text) VALUES (({number} new.id), new.search_text)"
    take = f"INSERT INTO {index} ({index}, rowid, text) VALUES ('delete', ({number} old.id), old.search_text)"
    for name, event, steps in (
        ("insert", "INSERT", [f"INSERT INTO {index}_rows (id) VALUES (new.id)", add]),
        ("update", "UPDATE OF search_text", [take, add]),
        ("delete", "DELETE", [take, f"DELETE FROM {index}_rows WHERE id = old.id"]),
    ):
        changed = "WHEN old.search_text <> new.search_text " if name == "update" else ""
        bind.exec_driver_sql(
            f"CREATE TRIGGER {index}_{name} AFTER {event} ON {table} {changed}BEGIN {'; '.join(steps)}; END"
        )
    bind.exec_driver_sql(f"INSERT INTO {index}_rows (id) SELECT id FROM {table}")
    bind.exec_driver_sql(
        f"INSERT INTO {index} (rowid, text) "
        f"SELECT r.number, t.search_text FROM {index}_rows r JOIN {table} t ON t.id = r.id"
    )
