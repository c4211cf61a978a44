"""The order of the unit tests."""

import pytest
from tests.longest_first import longest_first


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    longest = ("test_artifact_pages", "test_upgrades", "test_verify", "test_tampering", "test_concurrency")
    longest_first(items, (*longest, "test_invariants"))
