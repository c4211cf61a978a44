"""How often one caller may ask."""

from __future__ import annotations

import math
import time

from lockyard.contract import ConfigurationError

RATE_EXAMPLE = "200/second"


class Throttle:
    """Counts the requests of each caller in this process over a moving window.

    Several processes behind a load balancer count separately: a caller then gets up to as many times the rate.

    Args:
        rate: How many in which time, such as `200/second` or `5000/minute`.

    Raises:
        ConfigurationError: The rate cannot be read.
    """

    def __init__(self, rate: str) -> None:
        # Loaded only where a rate is set: the package takes a tenth of a second.
        from limits import parse
        from limits.storage import MemoryStorage
        from limits.strategies import MovingWindowRateLimiter

        try:
            self._item = parse(rate)
        except ValueError:
            raise ConfigurationError(
                f"'{rate}' is no rate: write a number and second, minute or hour, such as {RATE_EXAMPLE}"
            ) from None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def seconds_to_wait(self, caller: str) -> int:
        """Count a request; 0 if it may go on, else whole seconds after which the caller may try again."""
        if self._limiter.hit(self._item, caller):
            return 0
        until = self._limiter.get_window_stats(self._item, caller).reset_time
        return max(1, math.ceil(until - time.time()))
