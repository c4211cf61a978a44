"""Checks tokens of the issuer."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeGuard

import jwt

from ._keys import IssuerKeys
from ._settings import OidcSettings

LEEWAY = 30
"""Seconds by which clocks may differ."""

_LONGEST_TOKEN = 16 * 1024
_LONGEST_SUBJECT = 255

_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
"""What the library raises about text that is no token, deep nesting and endless numbers included."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a token speaks of.

    Attributes:
        subject: who it is to the issuer, for ever.
        name: what to call them.
        groups: names of groups that the issuer says they are in.
        expires_at: when the token ends, in seconds since 1970.
    """

    subject: str
    name: str
    groups: tuple[str, ...]
    expires_at: float


class Issuer:
    """Takes tokens that the issuer signed for our audience.

    Args:
        settings: which issuer.
        clock: seconds that only go up, for the age of keys.
    """

    def __init__(self, settings: OidcSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self._keys = IssuerKeys(settings.issuer, clock)

    async def person(self, token: str) -> Person | None:
        """Whom the token speaks of; None if it is not to be taken.

        Raises:
            ServerFaultError: 503, the issuer's keys cannot be had.
        """
        if len(token) > _LONGEST_TOKEN:
            return None
        try:
            header = jwt.get_unverified_header(token)
            # Before the issuer is asked for anything: whose token is it at all?
            claimed: Any = jwt.decode(token, options={"verify_signature": False})
        except _UNREADABLE:
            return None
        id = header.get("kid")
        if claimed.get("iss") != self.settings.issuer or not isinstance(id, (str, type(None))):
            return None
        found = await self._keys.find(id)
        if found is None:
            return None
        key, algorithms = found
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=list(algorithms),
                issuer=self.settings.issuer,
                audience=self.settings.audience,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except _UNREADABLE:
            return None
        return self._person(claims)

    def _person(self, claims: dict[str, Any]) -> Person | None:
        subject = claims["sub"]
        if not _is_text(subject) or not 0 < len(subject) <= _LONGEST_SUBJECT:
            return None
        name = claims.get(self.settings.name_claim)
        groups = claims.get(self.settings.groups_claim) if self.settings.groups_claim else None
        return Person(
            subject,
            name if _is_text(name) and name.strip() else subject,
            tuple(group for group in groups if _is_text(group)) if isinstance(groups, list) else (),
            float(claims["exp"]),
        )


def _is_text(value: Any) -> TypeGuard[str]:
    """Whether a claim is text that a database can hold: no NUL, no half of a surrogate pair."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= each <= "\udfff" for each in value)
