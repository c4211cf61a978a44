"""Telling plain values from opaque ones, without touching the opaque ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_PLAIN: Final = (str, int, float, bool, type(None), Mapping, list, tuple)


class NotPlainError(ValueError):
    """Values that decide what is rendered are not known while the program runs (they are Outputs).

    Attributes:
        paths: where they are.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(paths)
        super().__init__(
            f"{', '.join(self.paths)}: must be known while the program runs, because it decides which objects there "
            "are; it is an Output: give a plain value, or look the artifact up with lockyard.lookup_artifact"
        )


def is_opaque(value: Any) -> bool:
    """Tell whether a value must not be looked at; asks only for its type."""
    return not issubclass(type(value), _PLAIN)


def join_plain(*parts: Any) -> str:
    """The parts as one text.

    Raises:
        NotPlainError: one of them is opaque.
    """
    if any(is_opaque(part) for part in parts):
        raise NotPlainError(["version"])
    return "".join(parts)
