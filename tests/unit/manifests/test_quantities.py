"""Amounts: sizes of claims, and what placement writes for Kubernetes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockyard_components.manifests._quantities import claim_bytes
from lockyard_components.placement._quantities import cpu_quantity, memory_quantity

FACTORS = {"": 1, "Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4}


def read(quantity: str) -> int:
    """Bytes of a quantity."""
    number, unit = (quantity[:-2], quantity[-2:]) if quantity.endswith("i") else (quantity, "")
    return int(number) * FACTORS[unit]


@pytest.mark.parametrize(
    ("size", "text"),
    [(16 * 1024**3, "16Gi"), (1536 * 1024**2, "1536Mi"), (1024, "1Ki"), (1000, "1000"), (0, "0"), (1, "1")],
)
def test_memory(size: int, text: str) -> None:
    assert memory_quantity(size) == text


@given(st.integers(0, 2**53))
def test_memory_is_exact(size: int) -> None:
    assert read(memory_quantity(size)) == size


@pytest.mark.parametrize(
    ("cores", "text"),
    [(4, "4"), (4.0, "4"), (0.5, "500m"), (1.5, "1500m"), (0.0001, "1m"), (0, "0"), (0.1 + 0.2, "300m")],
)
def test_cores(cores: float, text: str) -> None:
    assert cpu_quantity(cores) == text


@given(st.floats(0, 10_000))
def test_cores_are_what_was_asked_for_rounded_up(cores: float) -> None:
    text = cpu_quantity(cores)
    written = Decimal(text[:-1]) / 1000 if text.endswith("m") else Decimal(text)
    assert Decimal(-1) / 10**6 <= written - Decimal(cores) < Decimal(1) / 1000


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ("150Gi", 150 * 1024**3),
        ("1.5Ti", 1536 * 1024**3),
        ("0.1Mi", 104_858),
        ("150", None),
        ("150Ki", None),
        ("150GB", None),
        ("", None),
        (" 1Gi", None),
        ("1Gi\n", None),
        ("\u0661Gi", None),
    ],
)
def test_claims(size: str, found: int | None) -> None:
    assert claim_bytes(size) == found
