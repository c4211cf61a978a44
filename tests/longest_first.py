"""The order in which the tests of a level begin."""

from collections.abc import Callable, Sequence

import pytest


def module_of(item: pytest.Item) -> str:
    """The name of a test's module."""
    return item.path.stem


def longest_first(
    items: list[pytest.Item], longest: Sequence[str], group_of: Callable[[pytest.Item], str] = module_of
) -> None:
    """Sorts tests, so that no worker begins what takes long when the others are done.

    Args:
        items: the tests.
        longest: groups of tests in the order in which they shall begin; all others follow as they are.
        group_of: the group of a test.
    """
    places = {group: place for place, group in enumerate(longest)}
    items.sort(key=lambda item: places.get(group_of(item), len(places)))
