"""Roles, tags, chains, telemetry and creation keys are known by kind and id of their object, not by the id alone.

Before, whoever made a repository under the id of another object shared that object's roles, tags and chain. Roles, tags
and records say which kind they were made for, so each goes back to its own object. Where objects of two kinds wrote to
one chain, it stays the chain of the kind that began it; what is of the other kind leaves it by a record of its own
(`chain.separate`) and begins a new one. No record that is there changes, so checkpoints stay true.

Repositories that the provider made under ids derived from their origin get the key by which it asks for them today.
"""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from lockyard_registry.store import record_hash, state_digest

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SEPARATE = "chain.separate"

_REPOSITORIES = "artifactRepositories"
_OWNERS = {
    "artifactRepositories": _REPOSITORIES,
    "artifacts": _REPOSITORIES,
    "tags": _REPOSITORIES,
    "workloads": "workloads",
    "protons": "workloads",
    "replacements": "workloads",
    "workloadEvents": "workloads",
    "useCases": "workloads",
    "credentials": "credentials",
    "users": "people",
    "groups": "people",
    "tokens": "people",
    "members": "people",
}
_TELEMETRY = {
    "otel_logs": ["entity_kind", "entity_id", "at", "id"],
    "otel_spans": ["entity_kind", "entity_id", "trace_id", "span_id"],
    "otel_metrics": ["entity_kind", "entity_id", "name"],
}

# The second half finds what a log that began with `baseline` says in one record.
_MIXED = (
    "SELECT chain_kind, chain FROM audit WHERE chain_kind <> kind UNION "
    "SELECT kind, chain FROM audit_heads WHERE kind <> 'artifactRepositories' "
    "AND chain IN (SELECT id FROM artifact_repositories)"
)


def upgrade() -> None:
    """Gives the tables their new keys, and separates what was mixed."""
    bind = op.get_bind()
    collation = "C" if bind.dialect.name == "postgresql" else None
    kind = sa.String(24, collation=collation)
    _add_kinds(bind, kind)
    _rekey(kind)
    _make_indexes()
    _give_keys(bind)
    mixed = {tuple(row) for row in bind.exec_driver_sql(_MIXED)}
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    for chain_kind, chain in sorted(mixed):
        _separate(bind, chain_kind, chain, at)
    false = bind.exec_driver_sql("SELECT id FROM artifact_repositories WHERE id IN (SELECT id FROM artifacts)").all()
    if mixed or false:
        _follow_roles(bind, {row[1] for row in mixed})
        _count_again(bind)


def _add_kinds(bind: sa.Connection, kind: sa.String) -> None:
    op.add_column("audit", sa.Column("chain_kind", kind, nullable=True))
    bind.exec_driver_sql(
        "UPDATE audit SET chain_kind = "
        "COALESCE((SELECT h.kind FROM audit_heads h WHERE h.chain = audit.chain), audit.kind)"
    )
    for table in _TELEMETRY:
        op.add_column(table, sa.Column("entity_kind", kind, nullable=True))
        bind.exec_driver_sql(
            f"UPDATE {table} SET entity_kind = CASE WHEN entity_id IN (SELECT id FROM workloads) THEN 'workloads' "
            "ELSE 'artifacts' END"
        )


def _rekey(kind: sa.String) -> None:
    keys = {
        "shared_roles": ["object_id", "kind", "recipient_type", "recipient_id"],
        "audit": ["chain_kind", "chain", "number"],
        "audit_heads": ["kind", "chain"],
        **_TELEMETRY,
    }
    op.drop_index("ix_audit_heads_pending", table_name="audit_heads")
    for table, columns in keys.items():
        with op.batch_alter_table(table) as batch:
            if columns[0] in ("chain_kind", "entity_kind"):
                batch.alter_column(columns[0], existing_type=kind, nullable=False)
            batch.drop_constraint(f"pk_{table}", type_="primary")
            batch.create_primary_key(f"pk_{table}", columns)


def _make_indexes() -> None:
    for table, old, new in (
        ("creation_keys", ["object_id"], ["kind", "object_id"]),
        ("tags", ["object_id"], ["kind", "object_id"]),
        ("tags", ["name", "value", "object_id"], ["kind", "name", "value", "object_id"]),
        ("tags", ["value", "object_id"], ["kind", "value", "object_id"]),
        (
            "shared_roles",
            ["recipient_type", "recipient_id", "object_id"],
            ["recipient_type", "recipient_id", "kind", "object_id"],
        ),
        ("audit", ["at", "chain", "number"], ["at", "chain", "chain_kind", "number"]),
    ):
        op.drop_index(f"ix_{table}_{'_'.join(old)}", table_name=table)
        op.create_index(f"ix_{table}_{'_'.join(new)}", table, new, unique=False)
    pending = sa.column("pending", sa.Boolean()).is_(True)
    op.create_index(
        "ix_audit_heads_pending",
        "audit_heads",
        ["kind", "chain"],
        unique=False,
        sqlite_where=pending,
        postgresql_where=pending,
    )


def _give_keys(bind: sa.Connection) -> None:
    """Lets the creation keys of today find the repositories that were made under ids derived from their origin.

    Such an id is the front of the key's digest.
    """
    made = "SELECT id, type, origin, creator_id FROM artifact_repositories WHERE origin IS NOT NULL"
    for id, type, origin, creator in bind.exec_driver_sql(made).all():
        key = hashlib.sha256("\x1f".join(("repository", origin, type)).encode()).hexdigest()
        if key[:24] == id:
            add = "INSERT INTO creation_keys (user_id, kind, key, object_id) VALUES (:user, :kind, :key, :id)"
            bind.execute(sa.text(add), {"user": creator, "kind": _REPOSITORIES, "key": key, "id": id})


def _separate(bind: sa.Connection, own: str, chain: str, at: str) -> None:
    """Ends the mixing in one chain.

    Args:
        bind: the database.
        own: the kind that began the chain, and keeps it.
        chain: its id.
        at: the present moment.
    """
    said = _said(bind, own, chain)
    leaving, states = {}, defaultdict(dict)
    for key, digest in said.items():
        if key in (("tags", chain), ("sharedRoles", chain)):
            continue
        owner = _OWNERS.get(key[0], own)
        if owner != own:
            leaving[key] = (digest, None)
            states[owner][key] = digest
    for what, rows in (("sharedRoles", _roles(bind, chain)), ("tags", _tags(bind, chain))):
        key = (what, chain)
        for kind, found in _by_kind(rows).items():
            if kind != own:
                states[kind][key] = state_digest(found)
        # Where it is not what the log says, somebody changed it otherwise: `lockyard verify` shall go on saying so.
        before, after = said.get(key), state_digest(_by_kind(rows).get(own))
        if before != after and before == state_digest([_shown(what, row) for row in rows]):
            leaving[key] = (before, after)
    if own != _REPOSITORIES:
        for key, digest in _repository(bind, chain).items():
            states[_REPOSITORIES].setdefault(key, digest)
    _append(bind, own, chain, at, leaving)
    for kind, objects in sorted(states.items()):
        _append(bind, kind, chain, at, {key: (None, digest) for key, digest in objects.items()})


def _said(bind: sa.Connection, kind: str, chain: str) -> dict[tuple[str, str], str]:
    """What the chain says of each object at its end."""
    state: dict[tuple[str, str], str] = {}
    records = sa.text("SELECT changes FROM audit WHERE chain_kind = :kind AND chain = :chain ORDER BY number")
    for (changes,) in bind.execute(records, {"kind": kind, "chain": chain}).all():
        for change in json.loads(changes):
            key = (change["kind"], change["id"])
            if change["after"] is not None:
                state[key] = change["after"]
                continue
            state.pop(key, None)
            if change["kind"] == "workloads":
                state.clear()
            elif change["kind"] in (_REPOSITORIES, "artifacts"):
                state.pop(("tags", change["id"]), None)
                state.pop(("sharedRoles", change["id"]), None)
    return state


def _roles(bind: sa.Connection, id: str) -> list[dict]:
    found = sa.text("SELECT * FROM shared_roles WHERE object_id = :id ORDER BY recipient_type, recipient_id")
    return [dict(row) for row in bind.execute(found, {"id": id}).mappings()]


def _tags(bind: sa.Connection, id: str) -> list[dict]:
    found = sa.text("SELECT * FROM tags WHERE object_id = :id ORDER BY position")
    return [dict(row) for row in bind.execute(found, {"id": id}).mappings()]


def _by_kind(rows: list[dict]) -> dict[str, list[dict]]:
    found = defaultdict(list)
    for row in rows:
        found[row["kind"]].append(_shown("tags" if "position" in row else "sharedRoles", row))
    return found


def _shown(what: str, row: dict) -> dict:
    if what == "tags":
        return {name: row[name] for name in ("id", "name", "value")}
    return {name: value for name, value in row.items() if name != "object_id"}


def _repository(bind: sa.Connection, id: str) -> dict[tuple[str, str], str]:
    """The digests of a repository and its artifacts as they are: the end of a workload took them out of its chain."""
    digests = {}
    for table, column, kind in (
        ("artifact_repositories", "id", _REPOSITORIES),
        ("artifacts", "repository_id", "artifacts"),
    ):
        for found in bind.execute(sa.text(f"SELECT * FROM {table} WHERE {column} = :id"), {"id": id}).mappings():
            row = dict(found)
            if "spec" in row:
                row["spec"] = json.loads(row["spec"])
            if "explicit" in row:
                row["explicit"] = bool(row["explicit"])
            digests[kind, row["id"]] = state_digest(row)
            marks = [_shown("tags", mark) for mark in _tags(bind, row["id"]) if mark["kind"] == kind]
            if kind == "artifacts" and marks:
                digests["tags", row["id"]] = state_digest(marks)
    return digests


def _append(bind: sa.Connection, kind: str, chain: str, at: str, changes: dict) -> None:
    where = {"kind": kind, "chain": chain}
    head = bind.execute(sa.text("SELECT number, hash FROM audit_heads WHERE kind = :kind AND chain = :chain"), where)
    number, previous = head.first() or (0, "0" * 64)
    record = {
        "chain": chain,
        "number": number + 1,
        "kind": kind,
        "at": at,
        "action": SEPARATE,
        "actor_id": "",
        "actor_name": "migration",
        "request_id": "",
        "changes": [
            {"kind": what, "id": id, "before": before, "after": after}
            for (what, id), (before, after) in changes.items()
        ],
        "previous": previous,
    }
    record["hash"] = record_hash(record)
    stored = {**record, "chain_kind": kind, "changes": json.dumps(record["changes"], separators=(",", ":"))}
    names = list(stored)
    marks = ", ".join(f":{name}" for name in names)
    bind.execute(sa.text(f"INSERT INTO audit ({', '.join(names)}) VALUES ({marks})"), stored)
    end = {**where, "number": number + 1, "hash": record["hash"], "pending": True}
    if number:
        move = "UPDATE audit_heads SET number = :number, hash = :hash, pending = :pending"
        bind.execute(sa.text(f"{move} WHERE kind = :kind AND chain = :chain"), end)
    else:
        columns = "kind, chain, number, hash, pending"
        bind.execute(
            sa.text(f"INSERT INTO audit_heads ({columns}) VALUES (:kind, :chain, :number, :hash, :pending)"), end
        )


def _follow_roles(bind: sa.Connection, ids: set[str]) -> None:
    """Gives repositories that had roles of other objects the scope of their own."""
    for id in sorted(ids):
        recipients = sorted(
            {(row["recipient_type"], row["recipient_id"]) for row in _roles(bind, id) if row["kind"] == _REPOSITORIES}
        )
        text = json.dumps(recipients, separators=(",", ":"), ensure_ascii=False)
        scope = hashlib.sha256(text.encode()).hexdigest()[:24]
        if not bind.execute(sa.text("SELECT 1 FROM scope_recipients WHERE scope = :scope"), {"scope": scope}).first():
            for kind, who in recipients:
                add = sa.text(
                    "INSERT INTO scope_recipients (recipient_type, recipient_id, scope) VALUES (:kind, :who, :scope)"
                )
                bind.execute(add, {"kind": kind, "who": who, "scope": scope})
        for table, column in (("artifact_repositories", "id"), ("artifacts", "repository_id")):
            bind.execute(
                sa.text(f"UPDATE {table} SET visible_to = :scope WHERE {column} = :id"), {"scope": scope, "id": id}
            )


def _count_again(bind: sa.Connection) -> None:
    """Counts what lists tell anew: artifacts may have lost tags, or repositories changed their scope."""
    bind.exec_driver_sql("DELETE FROM artifact_counts")
    bind.exec_driver_sql("DELETE FROM facet_counts")
    for holder in ("'*'", "repository_id", "visible_to"):
        bind.exec_driver_sql(
            "INSERT INTO artifact_counts (holder, type, status, slot, number) "
            f"SELECT {holder}, type, status, 0, count(*) FROM artifacts GROUP BY 1, 2, 3"
        )
    found = bind.exec_driver_sql(
        "SELECT s.recipient_type, s.recipient_id, a.type, a.status, count(*) "
        "FROM scope_recipients s JOIN artifacts a ON a.visible_to = s.scope GROUP BY 1, 2, 3, 4"
    ).all()
    for recipient_type, id, type, status, number in found:
        text = json.dumps([recipient_type, id], separators=(",", ":"), ensure_ascii=False)
        holder = hashlib.sha256(text.encode()).hexdigest()[:24]
        add = sa.text("INSERT INTO artifact_counts VALUES (:holder, :type, :status, 0, :number)")
        bind.execute(add, {"holder": holder, "type": type, "status": status, "number": number})
    for holder in ("'*'", "a.visible_to"):
        for facet, name, value, number, source in (
            ("creator", "a.creator_username", "a.creator_id", "count(*)", "artifacts a"),
            ("repository", "''", "a.repository_id", "count(*)", "artifacts a"),
            (
                "tags",
                "t.name",
                "t.value",
                "count(DISTINCT a.id)",
                "artifacts a JOIN tags t ON t.kind = 'artifacts' AND t.object_id = a.id",
            ),
        ):
            bind.exec_driver_sql(
                "INSERT INTO facet_counts (holder, facet, name, value, type, status, slot, number) "
                f"SELECT {holder}, '{facet}', {name}, {value}, a.type, a.status, 0, {number} FROM {source} "
                "GROUP BY 1, 3, 4, 5, 6"
            )
