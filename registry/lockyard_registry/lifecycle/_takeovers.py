"""Finds objects that were taken over in databases of schema 0006 and before.

There, `PUT /artifactRepositories/{id}` made a repository under the id of any other object, and roles were known by id
alone: so its maker owned both. Ids that the server gives, and keys with the kind, end that; what was done before shows
in the audit log. A workload's chain then has records of a repository, and from the first of them on the log tells who
gave roles that were not theirs to give.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from ..store import (
    access_tokens,
    artifact_repositories,
    artifacts,
    audit,
    credentials,
    protons,
    replacements,
    shared_roles,
    user_groups,
    users,
    workloads,
)
from ._changes import REPOSITORIES, WORKLOADS

MENDED = "takeover.mend"
"""The action under which what was taken over is given back; what the log says after it was checked by the server."""

_SHARED = "sharedRoles.update"
_OTHERS = {
    "artifact": artifacts,
    "workload": workloads,
    "proton": protons,
    "replacement": replacements,
    "credential": credentials,
    "user": users,
    "group": user_groups,
    "token": access_tokens,
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a workload.

    Attributes:
        recipient_type: `user`, `group` or `organization`.
        recipient_id: who has it.
        recipient_name: what they are called.
        role: the role.
    """

    recipient_type: str
    recipient_id: str
    recipient_name: str
    role: str


@dataclass(frozen=True, slots=True)
class Takeover:
    """An object that is not its owner's alone any more.

    Attributes:
        id: its id.
        kind: what it is, such as `workload`; `registry` for the registry itself.
        repository: a repository was made under its id and is still there.
        strangers: roles on it that nobody gave who might.
        owner: id and name of its creator, if nobody owns it who should.
        changes: what strangers did to it, for its owner to look at: moment, action and name.
    """

    id: str
    kind: str
    repository: bool
    strangers: tuple[Grant, ...] = ()
    owner: tuple[str, str] | None = None
    changes: tuple[tuple[str, str, str], ...] = field(default=())


def find_takeovers(tx: Connection, registry_id: str) -> list[Takeover]:
    """What there is to give back; nothing once it was mended.

    Args:
        tx: a transaction.
        registry_id: the registry.
    """
    made = select(artifact_repositories.c.id)
    kinds = {registry_id: "registry"} if registry_id in set(tx.execute(made).scalars()) else {}
    for kind, table in _OTHERS.items():
        kinds |= dict.fromkeys(tx.execute(select(table.c.id).where(table.c.id.in_(made))).scalars(), kind)
    false = set(kinds)
    mixed = select(audit.c.chain).where(audit.c.chain_kind != audit.c.kind).distinct()
    found: list[Takeover] = []
    workload_ids = set(tx.execute(select(workloads.c.id).where(workloads.c.id.in_(mixed))).scalars())
    for id in sorted(false | workload_ids):
        if kinds.setdefault(id, "workload") != "workload":
            found.append(Takeover(id, kinds[id], True))
            continue
        taken = _workload(tx, id, repository=id in false)
        if taken.repository or taken.strangers or taken.owner:
            found.append(taken)
    return found


def _workload(tx: Connection, id: str, *, repository: bool) -> Takeover:
    row = tx.execute(select(workloads).where(workloads.c.id == id)).one()
    records = tx.execute(select(audit).where(audit.c.chain == id).order_by(audit.c.at, audit.c.number)).all()
    roles = tx.execute(select(shared_roles).where(shared_roles.c.kind == WORKLOADS, shared_roles.c.object_id == id))
    grants = roles.all()
    start = next((number for number, record in enumerate(records) if _foreign(record)), len(records))
    trusted = _trusted(tx, row, records[:start], grants)
    strange: list[Any] = []
    changes: list[tuple[str, str, str]] = []
    for record in records[start:]:
        if record.action == MENDED:
            # From here on the server decided who might.
            break
        given = [grant for grant in grants if grant.granted_at == record.at] if record.action == _SHARED else []
        if record.actor_id in trusted:
            trusted |= {grant.recipient_id for grant in given if grant.role == "OWNER"}
        elif record.actor_id:
            changes.append((record.at, record.action, record.actor_name))
            strange += given
    owned = any(grant.role == "OWNER" for grant in grants if grant not in strange)
    return Takeover(
        id,
        "workload",
        repository,
        tuple(Grant(g.recipient_type, g.recipient_id, g.recipient_name, g.role) for g in strange),
        None if owned or not changes else (row.creator_id, row.creator_username),
        tuple(changes),
    )


def _foreign(record: Any) -> bool:
    return record.kind == REPOSITORIES


def _trusted(tx: Connection, row: Any, before: Sequence[Any], grants: Sequence[Any]) -> set[str]:
    """Who may have given roles: who made it, administrators, who gave some or owned it before the takeover."""
    administrators = tx.execute(select(users.c.id).where(users.c.administrator.is_(True))).scalars()
    last = max((record.at for record in before), default="")
    return {
        row.creator_id,
        *administrators,
        *(record.actor_id for record in before if record.action == _SHARED),
        *(grant.recipient_id for grant in grants if grant.role == "OWNER" and grant.granted_at <= last),
    }
