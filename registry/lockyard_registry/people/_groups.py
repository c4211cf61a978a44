"""Groups of users. What is shared with a group is shared with its members."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from lockyard.contract import ConflictError, NotFoundError

from ..store import Store, group_members, shared_roles, user_groups, users
from ._changes import Actor, changing
from ._names import by_id_or_name, checked_name, refuse_taken
from ._users import find_user


@dataclass(frozen=True, slots=True)
class Group:
    """A group.

    Attributes:
        id: 24 hexadecimal characters; roles belong to it.
        name: its name; no other group has it.
        members: names of its users, sorted.
        created_at: when.
    """

    id: str
    name: str
    members: tuple[str, ...]
    created_at: str


_all = select(user_groups).order_by(user_groups.c.name)
_named = select(user_groups).where(user_groups.c.name == bindparam("wanted"))
_with_id = select(user_groups).where(user_groups.c.id == bindparam("wanted"))
_members = (
    select(group_members.c.user_id, users.c.username)
    .join(users, users.c.id == group_members.c.user_id)
    .where(group_members.c.group_id == bindparam("wanted"))
)
_uses = (
    select(func.count())
    .select_from(shared_roles)
    .where(shared_roles.c.recipient_type == "group", shared_roles.c.recipient_id == bindparam("wanted"))
)


def list_groups(store: Store) -> list[Group]:
    """All groups, by name."""
    with store.read() as tx:
        return [_group(tx, row) for row in tx.execute(_all).all()]


def add_group(store: Store, name: str, *, actor: Actor | None = None) -> Group:
    """Makes a group without members.

    Raises:
        ConflictError: the name is taken.
        ValidationFailedError: it is no name.
    """
    with changing(store, "groups.add", actor) as change:
        name = checked_name(name, "group")
        refuse_taken(change.tx, user_groups.c.name, name, "group")
        row = {"id": change.new_id(), "name": name, "created_at": change.now}
        change.tx.execute(insert(user_groups), row)
        change.note("groups", row["id"], None, row)
        return Group(members=(), **row)


def remove_group(store: Store, name: str, *, actor: Actor | None = None) -> Group:
    """Removes a group with which nothing is shared.

    Raises:
        NotFoundError: there is no such group.
        ConflictError: objects are shared with it.
    """
    with changing(store, "groups.remove", actor) as change:
        group = _find(change.tx, name)
        uses = change.tx.execute(_uses, {"wanted": group.id}).scalar_one()
        if uses:
            raise ConflictError(
                f"{uses} object(s) are shared with the group {group.name}: take its roles away first, or let its "
                "members leave it"
            )
        before = _member_rows(change.tx, group.id)
        change.tx.execute(delete(group_members).where(group_members.c.group_id == group.id))
        change.tx.execute(delete(user_groups).where(user_groups.c.id == group.id))
        change.note("members", group.id, before, None)
        row = {"id": group.id, "name": group.name, "created_at": group.created_at}
        change.note("groups", group.id, row, None)
        return group


def join_group(store: Store, name: str, username: str, *, actor: Actor | None = None) -> Group:
    """Makes a user a member; one who is a member already stays one.

    Raises:
        NotFoundError: there is no such group or user.
    """
    return _change_members(store, "groups.join", name, username, actor, member=True)


def leave_group(store: Store, name: str, username: str, *, actor: Actor | None = None) -> Group:
    """Ends a membership, if there is one.

    Raises:
        NotFoundError: there is no such group or user.
    """
    return _change_members(store, "groups.leave", name, username, actor, member=False)


def _change_members(store: Store, action: str, name: str, username: str, actor: Actor | None, *, member: bool) -> Group:
    with changing(store, action, actor) as change:
        group, user = _find(change.tx, name), find_user(change.tx, username)
        before = _member_rows(change.tx, group.id)
        row = {"group_id": group.id, "user_id": user.id}
        mine = (group_members.c.group_id == group.id, group_members.c.user_id == user.id)
        change.tx.execute(delete(group_members).where(*mine))
        if member:
            change.tx.execute(insert(group_members), row)
        change.note("members", group.id, before, _member_rows(change.tx, group.id))
        return _find(change.tx, name)


def _find(tx: Connection, name: str) -> Group:
    row = by_id_or_name(tx, _with_id, _named, name)
    if row is None:
        raise NotFoundError(f"there is no group {name}: see `lockyard admin groups list`")
    return _group(tx, row)


def _group(tx: Connection, row: object) -> Group:
    id, name, created_at = row.id, row.name, row.created_at  # type: ignore[attr-defined]
    names = sorted(member.username for member in tx.execute(_members, {"wanted": id}))
    return Group(id, name, tuple(names), created_at)


def _member_rows(tx: Connection, id: str) -> list[dict[str, str]]:
    return [{"user_id": found} for found in sorted(row.user_id for row in tx.execute(_members, {"wanted": id}))]
