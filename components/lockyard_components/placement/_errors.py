"""The one error of this package."""

from __future__ import annotations


class PlacementError(ValueError):
    """A description that cannot be right, or a bundle that no pool can hold; one line: what, why, what to do."""
