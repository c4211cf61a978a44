"""Tokens: shown once, kept as hashes."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal, get_args

from sqlalchemy import bindparam, insert, select, update

from lockyard.contract import ConflictError, NotFoundError, ValidationFailedError

from ..store import Store, access_tokens, timestamp, users
from ._changes import Actor, Changing, changing
from ._names import checked_name
from ._users import User, find_user

PREFIX = "lockyard_"
"""By which scanners of leaked secrets, and the server, know a token of a registry."""

Scope = Literal["read", "write"]

# Kept as plain SHA-256: 256 random bits cannot be guessed, however fast the hash is.
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Token:
    """What the registry knows of a token.

    Attributes:
        id: 24 hexadecimal characters; names the token when it is revoked.
        username: whose it is.
        name: what it is for.
        scope: `read` refuses every change; `write` may do what the user's roles allow.
        created_at: when.
        expires_at: from when on it is not taken any more; None for never.
        revoked_at: when it was revoked; None if it was not.
    """

    id: str
    username: str
    name: str
    scope: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made.

    Attributes:
        token: what the registry keeps of it.
        secret: the token itself, never to be had again.
    """

    token: Token
    secret: str = field(repr=False)


_columns = [users.c.username, *(column for column in access_tokens.c if column.name not in ("user_id", "hash"))]
_all = select(*_columns).join(users, users.c.id == access_tokens.c.user_id)
_row = select(access_tokens).where(access_tokens.c.id == bindparam("wanted"))


def list_tokens(store: Store, username: str | None = None) -> list[Token]:
    """The tokens of a user, or of all of them, oldest first.

    Raises:
        NotFoundError: there is no such user.
    """
    with store.read() as tx:
        query = _all.order_by(access_tokens.c.id)
        if username is not None:
            query = query.where(access_tokens.c.user_id == find_user(tx, username).id)
        return [Token(**row._mapping) for row in tx.execute(query)]


def add_token(
    store: Store,
    username: str,
    name: str,
    *,
    scope: str = "write",
    lasts: timedelta | None = None,
    actor: Actor | None = None,
) -> NewToken:
    """Makes a token for a user.

    Args:
        store: the database.
        username: name or id of the user.
        name: what it is for.
        scope: `read` or `write`.
        lasts: how long it is taken; None for ever.
        actor: who makes it.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: the user is disabled.
        ValidationFailedError: no name, no such scope, or a time that is not ahead.
    """
    with changing(store, "tokens.add", actor) as change:
        user = find_user(change.tx, username)
        if user.disabled:
            raise ConflictError(f"{user.username} is disabled: enable the user first")
        return insert_token(change, user, name, PREFIX + secrets.token_urlsafe(_BYTES), scope=scope, lasts=lasts)


def insert_token(
    change: Changing, user: User, name: str, secret: str, *, scope: str = "write", lasts: timedelta | None = None
) -> NewToken:
    """Stores a token; see `add_token`."""
    if scope not in get_args(Scope):
        raise ValidationFailedError(f"a token's scope is {' or '.join(get_args(Scope))}, not {scope}")
    if lasts is not None and lasts <= timedelta(0):
        raise ValidationFailedError("a token must last some time")
    row: dict[str, Any] = {
        "id": change.new_id(),
        "user_id": user.id,
        "name": checked_name(name, "token"),
        "hash": token_hash(secret),
        "scope": scope,
        "created_at": change.now,
        "expires_at": None if lasts is None else timestamp(change.moment + lasts),
        "revoked_at": None,
    }
    change.tx.execute(insert(access_tokens), row)
    change.note("tokens", row["id"], None, row)
    shown = {key: value for key, value in row.items() if key not in ("user_id", "hash")}
    return NewToken(Token(username=user.username, **shown), secret)


def revoke_token(store: Store, id: str, *, actor: Actor | None = None) -> Token:
    """Ends a token for ever. Servers that took it just now may take it for a few seconds more.

    Raises:
        NotFoundError: there is no such token.
    """
    with changing(store, "tokens.revoke", actor) as change:
        row = None if "\0" in id else change.tx.execute(_row, {"wanted": id}).first()
        if row is None:
            raise NotFoundError(f"there is no token {id}: see `lockyard admin tokens list`")
        shown = change.tx.execute(_all.where(access_tokens.c.id == id)).one()
        token = Token(**shown._mapping)
        if token.revoked_at is not None:
            return token
        before = dict(row._mapping)
        change.tx.execute(update(access_tokens).where(access_tokens.c.id == id).values(revoked_at=change.now))
        change.note("tokens", id, before, {**before, "revoked_at": change.now})
        return replace(token, revoked_at=change.now)


def token_hash(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()
