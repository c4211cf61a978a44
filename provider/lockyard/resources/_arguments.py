"""What all argument classes share."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any


class Arguments:
    """Base of the argument classes: keyword-only, frozen, and silent about the values they hold."""

    def given(self) -> dict[str, Any]:
        """The fields that were set, by their Python names. Values are not copied."""
        values = {name: getattr(self, name) for name in _names(type(self))}
        return {name: value for name, value in values.items() if value is not None}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}=…' for name in self.given())})"


@cache
def _names(kind: type[Arguments]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))  # type: ignore[arg-type]
