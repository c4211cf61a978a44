"""Finds who an object is shared with: users and groups of the registry, where it has any."""

import hashlib

from sqlalchemy import Table, bindparam, select

from lockyard.contract import Problem, SharedRole, ValidationFailedError

from ..store import user_groups, users
from ._transaction import Transaction

_any_user = select(users.c.id).limit(1)
_user_named = select(users.c.id, users.c.username.label("name")).where(users.c.username == bindparam("wanted"))


def _by_id(table: Table, name: str):
    return select(table.c.id, table.c[name].label("name")).where(table.c.id == bindparam("wanted"))


_with_id = {"user": _by_id(users, "username"), "group": _by_id(user_groups, "name")}


def recipient(t: Transaction, role: SharedRole, path: str) -> tuple[str, str]:
    """Id and name of who gets or loses a role.

    Where the registry has no users, a name always gives the same id, and every id is taken as it comes.

    Args:
        t: the transaction.
        role: the entry of the request.
        path: where it stands in the request.

    Raises:
        ValidationFailedError: there is no such user or group, or no such organization.
    """
    wanted = role.id if role.id is not None else role.username
    assert wanted is not None
    kind = role.share_recipient_type
    if t.tx.execute(_any_user).first() is None:
        return _without_directory(t, role)
    if kind == "organization" and wanted == t.reg.registry_id:
        return wanted, "everybody"
    query = _user_named if role.username is not None else _with_id.get(kind)
    # No name has a NUL in it, and PostgreSQL cannot even be asked for one.
    found = None if query is None or "\0" in wanted else t.tx.execute(query, {"wanted": wanted}).first()
    if found is not None:
        return found.id, found.name
    if role.role == "NO_ROLE" and role.id is not None:
        # What was granted once can always be taken away.
        return role.id, role.id
    key = "username" if role.username is not None else "id"
    raise ValidationFailedError(
        problems=[Problem(f"{path}.{key}", f"there is no such {kind} in this registry", "invalid")]
    )


def _without_directory(t: Transaction, role: SharedRole) -> tuple[str, str]:
    if role.id is not None:
        return role.id, t.caller.username if role.id == t.caller.user_id else role.id
    assert role.username is not None
    if role.username == t.caller.username:
        return t.caller.user_id, role.username
    return hashlib.sha256(f"user:{role.username}".encode()).hexdigest()[:24], role.username
