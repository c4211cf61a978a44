"""The first administrator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from lockyard.contract import ConflictError

from ..lifecycle import LOCAL_USER_ID
from ..store import Store, users
from ._changes import Actor, changing
from ._tokens import PREFIX, NewToken, insert_token
from ._users import User, insert_user

FIRST_TOKEN_LASTS = timedelta(days=7)
"""Long enough to make lasting ones; it was printed, so it may be in some log."""


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What was made.

    Attributes:
        user: the first administrator.
        token: the first token.
    """

    user: User
    token: NewToken


def bootstrap(
    store: Store, username: str = "admin", *, keep_token: str | None = None, actor: Actor | None = None
) -> Bootstrap:
    """Makes the first administrator and a token. From then on every caller of a server needs a token of a user.

    The administrator takes over the id of the one person whom the registry belonged to, and so everything made before:
    objects, roles and creation keys. Of several servers started at once one does it.

    Args:
        store: the database.
        username: name of the administrator.
        keep_token: the server's one token of before, to be taken from the administrator without end.
        actor: who does it.

    Raises:
        ConflictError: there are users already.
        ValidationFailedError: it is no name.
    """
    with changing(store, "users.bootstrap", actor) as change:
        if change.tx.execute(select(users.c.id).limit(1)).first() is not None:
            raise ConflictError("this registry has users already: see `lockyard admin users list`")
        user = insert_user(change, LOCAL_USER_ID, username, administrator=True)
        secret = PREFIX + secrets.token_urlsafe(32)
        first = insert_token(change, user, "first token", secret, lasts=FIRST_TOKEN_LASTS)
        if keep_token is not None:
            insert_token(change, user, "the server's token of before", keep_token)
        return Bootstrap(user, first)
