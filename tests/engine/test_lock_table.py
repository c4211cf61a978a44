"""What a change to an artifact does: every row of the lock table, through the engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.harness import Project
from tests.engine.harness.table import Row, TableRun, run_table
from tests.engine.lock_rows import ROWS

pytestmark = pytest.mark.xdist_group("lock table")  # one stack for all its tests


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, pulumi_home: Path) -> Iterator[TableRun]:
    project = Project(tmp_path_factory.mktemp("lock-table") / "project", home=pulumi_home)
    yield run_table(project, ROWS)
    project.close()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_lock_table(row: Row, table: TableRun) -> None:
    table.check(row)
