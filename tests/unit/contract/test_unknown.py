"""The marker for values that a preview does not know."""

import copy
import pickle

import pytest

from lockyard.contract import UNKNOWN, Unknown, contains_unknown, is_unknown


def test_there_is_one_marker() -> None:
    assert Unknown() is UNKNOWN
    assert copy.deepcopy({"a": [UNKNOWN]})["a"][0] is UNKNOWN
    assert copy.copy(UNKNOWN) is UNKNOWN
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    assert repr(UNKNOWN) == "UNKNOWN"


def test_it_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="is_unknown"):
        bool(UNKNOWN)


@pytest.mark.parametrize("value", [UNKNOWN, [UNKNOWN], {"a": {"b": [1, UNKNOWN]}}, (1, UNKNOWN), {UNKNOWN: 1}])
def test_found_at_any_depth(value: object) -> None:
    assert contains_unknown(value)


@pytest.mark.parametrize("value", [None, 0, "", [], {}, {"a": [1, "UNKNOWN"]}])
def test_not_found_where_it_is_not(value: object) -> None:
    assert not contains_unknown(value)
    assert not is_unknown(value)
