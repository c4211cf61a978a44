"""Names of users, groups and tokens."""

from __future__ import annotations

from sqlalchemy import Column, Connection, func, select

from lockyard.contract import ConflictError, ValidationFailedError

MAX_NAME = 255


def checked_name(name: str, what: str) -> str:
    """The name without blanks at its ends.

    Args:
        name: the name.
        what: what has it, for the error.

    Raises:
        ValidationFailedError: it is empty, too long, or holds control characters.
    """
    name = name.strip()
    if not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise ValidationFailedError(f"the name of a {what} must be 1 to {MAX_NAME} printable characters")
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
