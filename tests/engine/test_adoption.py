"""`adopt_id`: taking over what exists already. It is compared, never changed, and then behaves as if created here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.engine.harness import Project
from tests.engine.harness.programs import runtime, spec
from tests.engine.harness.table import replace, snapshot

import lockyard
from lockyard.client import RegistryClient

ONE, TWO = "registry.example/chat:1", "registry.example/chat:2"


def made_elsewhere(registry: RegistryClient, status: str = "locked") -> dict[str, str]:
    """A repository, an artifact and a workload that no stack knows."""
    container = {"name": "main", "imageUri": ONE, "port": 8080}
    artifact = registry.create_artifact(
        {"name": "chat", "status": status, "spec": {"containerGroups": [{"containers": [container]}]}}
    )
    body = {"containerGroups": [{"replicaCount": 1, "resourceBundles": ["cpu.small"]}]}
    workload = registry.create_workload({"name": "chat", "artifactId": artifact["id"], "runtime": body})
    return {
        "repository": artifact["artifactRepositoryId"],
        "artifact": artifact["id"],
        "workload": workload["id"],
    }


def program(ids: Mapping[str, str], image: str = ONE, status: str = "locked", **more: object) -> Callable[[], object]:
    def declare() -> None:
        repository = lockyard.ArtifactRepository("chat", adopt_id=ids.get("repository"))
        artifact = lockyard.Artifact(
            "chat", repository=repository, spec=spec(image), status=status, adopt_id=ids.get("artifact"), **more
        )
        lockyard.Workload("chat", artifact=artifact, runtime=runtime(), adopt_id=ids.get("workload"))

    return declare


def test_everything_is_taken_over_and_nothing_changed(project: Project) -> None:
    ids = made_elsewhere(project.registry)
    before = snapshot(project)

    project.up(program(ids))

    held = project.resources()
    assert {key: found["id"] for key, found in held.items()} == {
        "ArtifactRepository/chat": ids["repository"],
        "Artifact/chat": ids["artifact"],
        "Workload/chat": ids["workload"],
    }
    after = snapshot(project)
    assert (after.artifacts, after.repositories, after.workloads) == (
        before.artifacts,
        before.repositories,
        before.workloads,
    )
    project.assert_empty_preview()
    assert project.refresh().refreshed == []
    # Removing it later changes nothing.
    project.assert_empty_preview(program({}))

    # With it still there a new version would adopt the old one again.
    refused = project.preview(program(ids, TWO), fails=True)
    [line] = [error for error in refused.errors if "adoptId" in error]
    assert "remove adopt_id to make a new version" in line

    without = {key: id for key, id in ids.items() if key != "artifact"}
    shown = project.preview(program(without, TWO))
    assert shown.change("Artifact", "chat") == replace(
        "Artifact", "spec", changed=("adoptId", "contentDigest"), of="chat"
    )
    project.up()
    assert project.registry.get_artifact(project.id("Artifact/chat"))["version"] == 2
    project.assert_empty_preview()


def test_what_differs_is_refused_by_name(project: Project) -> None:
    ids = made_elsewhere(project.registry)
    before = snapshot(project)
    run = project.up(program(ids, TWO, description="other"), fails=True)
    [line] = [error for error in run.errors if "cannot adopt artifact" in error]
    assert "description, spec differ" in line
    assert "\n" not in line
    assert snapshot(project).artifacts == before.artifacts


def test_an_adopted_draft_is_deleted_with_the_stack(project: Project) -> None:
    ids = made_elsewhere(project.registry, "draft")
    project.up(program(ids, status="draft"))
    project.destroy()
    left = snapshot(project)
    assert (left.artifacts, left.repositories, left.workloads) == ({}, {}, {})


def test_an_id_that_is_none_and_one_that_does_not_exist(project: Project) -> None:
    refused = project.preview(program({"artifact": "chat-api"}), fails=True)
    assert any("adoptId: an id is 24 hexadecimal characters" in error for error in refused.errors)
    missing = project.up(program({"workload": "0" * 24}), fails=True)
    assert any(f"cannot adopt workload {'0' * 24}: Workload not found" in error for error in missing.errors)
