"""Shared roles of repositories and workloads; those of an artifact are its repository's (workload-api §14.1)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, select

from lockyard.contract import Json, Problem, SharedRolesPatch, ValidationFailedError

from ..store import shared_roles
from ._access import HolderKind
from ._changes import REPOSITORIES, WORKLOADS
from ._directory import recipient
from ._documents import user_data
from ._kinds import Kind, holder_of, lineages_of
from ._registry import Caller, Page, Registry
from ._scopes import follow_sharing
from ._transaction import Transaction, reading, repeated, writing

_of_object = (shared_roles.c.kind == bindparam("what")) & (shared_roles.c.object_id == bindparam("owner"))
_grants = select(shared_roles).where(_of_object).order_by(shared_roles.c.granted_at, shared_roles.c.recipient_id)
_states = (
    select(*(column for column in shared_roles.c if column.name != "object_id"))
    .where(_of_object)
    .order_by(shared_roles.c.recipient_type, shared_roles.c.recipient_id)
)
_owning_users = (
    select(shared_roles.c.object_id, shared_roles.c.recipient_id, shared_roles.c.recipient_name)
    .where(
        shared_roles.c.kind == WORKLOADS,
        shared_roles.c.object_id.in_(bindparam("objects", expanding=True)),
        shared_roles.c.role == "OWNER",
        shared_roles.c.recipient_type == "user",
    )
    .order_by(shared_roles.c.object_id, shared_roles.c.granted_at, shared_roles.c.recipient_id)
)
_count = select(func.count()).select_from(shared_roles).where(_of_object)
_owners = _count.where(shared_roles.c.role == "OWNER")
_revoke = delete(shared_roles).where(
    and_(
        _of_object,
        shared_roles.c.recipient_type == bindparam("type"),
        shared_roles.c.recipient_id == bindparam("recipient"),
    )
)
_grant = insert(shared_roles)


def make_owner(t: Transaction, kind: HolderKind, id: str) -> None:
    """The caller owns the object just made."""
    grant_role(t, kind, id, ("user", t.caller.user_id, t.caller.username), "OWNER")
    t.changes.note((kind, id), "sharedRoles", id, None, roles_state(t, kind, id))


def grant_role(t: Transaction, kind: HolderKind, id: str, recipient: tuple[str, str, str], role: str) -> None:
    """Stores a role.

    Args:
        t: the transaction.
        kind: kind of the object.
        id: the object.
        recipient: type, id and name of who gets it.
        role: the role.
    """
    type, who, name = recipient
    grant = {"recipient_type": type, "recipient_id": who, "recipient_name": name, "role": role}
    t.tx.execute(_grant, {"kind": kind, "object_id": id, "granted_at": t.now, **grant})


def owners_of(t: Transaction, ids: Sequence[str]) -> dict[str, list[Json]]:
    """`UserData` of the users who own workloads, in one query; every id is a key of the answer."""
    found: dict[str, list[Json]] = {id: [] for id in ids}
    if ids:
        for row in t.tx.execute(_owning_users, {"objects": list(found)}):
            found[row.object_id].append(user_data(row.recipient_id, row.recipient_name))
    return found


def list_shared_roles(reg: Registry, caller: Caller, kind: Kind, id: str, offset: int, limit: int) -> Page:
    """Who has which role on an object, oldest grant first.

    Raises:
        NotFoundError: there is no such object.
    """
    with reading(reg, caller) as t:
        holder_kind, holder = holder_of(t, kind, id, "view")
        owner = {"what": holder_kind, "owner": holder}
        total = t.tx.execute(_count, owner).scalar_one()
        rows = t.tx.execute(_grants.offset(offset).limit(limit), owner)
        return Page(
            total,
            [
                {
                    "id": row.recipient_id,
                    "name": row.recipient_name,
                    "role": row.role,
                    "shareRecipientType": row.recipient_type,
                }
                for row in rows
            ],
        )


@repeated
def update_shared_roles(reg: Registry, caller: Caller, kind: Kind, id: str, body: SharedRolesPatch) -> None:
    """Sets the roles of the listed recipients and keeps the others; `NO_ROLE` takes a role away (R126, D21).

    Raises:
        NotFoundError: there is no such object.
        ForbiddenError: the caller does not own it.
        ValidationFailedError: there is no such user or group, or nobody would own the object any more.
    """
    with writing(reg, caller, "sharedRoles.update", lineages_of(kind, id)) as t:
        holder_kind, holder = holder_of(t, kind, id, "share")
        owner = {"what": holder_kind, "owner": holder}
        before = roles_state(t, holder_kind, holder)
        for index, role in enumerate(body.roles):
            who, name = recipient(t, role, f"roles.{index}")
            t.tx.execute(_revoke, {**owner, "type": role.share_recipient_type, "recipient": who})
            if role.role != "NO_ROLE":
                grant_role(t, holder_kind, holder, (role.share_recipient_type, who, name), role.role)
        if not t.tx.execute(_owners, owner).scalar_one():
            raise ValidationFailedError(
                problems=[Problem("roles", "the last owner cannot be removed: name another OWNER first", "invalid")]
            )
        t.changes.note((holder_kind, holder), "sharedRoles", holder, before, roles_state(t, holder_kind, holder))
        if holder_kind == REPOSITORIES:
            follow_sharing(t, holder)


def roles_state(t: Transaction, kind: HolderKind, id: str) -> list[dict[str, Any]]:
    """The roles on an object as the audit log digests them."""
    return [dict(row._mapping) for row in t.tx.execute(_states, {"what": kind, "owner": id})]
