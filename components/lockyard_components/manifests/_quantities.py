"""Sizes of claims."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from typing import Final

MIB: Final = 1024**2
GIB: Final = 1024**3

_FACTORS: Final = {"Mi": MIB, "Gi": GIB, "Ti": 1024**4}
_CLAIM_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(Mi|Gi|Ti)", re.ASCII)


def claim_bytes(size: str) -> int | None:
    """Bytes of a claim's size as the contract writes it (`150Gi`, `1.5Ti`), rounded up; None for other text."""
    match = _CLAIM_SIZE.fullmatch(size)
    if match is None:
        return None
    return int((Decimal(match[1]) * _FACTORS[match[2]]).to_integral_value(ROUND_CEILING))
