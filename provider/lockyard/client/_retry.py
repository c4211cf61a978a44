"""When to try a call again, and how long to wait before."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
"""Answers that say "not now" rather than "no"."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a call is tried.

    Attributes:
        max_tries: Tries in all.
        budget_seconds: No new try is begun when it would begin later than this after the first one.
        first_delay_seconds: Longest wait before the second try; it doubles with every further one.
        max_delay_seconds: Longest wait, unless the server asked for a longer one with `Retry-After`.
        jitter: A number from 0 to 1; waits are spread over their upper half, so that clients do not return all at once.
        sleep: Waits that many seconds.
        clock: Seconds of a clock that never goes back.
    """

    max_tries: int = 4
    budget_seconds: float = 60.0
    first_delay_seconds: float = 0.5
    max_delay_seconds: float = 8.0
    jitter: Callable[[], float] = random.random
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def delay(self, tries: int, elapsed: float, retry_after: float | None = None) -> float | None:
        """Seconds to wait before the next try, None when there is to be none.

        Args:
            tries: How often it was tried so far.
            elapsed: Seconds since the first try began.
            retry_after: What the server asked for, if it did.
        """
        if tries >= self.max_tries:
            return None
        if retry_after is None:
            longest = min(self.max_delay_seconds, self.first_delay_seconds * 2 ** (tries - 1))
            seconds = longest * (0.5 + 0.5 * self.jitter())
        else:
            seconds = max(0.0, retry_after)
        return seconds if elapsed + seconds <= self.budget_seconds else None


def retry_after_seconds(value: str | None, now: float) -> float | None:
    """Read a `Retry-After` header: seconds, or a date.

    Args:
        value: The header, None if there was none.
        now: The present moment in seconds since 1970, for dates.

    Returns:
        Seconds to wait, None if the header cannot be read.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value) if len(value) < 10 else float("inf")
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
