"""Waiting with a deadline: short sleeps, so that a cancelled deployment ends soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from lockyard.contract import WaitTimeoutError

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0


def wait_for(
    look: Callable[[], T | None], *, seconds: float, what: str, sleep: Callable[[float], None] = time.sleep
) -> T:
    """Calls ``look`` until it answers something, with growing pauses of at most five seconds.

    Raises:
        WaitTimeoutError: Nothing came within ``seconds``.
    """
    deadline, pause = time.monotonic() + seconds, FIRST_PAUSE_SECONDS
    while (found := look()) is None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise WaitTimeoutError(f"waited {seconds:g} s for {what}: run `pulumi up` again to go on waiting")
        sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
    return found
