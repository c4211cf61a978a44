"""Waiting for what a cluster does in its own time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def eventually(
    look: Callable[[], Answer],
    holds: Callable[[Answer], object] = bool,
    *,
    seconds: float = 60.0,
    every: float = 0.1,
    what: str = "",
) -> Answer:
    """Look until it is as wanted, and answer what was seen.

    Args:
        look: Looks.
        holds: Whether that is what is wanted; by default anything true.
        seconds: How long to wait at most.
        every: Seconds between two looks.
        what: What is waited for, for the failure.

    Raises:
        AssertionError: It is not so after that time; with the last thing seen.
    """
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if holds(seen):
            return seen
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what or look}; last seen: {seen!r}")
        time.sleep(every)
