"""Canonical JSON (RFC 8785)."""

import json

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from tests import strategies

from lockyard.contract import UNKNOWN, canonical_json

SAFE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | strategies.texts(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strategies.texts(), inner, max_size=4),
    max_leaves=15,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None, "x"]}, '{"a":[true,null,"x"],"b":1}'),
        (8080.0, "8080"),
        (-0.0, "0"),
        (1e21, "1e+21"),
        (0.1, "0.1"),
        (2**53 - 1, "9007199254740991"),
        ('\u20ac\x0f\n"\\/', '"€\\u000f\\n\\"\\\\/"'),
        # UTF-16 order, RFC 8785 §3.2.3: the surrogates of U+1F600 come before U+FB33.
        ({"\ufb33": 1, "\U0001f600": 2, "1": 3}, '{"1":3,"\U0001f600":2,"\ufb33":1}'),
    ],
)
def test_examples(value: object, expected: str) -> None:
    assert canonical_json(value) == expected.encode()


@given(SAFE)
@example({"a": ["\x00\x1f\x7f\u2028\u00e9", '"\\/\b\f\n\r\t', -(2**53) + 1, True, None, {}, []]})
@example({"\ufb33": 1, "\U0001f600": 2})
def test_is_what_the_library_writes(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(SAFE)
def test_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical_json(value), parse_int=float) == value


@given(st.dictionaries(strategies.texts(), st.integers(0, 9), max_size=6), st.randoms())
def test_independent_of_key_order(value: dict[str, int], rng: object) -> None:
    keys = list(value)
    rng.shuffle(keys)  # type: ignore[attr-defined]
    assert canonical_json({key: value[key] for key in keys}) == canonical_json(value)


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_whole_floats_are_integers(value: int) -> None:
    assert canonical_json(float(value)) == canonical_json(value)


@given(st.dictionaries(strategies.texts(), st.none(), max_size=6))
def test_keys_are_in_utf16_order(value: dict[str, None]) -> None:
    keys = list(json.loads(canonical_json(value)))
    assert keys == sorted(keys, key=lambda key: key.encode("utf-16-be"))


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {"\ud800": 1}, UNKNOWN, {1, 2}, b"x", {1: 2}]
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical_json(value)
