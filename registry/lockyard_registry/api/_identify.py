"""Who a request comes from: the holder of the server's one token, or a user of the registry."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from starlette.concurrency import run_in_threadpool

from ..lifecycle import LOCAL_USER_ID
from ..oidc import Issuer
from ..operations import LOCAL_USERNAME
from ..people import Identity, identify, identify_subject
from ..store import Store

REMEMBERED_SECONDS = 5.0
"""How long an answer holds: a revoked token or a group left is noticed by every server after this time."""

_MOST_REMEMBERED = 10_000


class Authenticator(Protocol):
    """Recognises callers."""

    async def identify(self, token: str) -> Identity | None:
        """Who sends this bearer token; None for nobody.

        Raises:
            ApiError: it cannot be found out at the moment.
            StorageError: the database cannot be asked.
        """
        ...


class OneToken:
    """A registry of one person: whoever has the token may do everything.

    Args:
        token: the token.
    """

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._holder = Identity(LOCAL_USER_ID, LOCAL_USERNAME, (), administrator=True)

    async def identify(self, token: str) -> Identity | None:
        """The one person, or nobody."""
        return self._holder if hmac.compare_digest(token.encode(), self._token) else None


class Users:
    """A registry with users: tokens of its own, and those of an OIDC issuer.

    Args:
        store: the database.
        issuer: the issuer, if one is trusted.
        clock: seconds that only go up.
    """

    def __init__(self, store: Store, issuer: Issuer | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._issuer = issuer
        self._clock = clock
        self._known: OrderedDict[str, tuple[Identity, float]] = OrderedDict()

    async def identify(self, token: str) -> Identity | None:
        """The user whose token it is."""
        key = hashlib.sha256(token.encode()).hexdigest()
        found = self._known.get(key)
        if found is not None and self._clock() < found[1]:
            return found[0]
        self._known.pop(key, None)
        identity, seconds = await self._ask(token)
        if identity is not None and seconds > 0:
            self._known[key] = (identity, self._clock() + min(seconds, REMEMBERED_SECONDS))
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        return identity

    async def _ask(self, token: str) -> tuple[Identity | None, float]:
        # Two dots make a JWT; tokens of the registry have none.
        if self._issuer is not None and token.count(".") == 2:
            person = await self._issuer.person(token)
            if person is not None:
                who = (self._issuer.settings.issuer, person.subject, person.name, person.groups)
                identity = await run_in_threadpool(identify_subject, self._store, *who)
                return identity, person.expires_at - time.time()
        found = await run_in_threadpool(identify, self._store, token)
        if found is None:
            return None, 0
        identity, end = found
        return identity, REMEMBERED_SECONDS if end is None else datetime.fromisoformat(end).timestamp() - time.time()
