"""Amounts as Kubernetes writes them."""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, Decimal
from typing import Final

MIB: Final = 1024**2
GIB: Final = 1024**3

_FACTORS: Final = {"Ki": 1024, "Mi": MIB, "Gi": GIB, "Ti": 1024**4}
_CLAIM_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(Mi|Gi|Ti)", re.ASCII)


def claim_bytes(size: str) -> int | None:
    """Bytes of a claim's size as the contract writes it (`150Gi`, `1.5Ti`), rounded up; None for other text."""
    match = _CLAIM_SIZE.fullmatch(size)
    if match is None:
        return None
    return int((Decimal(match[1]) * _FACTORS[match[2]]).to_integral_value(ROUND_CEILING))


def memory_quantity(size: int) -> str:
    """Bytes in the largest binary unit that holds them exactly: `16Gi`, `1536Mi`, `256000000`."""
    for unit in ("Gi", "Mi", "Ki"):
        if size and size % _FACTORS[unit] == 0:
            return f"{size // _FACTORS[unit]}{unit}"
    return str(size)


def cpu_quantity(cores: float) -> str:
    """Cores in whole cores or thousandths, rounded up: `4`, `1500m`."""
    thousandths = math.ceil(round(cores * 1000, 6))
    return str(thousandths // 1000) if thousandths % 1000 == 0 else f"{thousandths}m"
