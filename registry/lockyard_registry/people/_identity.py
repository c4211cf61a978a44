"""Who a token belongs to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from lockyard.contract import looks_like_id

from ..store import Store, access_tokens, group_members, timestamp, user_groups, users, utc_now
from ._changes import changing
from ._names import MAX_NAME, taken
from ._tokens import token_hash
from ._users import insert_user


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who was recognised.

    Attributes:
        user_id: id of the user.
        username: the user's name.
        groups: ids of the user's groups.
        administrator: may do everything.
        read_only: the token may only read.
    """

    user_id: str
    username: str
    groups: tuple[str, ...]
    administrator: bool
    read_only: bool = False


_any = select(users.c.id).limit(1)
_of_hash = (
    select(access_tokens.c.scope, access_tokens.c.expires_at, access_tokens.c.revoked_at, users)
    .join(users, users.c.id == access_tokens.c.user_id)
    .where(access_tokens.c.hash == bindparam("wanted"))
)
_of_subject = select(users).where(users.c.issuer == bindparam("issuer"), users.c.subject == bindparam("subject"))
_groups_of = select(group_members.c.group_id).where(group_members.c.user_id == bindparam("wanted"))
_groups_named = select(user_groups.c.id).where(user_groups.c.name.in_(bindparam("names", expanding=True)))


def users_kept(store: Store) -> bool:
    """Whether the registry has users; without any it belongs to one person."""
    with store.read() as tx:
        return tx.execute(_any).first() is not None


def identify(store: Store, secret: str) -> tuple[Identity, str | None] | None:
    """Whose token this is, and when it ends; None if no such token is taken.

    Args:
        store: the database.
        secret: what came with the request.
    """
    with store.read() as tx:
        row = tx.execute(_of_hash, {"wanted": token_hash(secret)}).first()
        if row is None or row.disabled or row.revoked_at is not None:
            return None
        if row.expires_at is not None and row.expires_at <= timestamp(utc_now()):
            return None
        return _identity(tx, row, (), read_only=row.scope != "write"), row.expires_at


def identify_subject(
    store: Store, issuer: str, subject: str, name: str, groups: Collection[str] = ()
) -> Identity | None:
    """Who somebody is whom an OIDC issuer vouches for; None if disabled. A new one becomes a user without any role.

    Args:
        store: the database.
        issuer: the issuer.
        subject: who it is there, for ever.
        name: what to call them; if another user has that name, something is added to it.
        groups: names of groups that the issuer says they are in; those that the registry has count.
    """
    wanted = {"issuer": issuer, "subject": subject}
    with store.read() as tx:
        row = tx.execute(_of_subject, wanted).first()
        if row is not None:
            return None if row.disabled else _identity(tx, row, groups)
    with changing(store, "users.oidc", ("", issuer)) as change:
        if change.tx.execute(_of_subject, wanted).first() is None:
            id = change.new_id()
            insert_user(
                change,
                id,
                _free_name(change.tx, name, issuer, subject),
                administrator=False,
                issuer=issuer,
                subject=subject,
            )
        row = change.tx.execute(_of_subject, wanted).one()
        return None if row.disabled else _identity(change.tx, row, groups)


def _identity(tx: Connection, row: object, named: Collection[str], *, read_only: bool = False) -> Identity:
    id, username, administrator = row.id, row.username, row.administrator  # type: ignore[attr-defined]
    groups = set(tx.execute(_groups_of, {"wanted": id}).scalars())
    if named:
        groups |= set(tx.execute(_groups_named, {"names": [name for name in named if "\0" not in name]}).scalars())
    return Identity(id, username, tuple(sorted(groups)), bool(administrator), read_only)


def _free_name(tx: Connection, name: str, issuer: str, subject: str) -> str:
    # Who comes by an issuer never gets the name of somebody else, or objects meant for one were shared with the other.
    mark = hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:8]
    shown = "".join(char for char in name if char.isprintable()).strip()[: MAX_NAME - 9] or "user"
    return f"{shown}-{mark}" if looks_like_id(shown) or taken(tx, users.c.username, shown) else shown
