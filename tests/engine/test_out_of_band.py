"""What somebody else did to a stack's objects: plain commands lose nothing, a refresh shows it, `up` puts it right.

One story for many objects side by side, each with a name that says what happened to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.engine.harness import Project, Run, Step
from tests.engine.harness.programs import lineage, spec, workload
from tests.engine.harness.reports import report, report_replacement
from tests.engine.harness.table import Snapshot, create, replace, snapshot, update

pytestmark = pytest.mark.xdist_group("out of band")  # one stack for all its tests

ONE, TWO, ELSEWHERE = (f"registry.example/chat:{tag}" for tag in ("1", "2", "elsewhere"))
DIGEST = "contentDigest"


def untouched() -> None:
    """Nothing happens to these: what the server fills in by itself must never show."""
    probe = {"path": "/ready", "port": 8080}
    artifact = lineage("all-given", spec=spec(readiness_probe=probe, entrypoint=["serve"]), tags={"a": "b"})
    workload("all-given", artifact, tags={"c": "d"}, importance="moderate", description="said")
    bare = lineage("allocated", status="locked")
    allocation = {"containers": [{"name": "main", "resource_allocation": {"cpu": 1, "memory": "512MB"}}]}
    workload("allocated", bare, runtime={"container_groups": [allocation]})
    workload("nothing-given", lineage("nothing-given", status="locked"), runtime=None)


def first() -> None:
    """What is there before anybody interferes."""
    untouched()
    lineage("locked")
    lineage("locked-by-both")
    for name in ("locked-then-edited", "edited", "edited-by-both", "by-hand", "gone"):
        workload(name, lineage(name))
    workload("failed", lineage("failed", status="locked"))


def rolling() -> None:
    """As `first`, with a new version on its way."""
    untouched()
    lineage("locked")
    lineage("locked-by-both")
    for name in ("locked-then-edited", "edited", "edited-by-both", "by-hand", "gone"):
        workload(name, lineage(name))
    workload("failed", lineage("failed", TWO, status="locked"))


def edits() -> None:
    """The stack's own edits, made without knowing what happened."""
    untouched()
    lineage("locked")
    lineage("locked-by-both", status="locked")
    workload("locked-then-edited", lineage("locked-then-edited", TWO))
    workload("edited", lineage("edited"))
    workload("edited-by-both", lineage("edited-by-both", TWO))
    for name in ("by-hand", "gone"):
        workload(name, lineage(name))
    workload("failed", lineage("failed", TWO, status="locked"))


def reconciled() -> None:
    """The edits, and what the error and the refresh asked for: what is locked is said to be locked."""
    untouched()
    lineage("locked", status="locked")
    lineage("locked-by-both", status="locked")
    workload("locked-then-edited", lineage("locked-then-edited", TWO, status="locked"))
    workload("edited", lineage("edited"))
    workload("edited-by-both", lineage("edited-by-both", TWO))
    for name in ("by-hand", "gone"):
        workload(name, lineage(name))
    workload("failed", lineage("failed", TWO, status="locked"))


def edit_elsewhere(project: Project, name: str) -> None:
    """Another image on the registry, with the rest of the spec as it is."""
    id = project.id(f"Artifact/{name}")
    groups = project.registry.get_artifact(id)["spec"]["containerGroups"]
    groups[0]["containers"][0]["imageUri"] = ELSEWHERE
    project.registry.update_artifact(id, {"spec": {"containerGroups": groups}})


def interfere(project: Project) -> None:
    """Everything that somebody else does."""
    registry = project.registry
    for name in ("locked", "locked-by-both", "locked-then-edited"):
        registry.update_artifact(project.id(f"Artifact/{name}"), {"status": "locked"})
    for name in ("edited", "edited-by-both"):
        edit_elsewhere(project, name)
    id = project.id("Workload/by-hand")
    registry.update_workload(id, {"name": "renamed by hand", "importance": "critical"})
    registry.update_settings(id, {"containerGroups": [{"replicaCount": 7, "resourceBundles": ["cpu.large"]}]})
    registry.replace_tags("workloads", id, [{"name": "who", "value": "me"}])
    registry.stop_workload(id)
    registry.delete_workload(project.id("Workload/gone"))
    registry.delete_artifact(project.id("Artifact/gone"))
    report_replacement(project, "failed", "failed", "ImagePullBackOff: no such image")


@dataclass(frozen=True)
class Story:
    """What every command of the story did and what it left."""

    unaware: Run
    edited: Run
    after_edits: Snapshot
    refreshed: Run
    shown: Run
    done: Run
    after: Snapshot
    again: Run
    refreshed_again: Run
    before: Snapshot

    def drift(self, kind: str, name: str) -> Step:
        """What the refresh found about one resource."""
        return next(step for step in self.refreshed.refreshed if (step.kind, step.name) == (kind, name))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, pulumi_home: Path) -> Iterator[Story]:
    project = Project(tmp_path_factory.mktemp("out-of-band") / "project", home=pulumi_home)
    project.up(first)
    report(project, "failed", "ready")
    project.up(rolling)
    interfere(project)
    before = snapshot(project)
    unaware = project.preview(rolling)
    edited = project.up(edits, "--continue-on-error", fails=True)
    after_edits = snapshot(project)
    refreshed = project.refresh()
    shown = project.preview(reconciled)
    done = project.up(reconciled)
    after = snapshot(project)
    again, refreshed_again = project.preview(reconciled), project.refresh()
    yield Story(unaware, edited, after_edits, refreshed, shown, done, after, again, refreshed_again, before)
    project.close()


def test_a_plain_preview_knows_nothing(story: Story) -> None:
    assert story.unaware.changes == []


def test_an_edit_of_what_was_locked_fails_and_says_what_to_do(story: Story) -> None:
    [line] = [error for error in story.edited.errors if "'locked-then-edited'" in error]
    assert "locked outside this stack as version 1" in line
    assert "set status='locked', or run `pulumi up --refresh` to get a new version" in line
    assert "\n" not in line
    assert story.after_edits.artifact("locked-then-edited") == story.before.artifact("locked-then-edited")


def test_an_edit_of_what_was_edited_fails_and_says_what_to_do(story: Story) -> None:
    [line] = [error for error in story.edited.errors if "'edited-by-both'" in error]
    assert "edited by somebody else since this stack last saw it" in line
    assert "`pulumi up --refresh`" in line
    assert story.after_edits.artifact("edited-by-both") == story.before.artifact("edited-by-both")


def test_nothing_else_fails(story: Story) -> None:
    assert len(story.edited.errors) == 2, story.edited.errors


def test_a_lock_by_both_is_no_conflict(story: Story) -> None:
    assert story.edited.change("Artifact", "locked-by-both") == update("Artifact", "status", of="locked-by-both")
    assert story.after_edits.resources["Artifact/locked-by-both"]["outputs"]["version"] == 1


def test_refresh_finds_what_happened_and_nothing_else(story: Story) -> None:
    """Server defaults, ids, times, statuses on the way and computed values are no drift."""
    assert {(step.op, step.kind, step.name) for step in story.refreshed.refreshed} == {
        ("update", "Artifact", "locked"),
        ("update", "Artifact", "locked-then-edited"),
        ("update", "Artifact", "edited"),
        ("update", "Artifact", "edited-by-both"),
        ("update", "Workload", "by-hand"),
        ("update", "Workload", "failed"),
        ("delete", "Artifact", "gone"),
        ("delete", "Workload", "gone"),
    }


@pytest.mark.parametrize(
    ("kind", "name", "changed"),
    [
        ("Artifact", "locked", {"status", "version"}),
        ("Artifact", "edited", {"spec", DIGEST}),
        ("Workload", "by-hand", {"name", "importance", "runtime", "tags", "status"}),
        ("Workload", "failed", {"artifactId"}),
    ],
)
def test_refresh_says_what_differs(story: Story, kind: str, name: str, changed: set[str]) -> None:
    assert changed <= set(story.drift(kind, name).changed)


def test_the_next_preview_puts_it_right(story: Story) -> None:
    own = {"all-given", "allocated", "nothing-given"}
    assert {(step.op, step.kind, step.name, step.replaces) for step in story.shown.changes} == {
        ("replace", "Artifact", "locked-then-edited", ("spec",)),
        ("update", "Workload", "locked-then-edited", ()),
        ("update", "Artifact", "edited", ()),
        ("update", "Artifact", "edited-by-both", ()),
        ("update", "Workload", "edited-by-both", ()),
        ("update", "Workload", "by-hand", ()),
        ("update", "Workload", "failed", ()),
        ("create", "Artifact", "gone", ()),
        ("create", "Workload", "gone", ()),
    }
    assert not {step.name for step in story.shown.changes} & own
    assert story.done.changes == story.shown.changes


def test_saying_locked_is_enough_after_a_lock_elsewhere(story: Story) -> None:
    assert story.shown.change("Artifact", "locked") is None
    assert story.after.artifact("locked")["version"] == 1


def test_a_new_version_follows_the_one_locked_elsewhere(story: Story) -> None:
    old, new = story.before.artifact("locked-then-edited"), story.after.artifact("locked-then-edited")
    assert (old["version"], new["version"]) == (1, 2)
    assert new["artifactRepositoryId"] == old["artifactRepositoryId"]
    assert story.after.artifacts[old["id"]] == old
    assert story.after.workload("locked-then-edited")["artifactId"] == new["id"]


@pytest.mark.parametrize(("name", "image"), [("edited", ONE), ("edited-by-both", TWO)])
def test_the_program_wins_in_the_end(story: Story, name: str, image: str) -> None:
    found = story.after.artifact(name)
    assert found["spec"]["containerGroups"][0]["containers"][0]["imageUri"] == image
    assert story.after.workload(name)["artifactDigest"] == found[DIGEST]


def test_a_workload_changed_by_hand_is_as_declared_again(story: Story) -> None:
    found = story.after.workload("by-hand")
    assert (found["name"], found["importance"], found["tags"]) == ("by-hand", "low", [])
    assert found["runtime"]["containerGroups"][0]["replicaCount"] == 1
    assert found["status"] == "submitted"


def test_what_was_deleted_is_made_again(story: Story) -> None:
    assert story.done.change("Artifact", "gone") == create("Artifact", of="gone")
    assert story.after.id("Artifact", "gone") not in story.before.artifacts
    assert story.after.workload("gone")["artifactId"] == story.after.id("Artifact", "gone")


def test_a_failed_rollout_is_tried_again(story: Story) -> None:
    """The old version serves on; the next `up` starts another rollout, since the wanted version does not run."""
    before, after = story.before.workload("failed"), story.after.workload("failed")
    assert before["artifactId"] == after["artifactId"] != story.after.id("Artifact", "failed")
    assert after["replacement"]["candidateArtifactId"] == story.after.id("Artifact", "failed")


def test_everything_is_settled_afterwards(story: Story) -> None:
    """A rollout that is under way to what is wanted is no drift, either."""
    assert story.again.changes == []
    assert story.refreshed_again.refreshed == []


def test_up_with_refresh_takes_both_steps(project: Project) -> None:
    def program(image: str, status: str = "draft") -> Callable[[], Any]:
        return lambda: workload("chat", lineage("chat", image, status=status))

    project.up(program(ONE))
    project.registry.update_artifact(project.id("Artifact/chat"), {"status": "locked"})
    run = project.up(program(TWO, "locked"), "--refresh")
    assert run.change("Artifact", "chat") == replace("Artifact", "spec", changed=(DIGEST, "status"), of="chat")
    assert project.registry.get_artifact(project.id("Artifact/chat"))["version"] == 2
    project.assert_empty_preview()
