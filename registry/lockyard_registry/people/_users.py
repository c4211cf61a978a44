"""Users."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from lockyard.contract import ConflictError, NotFoundError

from ..store import Store, users
from ._changes import Actor, Changing, changing
from ._names import by_id_or_name, checked_name, refuse_taken


@dataclass(frozen=True, slots=True)
class User:
    """A user.

    Attributes:
        id: 24 hexadecimal characters; roles and creation keys belong to it.
        username: the name, by which objects are shared; nobody else has it.
        full_name: for people.
        email: for people.
        administrator: may do everything, whatever the roles say.
        disabled: none of the user's tokens is taken.
        issuer: the OIDC issuer that knows this user; None for none.
        subject: who the user is to that issuer.
        created_at: when.
        updated_at: when the user was changed last.
    """

    id: str
    username: str
    full_name: str | None
    email: str | None
    administrator: bool
    disabled: bool
    issuer: str | None
    subject: str | None
    created_at: str
    updated_at: str


_all = select(users).order_by(users.c.username)
_named = select(users).where(users.c.username == bindparam("wanted"))
_with_id = select(users).where(users.c.id == bindparam("wanted"))
_of_subject = select(users).where(users.c.issuer == bindparam("issuer"), users.c.subject == bindparam("subject"))
_active_administrators = (
    select(func.count()).select_from(users).where(users.c.administrator.is_(True), users.c.disabled.is_(False))
)


def list_users(store: Store) -> list[User]:
    """All users, by name."""
    with store.read() as tx:
        return [User(**row._mapping) for row in tx.execute(_all)]


def add_user(
    store: Store,
    username: str,
    *,
    full_name: str | None = None,
    email: str | None = None,
    administrator: bool = False,
    issuer: str | None = None,
    subject: str | None = None,
    actor: Actor | None = None,
) -> User:
    """Makes a user, who can do nothing before there is a token or an OIDC identity.

    Raises:
        ConflictError: the name is taken, or there are no users yet: see `bootstrap`.
        ValidationFailedError: it is no name.
    """
    with changing(store, "users.add", actor) as change:
        if change.tx.execute(_all.limit(1)).first() is None:
            raise ConflictError(
                "this registry has no users yet, it belongs to one person: make the first administrator with "
                "`lockyard admin init`"
            )
        return insert_user(
            change,
            change.new_id(),
            username,
            full_name=full_name,
            email=email,
            administrator=administrator,
            issuer=issuer,
            subject=subject,
        )


def insert_user(
    change: Changing,
    id: str,
    username: str,
    *,
    administrator: bool,
    full_name: str | None = None,
    email: str | None = None,
    issuer: str | None = None,
    subject: str | None = None,
) -> User:
    """Stores a new user.

    Raises:
        ConflictError: the name, or the issuer's subject, is that of another user.
        ValidationFailedError: it is no name.
    """
    name = checked_name(username, "user")
    refuse_taken(change.tx, users.c.username, name, "user")
    if subject is not None:
        known = change.tx.execute(_of_subject, {"issuer": issuer, "subject": subject}).first()
        if known is not None:
            raise ConflictError(f"{known.username} is that subject of the issuer already")
    user = User(id, name, full_name, email, administrator, False, issuer, subject, change.now, change.now)
    change.tx.execute(insert(users), _values(user))
    change.note("users", id, None, _values(user))
    return user


def change_user(
    store: Store,
    name: str,
    *,
    full_name: str | None = None,
    email: str | None = None,
    administrator: bool | None = None,
    disabled: bool | None = None,
    actor: Actor | None = None,
) -> User:
    """Changes what is given of a user and keeps the rest. A disabled user keeps roles and objects, but gets in no more.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: nobody who gets in would be an administrator any more.
    """
    with changing(store, "users.change", actor) as change:
        before = find_user(change.tx, name)
        given = {
            "full_name": full_name,
            "email": email,
            "administrator": administrator,
            "disabled": disabled,
        }
        after = replace(before, **{key: value for key, value in given.items() if value is not None})
        if after != before:
            after = replace(after, updated_at=change.now)
            change.tx.execute(update(users).where(users.c.id == after.id).values(_values(after)))
            change.note("users", after.id, _values(before), _values(after))
        if not change.tx.execute(_active_administrators).scalar_one():
            raise ConflictError(f"{before.username} is the last administrator: make another one first")
        return after


def find_user(tx: Connection, name: str) -> User:
    """The user of an id or name; the id decides, since earlier versions took names that look like one.

    Raises:
        NotFoundError: there is none.
    """
    row = by_id_or_name(tx, _with_id, _named, name)
    if row is None:
        raise NotFoundError(f"there is no user {name}: see `lockyard admin users list`")
    return User(**row._mapping)


def _values(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in User.__slots__}
