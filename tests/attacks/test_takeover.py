"""The whole takeover matrix: every id × every place × every caller; rights gained: 0."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.contract.takeover_matrix import CALLERS, Estate, cells, gained, log_of_others

from lockyard_registry import open_registry
from lockyard_registry.api import API_PATH, create_app


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("caller", CALLERS)
def test_nobody_gains_a_right(caller: str, tmp_path: Path, record_property) -> None:
    registry = open_registry(tmp_path / "registry.db")
    number = sum(1 for _ in cells((caller,)))
    with TestClient(create_app(registry, users=True), base_url=f"http://testserver{API_PATH}") as client:
        estate = Estate(registry, client)
        wrong = gained(estate, cells((caller,)))
        read = log_of_others(estate)
    registry.close()
    record_property("takeover_cells", number)
    print(f"{caller}: {number} cells, {len(wrong)} gained")
    assert wrong == []
    assert read == []
