"""Amounts of memory (R100)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockyard.contract import memory_bytes

GOOD = {
    0: 0,
    536870912: 536870912,
    512.0: 512,
    2**53 - 1: 2**53 - 1,
    "0": 0,
    "512": 512,
    "512B": 512,
    "512MB": 512_000_000,
    "512mb": 512_000_000,
    " 1 KB ": 1000,
    "1.5GB": 1_500_000_000,
    ".5GB": 500_000_000,
    "2TB": 2 * 10**12,
    "1KiB": 1024,
    "512MiB": 512 * 1024**2,
    "16GiB": 16 * 1024**3,
    "16gib": 16 * 1024**3,
    "1TiB": 1024**4,
    "0.1B": 1,
    "0.1GiB": 107374183,
}

BAD = [
    *[-1, -1.0, 0.5, 2**53, True, float("inf"), float("nan")],
    *[
        "",
        "GB",
        "-1",
        "-1GB",
        "1.5.5",
        "1e3",
        "16Gi",
        "16 gi",
        "1Ki",
        "1Mi",
        "1Ti",
        "1K",
        "1G",
        "1PB",
        "1 G B",
        "٣",
        "9999999TB",
    ],
    *["1" * 40, "1\n2", "16Gi\0"],
]


@pytest.mark.parametrize(("value", "expected"), GOOD.items(), ids=repr)
def test_r100_accepted(value: float | str, expected: int) -> None:
    assert memory_bytes(value) == expected


@pytest.mark.parametrize("value", BAD, ids=repr)
def test_r100_refused(value: float | str) -> None:
    with pytest.raises(ValueError, match=r"must|unit") as caught:
        memory_bytes(value)
    assert "\n" not in str(caught.value)


def test_bare_binary_units_name_both_readings() -> None:
    with pytest.raises(ValueError, match=r"GiB for factor 1024 or GB for factor 1000"):
        memory_bytes("16Gi")


@given(st.text(max_size=12) | st.integers() | st.floats() | st.booleans())
def test_total(value: float | str) -> None:
    try:
        result = memory_bytes(value)
    except ValueError:
        return
    assert 0 <= result < 2**53


@given(st.integers(0, 10**6), st.sampled_from([("KB", 10**3), ("MB", 10**6), ("KiB", 2**10), ("MiB", 2**20)]))
def test_whole_amounts_are_exact(number: int, unit: tuple[str, int]) -> None:
    assert memory_bytes(f"{number}{unit[0]}") == number * unit[1]
