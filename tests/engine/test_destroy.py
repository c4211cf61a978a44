"""Destroy deletes drafts, leaves locked versions, and says so."""

from __future__ import annotations

from tests.engine.harness import Project
from tests.engine.harness.programs import lineage, workload
from tests.engine.harness.table import snapshot

import lockyard

ONE, TWO = "registry.example/chat:1", "registry.example/chat:2"


def locked(image: str):
    return lambda: workload("chat", lineage("chat", image, status="locked"))


def test_drafts_leave_nothing_behind(project: Project) -> None:
    project.up(lambda: workload("chat", lineage("chat")))
    project.destroy()
    left = snapshot(project)
    assert (left.artifacts, left.repositories, left.workloads) == ({}, {}, {})
    assert left.resources == {}


def test_locked_versions_stay_and_are_named(project: Project) -> None:
    project.up(locked(ONE))
    first = project.id("Artifact/chat")
    project.up(locked(TWO))
    second, repository = project.id("Artifact/chat"), project.id("ArtifactRepository/chat")

    previewed = project.pulumi("destroy", "--preview-only", "--stack", project.stack)
    assert "Artifact chat delete[retain]" in previewed.output
    run = project.destroy()

    assert "[retain]" in run.output
    [line] = [text for text in run.messages("info") if "stays on the registry" in text]
    assert f"artifact repository 'chat' ({repository}) stays on the registry with its locked versions" in line
    assert f"chat version 1 ({first}), chat version 2 ({second})" in line
    assert f"`lockyard repositories delete {repository} --force`" in line
    assert "\n" not in line
    left = snapshot(project)
    assert sorted(item["version"] for item in left.artifacts.values()) == [1, 2]
    assert left.workloads == {}
    assert left.resources == {}


def test_the_same_program_afterwards_takes_the_versions_back(project: Project) -> None:
    project.up(locked(ONE))
    first, repository = project.id("Artifact/chat"), project.id("ArtifactRepository/chat")
    project.destroy()
    project.up(locked(ONE))
    assert (project.id("Artifact/chat"), project.id("ArtifactRepository/chat")) == (first, repository)
    project.assert_empty_preview()


def test_a_lock_that_is_an_output_is_kept_by_the_handler(project: Project) -> None:
    """No `retain_on_delete` then; the artifact stays all the same."""
    import pulumi

    project.up(lambda: lineage("chat", status=pulumi.Output.from_input("locked")))
    kept = project.id("Artifact/chat")
    run = project.destroy()
    assert "[retain]" not in run.output
    assert any(f"artifact 'chat' version 1 ({kept}) is locked: it stays" in text for text in run.messages("info"))
    assert project.registry.get_artifact(kept)["version"] == 1


def test_force_destroy_is_the_way_to_lose_them(project: Project) -> None:
    def forced() -> None:
        repository = lockyard.ArtifactRepository("chat", force_destroy=True)
        lineage("chat", status="locked", repository=repository)

    project.up(forced)
    project.destroy()
    left = snapshot(project)
    assert (left.artifacts, left.repositories) == ({}, {})


def test_in_use_names_the_workloads(project: Project) -> None:
    """Somebody else's workload runs the draft: nothing is deleted, and the line says which workload it is."""
    project.up(lambda: lineage("chat"))
    artifact = project.id("Artifact/chat")
    user = project.registry.create_workload(
        {"name": "their-service", "artifactId": artifact, "runtime": {"containerGroups": [{"replicaCount": 1}]}}
    )

    run = project.destroy(fails=True)

    [line] = [error for error in run.errors if "their-service" in error or user["id"] in error]
    assert artifact in line or "chat" in line
    assert "\n" not in line
    assert "Artifact/chat" in project.resources()
    assert project.registry.get_artifact(artifact)["status"] == "draft"

    project.registry.delete_workload(user["id"])
    project.destroy()
    assert project.resources() == {}


def test_in_use_saves_a_whole_repository(project: Project) -> None:
    """Even `force_destroy` takes nothing from under somebody's workload."""

    def forced() -> None:
        lineage("chat", status="locked", repository=lockyard.ArtifactRepository("chat", force_destroy=True))

    project.up(forced)
    version = project.id("Artifact/chat")
    user = project.registry.create_workload({"name": "their-service", "artifactId": version})

    run = project.destroy(fails=True)

    [line] = [error for error in run.errors if "in use" in error]
    assert f"is in use by workload 'their-service' ({user['id']})" in line
    assert project.registry.get_artifact(version)["version"] == 1


def test_gone_already_is_no_error(project: Project) -> None:
    project.up(lambda: workload("chat", lineage("chat")))
    registry = project.registry
    registry.delete_workload(project.id("Workload/chat"))
    registry.delete_artifact(project.id("Artifact/chat"))
    project.destroy()
    assert project.resources() == {}


def test_removed_from_the_program(project: Project) -> None:
    """Not a destroy of the stack: a locked artifact that is no longer declared stays with its repository."""
    project.up(locked(ONE))
    version = project.id("Artifact/chat")
    run = project.up(lambda: None)
    assert "[retain]" in run.output
    assert any("stays on the registry" in text for text in run.messages("info"))
    assert project.registry.get_artifact(version)["version"] == 1
    assert project.resources() == {}
