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
