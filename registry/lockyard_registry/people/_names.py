"""Names of users, groups and tokens."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Row, Select, func, select

from lockyard.contract import ConflictError, ValidationFailedError, looks_like_id

from ..store import user_groups, users

MAX_NAME = 255


def checked_name(name: str, what: str) -> str:
    """The name without blanks at its ends.

    Args:
        name: the name.
        what: what has it, for the error.

    Raises:
        ValidationFailedError: it is empty, too long, holds control characters, or looks like an id.
    """
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise ValidationFailedError(f"the name of a {what} must be 1 to {MAX_NAME} printable characters")
    if looks_like_id(name):
        raise ValidationFailedError(
            f"the name of a {what} must not look like an id (24 hexadecimal digits), or one would be taken for the "
            "other: choose another name"
        )
    return name


def refuse_taken(tx: Connection, column: Column[str], name: str, what: str) -> None:
    """Refuses a name that another one has, in whatever case: Anna and anna would be taken for each other.

    Raises:
        ConflictError: it is taken.
    """
    if taken(tx, column, name):
        raise ConflictError(f"there is a {what} {name} already: choose another name")


def taken(tx: Connection, column: Column[str], name: str) -> bool:
    """Whether a name is taken."""
    # The database's `lower` knows ASCII only; names in other letters are compared as they are.
    found = select(column).where(func.lower(column).in_({name.lower(), name, name.casefold()}))
    return tx.execute(found).first() is not None


def by_id_or_name(tx: Connection, with_id: Select[Any], named: Select[Any], wanted: str) -> Row[Any] | None:
    """The row of a user or group that somebody names; None for none.

    Args:
        tx: the transaction.
        with_id: finds it by its id, the parameter `wanted`.
        named: finds it by its name, likewise.
        wanted: an id or a name. What is an id of one never means another one's name.
    """
    wanted = wanted.strip()
    if "\0" in wanted:
        return None
    return tx.execute(with_id, {"wanted": wanted}).first() or tx.execute(named, {"wanted": wanted}).first()


def names_like_ids(tx: Connection) -> list[str]:
    """Users and groups of earlier versions whose name looks like an id: `user 5f…`, `group 6a…`."""
    found = [("user", name) for name in tx.execute(select(users.c.username).order_by(users.c.username)).scalars()]
    found += [("group", name) for name in tx.execute(select(user_groups.c.name).order_by(user_groups.c.name)).scalars()]
    return [f"{what} {name}" for what, name in found if looks_like_id(name)]
