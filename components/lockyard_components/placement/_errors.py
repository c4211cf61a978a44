"""The one error of this package."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any, Self


class PlacementError(ValueError):
    """A description that cannot be right, or a bundle that no pool can hold; one line: what, why, what to do.

    In a Pulumi program it is a `pulumi.RunError` besides, which the engine shows as one line and not as a traceback.
    """

    def __new__(cls, *args: object) -> Self:
        """An error as the surroundings show it best; this package itself works without Pulumi."""
        shown: Any = getattr(sys.modules.get("pulumi"), "RunError", None)
        kind: Any = cls if shown is None or issubclass(cls, shown) else _shown_in_one_line(cls, shown)
        return super().__new__(kind, *args)


@cache
def _shown_in_one_line(kind: type[Any], shown: type[Exception]) -> type[Any]:
    return type(kind.__name__, (kind, shown), {"__module__": kind.__module__, "__doc__": kind.__doc__})
