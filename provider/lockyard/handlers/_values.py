"""Reading and comparing values of states and inputs: absent equals None, key order and int/float never matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lockyard.contract import Json, contains_unknown


def differs(old: Any, new: Any) -> bool:
    """Whether two plain JSON values differ; anything that holds an unknown differs from everything."""
    if contains_unknown(old) or contains_unknown(new):
        return True
    return _plain(old) != _plain(new)


def changed_names(names: Iterable[str], old: Json, new: Json) -> list[str]:
    """The names under which two objects differ, sorted."""
    return sorted(name for name in names if differs(old.get(name), new.get(name)))


def without_none(values: Mapping[str, Any]) -> Json:
    """The mapping without its None values: on Pulumi's wire None and absent are the same."""
    return {key: value for key, value in values.items() if value is not None}


_COMPARED_AS_IS = frozenset({str, int, float})


def _plain(value: Any) -> Any:
    """A form in which equal JSON compares equal: None and empty containers vanish inside objects, True is never 1."""
    if type(value) in _COMPARED_AS_IS:
        return value
    if isinstance(value, Mapping):
        members = {str(key): _plain(item) for key, item in value.items()}
        return {key: item for key, item in members.items() if item is not None} or None
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value] or None
    if isinstance(value, bool):
        return ("bool", value)
    return value
