"""What all argument classes share."""

from __future__ import annotations

import dataclasses
from typing import Any


class Arguments:
    """Base of the argument classes: keyword-only, frozen, and silent about the values they hold."""

    def given(self) -> dict[str, Any]:
        """The fields that were set, by their Python names. Values are not copied."""
        fields = dataclasses.fields(self)  # type: ignore[arg-type]
        values = {field.name: getattr(self, field.name) for field in fields}
        return {name: value for name, value in values.items() if value is not None}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}=…' for name in self.given())})"
