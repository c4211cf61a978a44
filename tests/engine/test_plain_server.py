"""A Workload API server without our additions: the same program, with the contract's own guarantees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.engine.harness import Project, Server
from tests.engine.harness.programs import lineage, workload
from tests.engine.harness.table import replace, update

import lockyard

ONE, TWO = "registry.example/chat:1", "registry.example/chat:2"


def program(image: str = ONE, status: str = "draft", **more: object) -> Callable[[], object]:
    return lambda: workload("chat", lineage("chat", image, status=status, **more))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with Server(tmp_path / "plain" / "registry.db", additions=False) as running:
        yield running


def test_the_whole_life_of_an_artifact(server_project: Project, server: Server) -> None:
    project, registry = server_project, server.client
    assert registry.identity().additions == frozenset()

    project.up(program())
    project.assert_empty_preview()
    assert project.refresh().refreshed == []
    artifact, workload_id = project.id("Artifact/chat"), project.id("Workload/chat")
    lineage_artifact = project.resources()["ArtifactRepository/chat"]["outputs"]["lineageArtifactId"]
    assert registry.get_artifact(lineage_artifact)["name"] == "chat (lineage)"

    # A draft is edited in place, and the workload follows.
    run = project.up(program(TWO))
    assert run.changes == [
        update("Artifact", "spec", "contentDigest", of="chat"),
        update("Workload", "artifactDigest", of="chat"),
    ]
    assert [record["strategy"] for record in registry.workload_history(workload_id)] == ["rolling"]
    project.assert_empty_preview()

    # Locked in place; nothing rolls.
    project.up(program(TWO, "locked"))
    assert registry.get_artifact(artifact)["version"] == 1
    project.assert_empty_preview()

    # The next version replaces it in the same repository.
    shown = project.preview(program(ONE, "locked"))
    assert shown.change("Artifact", "chat") == replace("Artifact", "spec", changed=("contentDigest",), of="chat")
    project.up()
    assert registry.get_artifact(project.id("Artifact/chat"))["version"] == 2
    assert registry.get_artifact(artifact)["version"] == 1
    assert registry.get_workload(workload_id)["artifactId"] == project.id("Artifact/chat")
    project.assert_empty_preview()
    assert project.refresh().refreshed == []

    run = project.destroy()
    assert any("stays on the registry" in text for text in run.messages("info"))
    assert sorted(item["version"] for item in registry.list_artifacts(status="locked")) == [1, 2]
    assert list(registry.list_workloads()) == []


def test_a_repository_of_drafts_leaves_nothing_behind(server_project: Project, server: Server) -> None:
    server_project.up(program())
    server_project.destroy()
    assert list(server.client.list_artifacts()) == []
    assert list(server.client.list_repositories()) == []


def test_an_edit_elsewhere_is_noticed_by_its_content(server_project: Project, server: Server) -> None:
    project = server_project
    project.up(lambda: lineage("chat"))
    server.client.update_artifact(project.id("Artifact/chat"), {"description": "somebody else's"})
    run = project.up(lambda: lineage("chat", TWO), fails=True)
    assert any("edited by somebody else" in error for error in run.errors)
    project.refresh()
    project.up(lambda: lineage("chat", TWO))
    assert server.client.get_artifact(project.id("Artifact/chat"))["description"] == ""


def test_tags_are_refused_before_anything_is_made(server_project: Project, server: Server) -> None:
    run = server_project.up(lambda: lockyard.ArtifactRepository("chat", tags={"team": "search"}), fails=True)
    [line] = [error for error in run.errors if "tags" in error]
    assert "cannot store tags" in line
    assert "\n" not in line
    assert list(server.client.list_repositories()) == []
