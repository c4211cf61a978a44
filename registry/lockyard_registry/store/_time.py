"""Timestamps as the contract writes them."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds: `2026-09-30T15:26:54.349000+00:00` (R9)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
