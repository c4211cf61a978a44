"""Amounts as Kubernetes and as people write them."""

from __future__ import annotations

import math
from typing import Final

_UNITS: Final = (("Ti", 1024**4), ("Gi", 1024**3), ("Mi", 1024**2), ("Ki", 1024))


def millicores(cores: float) -> int:
    """Thousandths of a core, rounded up: the finest amount that Kubernetes keeps."""
    return math.ceil(round(cores * 1000, 3))


def cpu_quantity(cores: float) -> str:
    """Such as `4` or `500m`."""
    milli = millicores(cores)
    return str(milli // 1000) if milli % 1000 == 0 else f"{milli}m"


def memory_quantity(amount: int) -> str:
    """Such as `24Gi`: the largest unit that gives a whole number."""
    for unit, factor in _UNITS:
        if amount and amount % factor == 0:
            return f"{amount // factor}{unit}"
    return str(amount)


def gib(amount: int) -> str:
    """Such as `24 GiB`, for people."""
    unit, factor = ("GiB", 1024**3) if amount >= 1024**3 else ("MiB", 1024**2)
    return f"{round(amount / factor, 1):g} {unit}"
