"""`--target-replace`: the engine creates first, then deletes; the delete must not take what the create got back."""

from __future__ import annotations

from tests.engine.harness import Project
from tests.engine.harness.programs import lineage, workload
from tests.engine.harness.table import snapshot

CHOICES = (
    ("ArtifactRepository/draft", "ArtifactRepository/locked"),
    ("Artifact/draft", "Artifact/locked"),
    ("Workload/draft", "Workload/locked"),
    ("ArtifactRepository/draft", "Artifact/draft", "Workload/draft", "Artifact/locked", "Workload/locked"),
)


def everything() -> None:
    """One of each kind: repositories, a draft and a locked artifact, and a workload on each."""
    workload("draft", lineage("draft"))
    workload("locked", lineage("locked", status="locked"))


def test_replaced_objects_are_the_same_ones_and_still_go_with_the_stack(project: Project) -> None:
    project.up(everything)
    before = snapshot(project)
    for keys in CHOICES:
        run = project.up(everything, *[word for key in keys for word in ("--target-replace", project.urn(key))])

        assert {f"{step.kind}/{step.name}" for step in run.changes if step.op == "replace"} == set(keys)
        after = snapshot(project)
        assert {key: found["id"] for key, found in after.resources.items()} == {
            key: found["id"] for key, found in before.resources.items()
        }, keys
        assert set(after.artifacts) == set(before.artifacts), keys
        assert set(after.repositories) == set(before.repositories), keys
        assert set(after.workloads) == set(before.workloads), keys
        assert after.artifact("locked")["version"] == 1
    project.assert_empty_preview()

    # The state must hold the new claims, or the destroy would leave everything behind.
    project.destroy()
    left = snapshot(project)
    assert [item["status"] for item in left.artifacts.values()] == ["locked"]
    assert [item["name"] for item in left.repositories.values()] == ["locked"]
    assert left.workloads == {}
