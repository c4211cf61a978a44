"""Percentiles of measured times."""

from __future__ import annotations

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed (nearest rank, nothing made up).

    Args:
        values: at least one, in any order.
        share: above 0, at most 1; 0.95 for p95.
    """
    if not values or not 0 < share <= 1:
        raise ValueError("a percentile needs values, and a share above 0 and up to 1")
    # The product may miss a whole number by a hair.
    rank = math.ceil(round(share * len(values), 9))
    return sorted(values)[rank - 1]
