"""Amounts of memory (workload-api §10.4)."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from typing import Final

from ._types import MAX_SAFE_INTEGER

_FACTORS: Final = {
    "": 1,
    "b": 1,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "tb": 1000**4,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
    "tib": 1024**4,
}
_AMBIGUOUS: Final = {"ki", "mi", "gi", "ti"}
_QUANTITY = re.compile(r"\s*(\d{0,20}\.?\d{1,20})\s*([A-Za-z]*)\s*", re.ASCII)

_ALLOWED: Final = (
    "a number of bytes, or a number with B, KB, MB, GB, TB (factor 1000) or KiB, MiB, GiB, TiB (factor 1024)"
)


def memory_bytes(value: float | str) -> int:
    """Bytes of a memory amount as the contract writes it (R100).

    Suffixes are read in any case. A fraction of a byte is rounded up. Bare `Ki`, `Mi`, `Gi`, `Ti` are refused,
    because the platform reads them as factor 1000 while everybody else means 1024.

    Raises:
        ValueError: not such an amount; the text says what is allowed.
    """
    if type(value) is bool:
        raise ValueError(f"must be {_ALLOWED}")
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError("must be a whole number of bytes")
        value = int(value)
    if isinstance(value, str):
        match = _QUANTITY.fullmatch(value)
        if match is None:
            raise ValueError(f"must be {_ALLOWED}")
        unit = match[2].lower()
        if unit in _AMBIGUOUS:
            raise ValueError(
                f"has an ambiguous unit: write {unit.title()}B for factor 1024 or {unit[0].upper()}B for factor 1000"
            )
        if unit not in _FACTORS:
            raise ValueError(f"has an unknown unit: must be {_ALLOWED}")
        value = int((Decimal(match[1]) * _FACTORS[unit]).to_integral_value(ROUND_CEILING))
    if value < 0:
        raise ValueError("must not be negative")
    if value > MAX_SAFE_INTEGER:
        raise ValueError(f"must be at most {MAX_SAFE_INTEGER} bytes")
    return value
