"""The marker for a value that a preview cannot know yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeGuard, cast, final


@final
class Unknown:
    """Stands for a value that is not known yet, at any place of a document.

    There is one instance, `UNKNOWN`. Every field of every contract model accepts it, every rule that would
    need the value says nothing about it, and every dump keeps it in place.
    """

    __slots__ = ()

    _instance: Unknown | None = None

    def __new__(cls) -> Unknown:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false: ask is_unknown() first")

    def __copy__(self) -> Unknown:
        return self

    def __deepcopy__(self, memo: object) -> Unknown:
        return self

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def is_unknown(value: object) -> TypeGuard[Unknown]:
    """Tell whether `value` itself is the marker."""
    return value is UNKNOWN


# Asked of every value of every object in every preview, and most values are of one of these types.
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})


def contains_unknown(value: Any) -> bool:
    """Tell whether the marker is `value` or anywhere inside it (mappings, lists, tuples)."""
    if type(value) in _SCALARS:
        return False
    if value is UNKNOWN:
        return True
    if isinstance(value, Mapping):
        fields = cast("Mapping[Any, Any]", value)
        return any(contains_unknown(key) or contains_unknown(item) for key, item in fields.items())
    if isinstance(value, (list, tuple)):
        return any(contains_unknown(item) for item in cast("Iterable[Any]", value))
    return False
