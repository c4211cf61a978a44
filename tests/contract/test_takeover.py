"""Nobody gains a right by any id in any place: the part of the matrix for who has no role on anything.

All callers: `tests/attacks/test_takeover.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from lockyard_registry import open_registry
from lockyard_registry.api import API_PATH, create_app

from .permission_matrix import ROWS
from .takeover_matrix import Estate, cells, gained, log_of_others, slots


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    registry = open_registry(tmp_path_factory.mktemp("estate") / "registry.db")
    with TestClient(create_app(registry, users=True), base_url=f"http://testserver{API_PATH}") as client:
        yield Estate(registry, client)
    registry.close()


# Methods of the workload's own address differ in what is passed on, not in what an id means.
_FAST = tuple(row for row in ROWS if not row.path.startswith("/endpoints") or row.method == "GET")


def test_a_stranger_gains_nothing(estate, record_property):
    number = sum(1 for _ in cells(("stranger",), rows=_FAST))
    wrong = gained(estate, cells(("stranger",), rows=_FAST))
    record_property("takeover_cells", number)
    print(f"{number} cells, {len(wrong)} gained")
    assert wrong == []
    assert log_of_others(estate) == []
    assert number > 500


def test_every_place_of_an_id_is_in_the_matrix():
    """What names an object in a path is tried, but for words that are no ids."""
    assert [row.path for row in ROWS if "{" in row.path and not slots(row)] == []
