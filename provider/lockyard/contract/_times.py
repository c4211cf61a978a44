"""Moments on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema

_EPOCH_DIGITS = frozenset("0123456789.-+")


def _from_text(value: Any) -> Any:
    # Numbers would be read as seconds since 1970; the contract's times are RFC 3339 text.
    if isinstance(value, str) and not set(value) <= _EPOCH_DIGITS:
        try:
            moment = datetime.fromisoformat(value)
            # The first and last hours of all years have no time in UTC.
            moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return moment
    return value if isinstance(value, datetime) else None


Time = Annotated[AwareDatetime, BeforeValidator(_from_text), WithJsonSchema({"type": "string", "format": "date-time"})]
"""RFC 3339 time with an offset."""


def seen_at(told: datetime, now: datetime) -> datetime:
    """When something was seen, as a clock elsewhere tells it: never later than now.

    A clock that is ahead would otherwise order what it tells behind all that others tell, for as long as it is ahead.

    Args:
        told: the time that a client sent.
        now: the registry's time.
    """
    return min(told, now)
