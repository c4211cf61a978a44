"""`--target-replace`: the engine creates first, then deletes; the delete must not take what the create got back."""

from __future__ import annotations

import pytest
from tests.engine.harness import Project
from tests.engine.harness.programs import lineage, workload
from tests.engine.harness.table import snapshot


def everything() -> None:
    """One of each kind: repositories, a draft and a locked artifact, and a workload on each."""
    workload("draft", lineage("draft"))
    workload("locked", lineage("locked", status="locked"))


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("ArtifactRepository/draft", "ArtifactRepository/locked"), id="repositories"),
        pytest.param(("Artifact/draft", "Artifact/locked"), id="artifacts"),
        pytest.param(("Workload/draft", "Workload/locked"), id="workloads"),
        pytest.param(
            ("ArtifactRepository/draft", "Artifact/draft", "Workload/draft", "Artifact/locked", "Workload/locked"),
            id="all-at-once",
        ),
    ],
)
def test_replaced_objects_are_the_same_ones(project: Project, keys: tuple[str, ...]) -> None:
    project.up(everything)
    before = snapshot(project)
    arguments = [word for key in keys for word in ("--target-replace", project.urn(key))]

    run = project.up(everything, *arguments)

    assert {f"{step.kind}/{step.name}" for step in run.changes if step.op == "replace"} == set(keys)
    after = snapshot(project)
    assert {key: found["id"] for key, found in after.resources.items()} == {
        key: found["id"] for key, found in before.resources.items()
    }
    assert set(after.artifacts) == set(before.artifacts)
    assert set(after.repositories) == set(before.repositories)
    assert set(after.workloads) == set(before.workloads)
    assert after.artifact("locked")["version"] == 1
    project.assert_empty_preview()


def test_the_state_holds_the_new_claim(project: Project) -> None:
    """Or the next destroy would leave everything behind."""
    project.up(everything)
    keys = [key for key in project.resources() if key.endswith("/draft")]
    project.up(everything, *[word for key in keys for word in ("--target-replace", project.urn(key))])

    project.destroy()

    left = snapshot(project)
    assert [item["status"] for item in left.artifacts.values()] == ["locked"]
    assert [item["name"] for item in left.repositories.values()] == ["locked"]
    assert left.workloads == {}
