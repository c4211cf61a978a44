"""States that earlier versions wrote: this version must find nothing to do, and be able to go on with them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.engine.golden.make import GOLDEN, RECORDS, STATE
from tests.engine.golden.program import SECRET, program
from tests.engine.harness import Project
from tests.engine.harness.registries import DATABASE
from tests.engine.harness.table import snapshot

VERSIONS = sorted(path.parent for path in GOLDEN.glob(f"*/{STATE}"))


def test_there_is_a_golden_state() -> None:
    assert VERSIONS


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda folder: folder.name)
def test_a_state_of_an_earlier_version(project: Project, folder: Path) -> None:
    project.data.mkdir()
    with closing(sqlite3.connect(project.data / DATABASE)) as database:
        database.executescript(folder.joinpath(RECORDS).read_text())
    project.pulumi("stack", "import", "--stack", project.stack, "--file", str(folder / STATE))
    before = snapshot(project)
    assert SECRET not in folder.joinpath(STATE).read_text()

    project.assert_empty_preview(program)
    assert project.refresh().refreshed == []
    project.assert_empty_preview(program)
    project.up(program)
    after = snapshot(project)
    assert {key: found["id"] for key, found in after.resources.items()} == {
        key: found["id"] for key, found in before.resources.items()
    }
    assert (after.artifacts, after.workloads) == (before.artifacts, before.workloads)

    project.destroy()
    left = snapshot(project)
    assert sorted(item["name"] for item in left.artifacts.values()) == ["chat", "llama"]
    assert (left.resources, left.workloads) == ({}, {})
