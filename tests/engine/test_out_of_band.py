"""What somebody else did to the objects of a stack, with and without a refresh."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.engine.harness import Project
from tests.engine.harness.programs import lineage, spec, workload
from tests.engine.harness.reports import report
from tests.engine.harness.table import replace, snapshot, update

ONE, TWO = "registry.example/chat:1", "registry.example/chat:2"


def program(image: str = ONE, status: str = "draft", **more: object):
    return lambda: workload("chat", lineage("chat", image, status=status, **more))


def edited_elsewhere(project: Project, image: str = "registry.example/elsewhere:9") -> None:
    """Another image on the registry, with the rest of the spec as it is."""
    id = project.id("Artifact/chat")
    document = project.registry.get_artifact(id)["spec"]
    document["containerGroups"][0]["containers"][0]["imageUri"] = image
    project.registry.update_artifact(id, {"spec": {"containerGroups": document["containerGroups"]}})


def image_of(project: Project) -> str:
    return project.registry.get_artifact(project.id("Artifact/chat"))["spec"]["containerGroups"][0]["containers"][0][
        "imageUri"
    ]


def test_refresh_after_up_finds_nothing(project: Project) -> None:
    """Server defaults, ids, times, statuses and computed values are no drift."""

    def full() -> None:
        probe = {"path": "/ready", "port": 8080}
        workload("chat", lineage("chat", spec=spec(readiness_probe=probe, entrypoint=["serve"]), tags={"a": "b"}))
        bare = lineage("bare", status="locked", description="locked")
        allocation = {"containers": [{"name": "main", "resource_allocation": {"cpu": 1, "memory": "512MB"}}]}
        workload("bare", bare, runtime={"container_groups": [allocation]}, tags={"c": "d"}, importance="moderate")
        workload("nothing", lineage("nothing", status="locked"), runtime=None)

    project.up(full)
    report(project, "chat", "ready")
    run = project.refresh()
    assert run.refreshed == []
    assert "unchanged" in run.output
    project.assert_empty_preview()


def test_lock_elsewhere_of_an_unedited_draft(project: Project) -> None:
    """The program still says draft: a plain preview knows nothing, a refresh shows the lock and what it would mean."""
    project.up(program())
    project.registry.update_artifact(project.id("Artifact/chat"), {"status": "locked"})

    project.assert_empty_preview()
    refreshed = project.refresh()
    assert [(step.kind, step.name) for step in refreshed.refreshed] == [("Artifact", "chat")]
    assert "status" in refreshed.refreshed[0].changed

    # The way out that keeps the version: say so in the program.
    project.assert_empty_preview(program(status="locked"))
    assert project.resources()["Artifact/chat"]["outputs"]["version"] == 1


def test_lock_elsewhere_then_an_edit_without_refresh(project: Project) -> None:
    project.up(program())
    project.registry.update_artifact(project.id("Artifact/chat"), {"status": "locked"})
    before = snapshot(project)

    run = project.up(program(TWO), fails=True)

    [line] = [error for error in run.errors if "outside" in error]
    assert "locked outside this stack" in line
    assert "set status='locked', or run `pulumi up --refresh` to get a new version" in line
    assert "\n" not in line
    assert snapshot(project).artifacts == before.artifacts


def test_lock_elsewhere_then_an_edit_with_refresh(project: Project) -> None:
    project.up(program(status="draft"))
    locked = project.id("Artifact/chat")
    project.registry.update_artifact(locked, {"status": "locked"})
    project.refresh()

    shown = project.preview(program(TWO, "locked")).change("Artifact", "chat")
    assert shown == replace("Artifact", "spec", changed=("contentDigest", "status"), of="chat")
    project.up(program(TWO, "locked"))

    assert project.registry.get_artifact(locked)["status"] == "locked"
    assert project.registry.get_artifact(project.id("Artifact/chat"))["version"] == 2
    project.assert_empty_preview()


def test_lock_elsewhere_and_the_same_lock_here(project: Project) -> None:
    """Both wanted the same: nothing is wrong with that."""
    project.up(program())
    project.registry.update_artifact(project.id("Artifact/chat"), {"status": "locked"})

    project.up(program(status="locked"))

    assert project.resources()["Artifact/chat"]["outputs"]["version"] == 1
    project.assert_empty_preview()


def test_edit_elsewhere_is_not_overwritten_without_refresh(project: Project) -> None:
    project.up(program())
    edited_elsewhere(project)
    project.assert_empty_preview()

    run = project.up(program(TWO), fails=True)

    [line] = [error for error in run.errors if "edited" in error]
    assert "edited by somebody else since this stack last saw it" in line
    assert "`pulumi up --refresh`" in line
    assert image_of(project) == "registry.example/elsewhere:9"


def test_edit_elsewhere_is_shown_by_refresh_and_put_right_by_up(project: Project) -> None:
    project.up(program())
    edited_elsewhere(project)

    refreshed = project.refresh()
    assert {(step.kind, "spec" in step.changed) for step in refreshed.refreshed} >= {("Artifact", True)}
    shown = project.preview(program())
    assert shown.change("Artifact", "chat") is not None
    project.up(program())

    assert image_of(project) == ONE
    running = project.registry.get_workload(project.id("Workload/chat"))
    assert running["artifactDigest"] == project.registry.get_artifact(running["artifactId"])["contentDigest"]
    project.assert_empty_preview()


def test_up_with_refresh_takes_both_steps(project: Project) -> None:
    project.up(program())
    edited_elsewhere(project)
    project.up(program(TWO), "--refresh")
    assert image_of(project) == TWO
    project.assert_empty_preview()


def test_workload_changed_elsewhere(project: Project) -> None:
    """Renamed, scaled, tagged and stopped by hand: refresh shows it, `up` brings it back."""
    project.up(program())
    id, registry = project.id("Workload/chat"), project.registry
    registry.update_workload(id, {"name": "by hand", "importance": "critical"})
    runtime = {"containerGroups": [{"replicaCount": 7, "resourceBundles": ["cpu.large"]}]}
    registry.update_settings(id, runtime)
    registry.replace_tags("workloads", id, [{"name": "who", "value": "me"}])
    registry.stop_workload(id)
    project.assert_empty_preview()

    [drift] = project.refresh().refreshed
    assert {"name", "importance", "runtime", "tags", "status"} <= set(drift.changed)
    project.up(program())

    found = registry.get_workload(id)
    assert (found["name"], found["importance"], found["tags"]) == ("chat", "low", [])
    assert found["runtime"]["containerGroups"][0]["replicaCount"] == 1
    assert found["status"] == "submitted"
    project.assert_empty_preview()
    assert project.refresh().refreshed == []


def test_deleted_elsewhere(project: Project) -> None:
    """Gone on the same registry is gone: refresh says so, and `up` makes it again."""
    project.up(program())
    registry = project.registry
    gone = project.id("Artifact/chat")
    registry.delete_workload(project.id("Workload/chat"))
    registry.delete_artifact(gone)

    refreshed = project.refresh()
    assert {(step.op, step.kind) for step in refreshed.refreshed} == {("delete", "Artifact"), ("delete", "Workload")}
    project.up(program())

    assert project.id("Artifact/chat") != gone
    project.assert_empty_preview()


def test_report_of_a_failed_rollout_is_no_drift_of_the_inputs(project: Project) -> None:
    """The old artifact serves on; the next `up` of the same program tries again, since the wanted one does not run."""
    project.up(program(status="locked"))
    report(project, "chat", "ready")
    project.up(program(TWO, "locked"))
    id = project.id("Workload/chat")
    active = project.registry.get_workload(id)["replacement"]
    project.registry.report_workload(
        id,
        {
            "artifactId": active["candidateArtifactId"],
            "phase": "failed",
            "message": "ImagePullBackOff: no such image",
            "observedAt": datetime.now(UTC).isoformat(),
        },
    )
    found = project.registry.get_workload(id)
    assert found["artifactId"] != project.id("Artifact/chat")
    assert found["status"] == "running"

    [drift] = project.refresh().refreshed
    assert (drift.kind, "artifactId" in drift.changed) == ("Workload", True)
    assert project.preview().change("Workload", "chat") == update("Workload", of="chat")
    project.up()
    again = project.registry.get_workload(id)["replacement"]
    assert again["candidateArtifactId"] == project.id("Artifact/chat")
