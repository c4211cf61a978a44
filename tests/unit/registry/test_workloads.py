from collections.abc import Callable

import pytest
from tests.unit.registry.builders import Desk, artifact, runtime, spec

from lockyard.contract import (
    ArtifactQuery,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    ValidationFailedError,
    WorkloadPatch,
    content_digest,
    parse,
    runtime_digest,
)
from lockyard_registry import Registry, lifecycle

WORDS = "There is no active replacement for this workload."


def test_document_has_the_contracts_shape(desk: Desk) -> None:
    nim = desk.artifact(name="llm", type="nim", spec={**spec(), "templateId": "t1"}, status="locked")
    made = desk.run(nim["id"], description="d", importance="high", runtime=runtime(2))
    document = made.document
    assert made.created
    assert document == {
        "id": document["id"],
        "name": "chat",
        "description": "d",
        "status": "submitted",
        "type": "nim",
        "importance": "high",
        "artifactId": nim["id"],
        "artifact": {
            "id": nim["id"],
            "name": "llm",
            "type": "nim",
            "status": "locked",
            "version": 1,
            "artifactRepositoryId": nim["artifactRepositoryId"],
            "templateId": "t1",
        },
        "protonId": None,
        "endpoint": f"http://registry.example/api/v2/endpoints/workloads/{document['id']}/",
        "runtime": document["runtime"],
        "replacement": None,
        "requestStats": document["requestStats"],
        "lastResponse": None,
        "statusDetails": None,
        "owners": [document["creator"]],
        "creator": nim["creator"],
        "permissions": ["CAN_VIEW", "CAN_UPDATE", "CAN_DELETE", "CAN_SHARE", "CAN_MAKE_PREDICTIONS"],
        "tags": [],
        "createdAt": "2026-09-30T15:26:54.349000+00:00",
        "updatedAt": "2026-09-30T15:26:54.349000+00:00",
        "artifactDigest": nim["contentDigest"],
        "runtimeDigest": runtime_digest(runtime(2)),
        "expiresAt": None,
        "lastReportAt": None,
        "driver": "external",
        "claim": 0,
    }
    assert desk.see(document["id"]) == document
    assert lifecycle.get_settings(desk.reg, desk.caller, document["id"]) == {
        "runtime": document["runtime"],
        "replacement": None,
    }


def test_inline_artifact(desk: Desk) -> None:
    workload = desk.workload(artifact=artifact(name="inline"))
    made = desk.read(workload["artifactId"])
    assert (made["name"], made["status"], made["version"]) == ("inline", "draft", None)
    assert desk.repository(made["artifactRepositoryId"])["numArtifacts"] == 1


def test_a_refused_workload_leaves_no_inline_artifact(desk: Desk) -> None:
    with pytest.raises(ValidationFailedError):
        desk.workload(artifact=artifact(), runtime={"containerGroups": [{"name": "other"}]})
    assert lifecycle.list_artifacts(desk.reg, desk.caller, ArtifactQuery()).total == 0


def test_unknown_artifact(desk: Desk) -> None:
    with pytest.raises(ValidationFailedError) as refused:
        desk.workload("f" * 24)
    assert refused.value.body() == {
        "detail": [{"path": "artifactId", "message": "Artifact not found", "code": "invalid"}]
    }


def test_image_not_ready(desk: Desk) -> None:
    draft = desk.artifact(spec=spec(imageBuildConfig={}, imageUri=None))
    with pytest.raises(ValidationFailedError, match="runtime_image_uri"):
        desk.workload(draft["id"])
    with pytest.raises(ValidationFailedError, match="no containers"):
        desk.workload(desk.artifact(spec={})["id"])


def test_runtime_must_fit_the_artifact(desk: Desk) -> None:
    draft = desk.artifact()
    metric = {"minReplicaCount": 1, "maxReplicaCount": 2, "policies": [{"scalingMetric": "queue", "target": 1}]}
    for wrong, path in (
        ({"name": "other"}, "runtime.containerGroups.0.name"),
        ({"containers": [{"name": "other"}]}, "runtime.containerGroups.0.containers.0.name"),
        ({"resourceBundles": ["huge"]}, "runtime.containerGroups.0.resourceBundles.0"),
        ({"autoscaling": metric}, "runtime.containerGroups.0.autoscaling.policies.0.scalingMetric"),
    ):
        with pytest.raises(ValidationFailedError) as refused:
            desk.workload(draft["id"], runtime={"containerGroups": [wrong]})
        assert [problem.path for problem in refused.value.problems] == [path]


def test_bundle_is_inferred_and_the_digest_is_of_what_was_asked(desk: Desk) -> None:
    wanted = runtime(containers=[{"name": "main", "resourceAllocation": {"cpu": 0.5, "memory": "512MB"}}])
    workload = desk.workload(desk.artifact()["id"], runtime=wanted)
    group = workload["runtime"]["containerGroups"][0]
    assert group["resourceBundles"] == ["cpu.small"]
    assert group["resolvedBundle"] == {
        "id": "cpu.small",
        "cpuCount": 1.0,
        "memoryBytes": 536870912,
        "gpuCount": 0,
        "gpuMaker": None,
        "gpuTypeLabel": None,
    }
    assert group["containers"][0]["resourceAllocation"]["memory"] == 512000000
    assert workload["runtimeDigest"] == runtime_digest(wanted)
    named = desk.settings(workload["id"], runtime(resourceBundles=["gpu.l4.small"]))
    assert named["runtime"]["containerGroups"][0]["resolvedBundle"]["gpuTypeLabel"] == "L4"


def test_replica_limit(open_it: Callable[..., Registry], desk: Desk) -> None:
    limited = Desk(open_it(max_workload_replicas=2), desk.caller, desk.clock)
    draft = limited.artifact()
    with pytest.raises(ForbiddenError, match=r"Requested replicas \(3\) exceeds the maximum allowed \(2\)\."):
        limited.workload(draft["id"], runtime=runtime(3))
    workload = limited.workload(draft["id"], runtime=runtime(2))
    with pytest.raises(ForbiddenError):
        limited.settings(workload["id"], runtime(3))
    assert limited.see(workload["id"]) == workload
    lifecycle.stop_workload(limited.reg, limited.caller, workload["id"])
    stricter = Desk(open_it(max_workload_replicas=1), desk.caller, desk.clock)
    with pytest.raises(ForbiddenError):
        lifecycle.start_workload(stricter.reg, stricter.caller, workload["id"])


def test_one_active_workload_on_a_draft(desk: Desk) -> None:
    draft = desk.artifact()
    first = desk.workload(draft["id"], name="first")
    with pytest.raises(ConflictError) as refused:
        desk.workload(draft["id"])
    assert f"first ({first['id']})" in refused.value.message
    lifecycle.stop_workload(desk.reg, desk.caller, first["id"])
    second = desk.workload(draft["id"])
    with pytest.raises(ConflictError, match=second["id"]):
        lifecycle.start_workload(desk.reg, desk.caller, first["id"])
    with pytest.raises(ConflictError, match=second["id"]):
        desk.settings(first["id"])
    third = desk.workload(desk.artifact()["id"])
    with pytest.raises(ConflictError, match=second["id"]):
        desk.replace_by(third["id"], draft["id"])
    desk.patch(draft["id"], status="locked")
    assert lifecycle.start_workload(desk.reg, desk.caller, first["id"]).changed
    desk.workload(draft["id"])


def test_patch(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"], description="d")
    desk.clock.advance(1)
    body = parse(WorkloadPatch, {"name": "new", "description": "", "importance": "critical"})
    after = lifecycle.patch_workload(desk.reg, desk.caller, workload["id"], body)
    changed = {key for key in after if after[key] != workload[key]}
    assert changed == {"name", "description", "importance", "updatedAt"}
    desk.clock.advance(1)
    assert lifecycle.patch_workload(desk.reg, desk.caller, workload["id"], body) == after
    with pytest.raises(NotFoundError):
        lifecycle.patch_workload(desk.reg, desk.caller, "x", body)


def test_unreported_settings_apply_at_once(desk: Desk) -> None:
    draft = desk.artifact()
    workload = desk.workload(draft["id"], runtime=runtime(1))
    edited = desk.patch(draft["id"], spec=spec("registry.example/chat:2"))
    assert desk.see(workload["id"])["artifactDigest"] == workload["artifactDigest"] != edited["contentDigest"]
    record = desk.settings(workload["id"], runtime(3))
    assert (record["status"], record["candidateArtifactId"], record["candidateProtonIds"]) == (
        "completed",
        draft["id"],
        [],
    )
    after = desk.see(workload["id"])
    assert (after["status"], after["protonId"], after["artifactDigest"]) == ("submitted", None, edited["contentDigest"])
    assert after["runtime"]["containerGroups"][0]["replicaCount"] == 3
    assert after["runtimeDigest"] == runtime_digest(runtime(3))
    assert after["replacement"] == record
    assert [event["eventType"] for event in desk.events(workload["id"])] == ["Replacement Completed"]
    # Not active any more, so the next one is welcome.
    desk.settings(workload["id"], runtime(4))
    desk.replace_by(workload["id"], desk.artifact()["id"])
    assert len(desk.history(workload["id"])) == 3


def test_finished_record_is_shown_for_ten_seconds(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    record = desk.settings(workload["id"])
    desk.clock.advance(9.9)
    assert lifecycle.get_replacement(desk.reg, desk.caller, workload["id"]) == record
    assert lifecycle.get_settings(desk.reg, desk.caller, workload["id"])["replacement"] == record
    desk.clock.advance(0.2)
    assert desk.see(workload["id"])["replacement"] is None
    assert lifecycle.get_settings(desk.reg, desk.caller, workload["id"])["replacement"] is None
    with pytest.raises(NotFoundError) as refused:
        lifecycle.get_replacement(desk.reg, desk.caller, workload["id"])
    assert refused.value.message == WORDS
    assert [entry["id"] for entry in desk.history(workload["id"])] == [record["id"]]


def test_unreported_replacement_switches_everything_together(desk: Desk) -> None:
    locked = desk.artifact(status="locked")
    nim = desk.artifact(name="llm", type="nim", status="locked")
    workload = desk.workload(locked["id"], runtime=runtime(2))
    record = desk.replace_by(workload["id"], nim["id"], config={"warmupDurationMinutes": 5})
    assert record["config"] == {"warmupDurationMinutes": 5, "keepOldVersionMinutes": 0}
    after = desk.see(workload["id"])
    assert (after["artifactId"], after["type"], after["artifact"]["name"]) == (nim["id"], "nim", "llm")
    assert after["artifactDigest"] == nim["contentDigest"]
    assert (after["runtime"], after["endpoint"]) == (workload["runtime"], workload["endpoint"])


def test_replacement_matrix(desk: Desk) -> None:
    draft, locked = desk.artifact(), desk.artifact(status="locked")
    on_draft, on_locked = desk.workload(draft["id"]), desk.workload(locked["id"])
    for workload, candidate in ((on_draft, locked), (on_locked, draft)):
        with pytest.raises(BadRequestError, match=r"^Artifact status mismatch"):
            desk.replace_by(workload["id"], candidate["id"])
    with pytest.raises(ValidationFailedError, match="Cannot replace with the same artifact") as refused:
        desk.replace_by(on_locked["id"], locked["id"])
    assert isinstance(refused.value.body()["detail"][0], str)
    assert desk.replace_by(on_draft["id"], draft["id"])["status"] == "completed"
    with pytest.raises(ValidationFailedError, match="Artifact not found"):
        desk.replace_by(on_draft["id"], "f" * 24)
    with pytest.raises(NotFoundError):
        desk.replace_by("f" * 24, draft["id"])
    assert desk.see(on_locked["id"]) == on_locked


def test_replacement_keeps_a_runtime_only_where_it_fits(desk: Desk) -> None:
    wanted = runtime(containers=[{"name": "main", "resourceAllocation": {"cpu": 1}}])
    workload = desk.workload(desk.artifact()["id"], runtime=wanted)
    other = desk.artifact(spec=spec(names=("web",)))
    with pytest.raises(ValidationFailedError) as refused:
        desk.replace_by(workload["id"], other["id"])
    assert [problem.path for problem in refused.value.problems] == ["runtime.containerGroups.0.containers.0.name"]
    desk.replace_by(workload["id"], other["id"], runtime=runtime(1))
    fits = desk.artifact()
    desk.settings(workload["id"], runtime(1))
    desk.replace_by(workload["id"], fits["id"])
    assert desk.see(workload["id"])["runtimeDigest"] == runtime_digest(runtime(1))


def test_nothing_to_cancel(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    desk.settings(workload["id"])
    for id in (workload["id"], "f" * 24):
        with pytest.raises(NotFoundError, match="There is no active replacement"):
            lifecycle.cancel_replacement(desk.reg, desk.caller, id)
    with pytest.raises(NotFoundError, match="There is no active replacement"):
        lifecycle.get_replacement(desk.reg, desk.caller, "f" * 24)


def test_stop_and_start(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    stopped = lifecycle.stop_workload(desk.reg, desk.caller, workload["id"])
    assert (stopped.changed, stopped.document) == (
        True,
        {"status": "stopped", "workloadId": workload["id"], "trackVia": f"/api/v2/workloads/{workload['id']}"},
    )
    assert not lifecycle.stop_workload(desk.reg, desk.caller, workload["id"]).changed
    assert desk.see(workload["id"])["status"] == "stopped"
    desk.clock.advance(60)
    started = lifecycle.start_workload(desk.reg, desk.caller, workload["id"])
    assert (started.changed, started.document["status"]) == (True, "submitted")
    assert not lifecycle.start_workload(desk.reg, desk.caller, workload["id"]).changed
    assert desk.see(workload["id"])["expiresAt"] == "2026-09-30T23:27:54.349000+00:00"


def test_settings_start_a_stopped_workload_and_a_replacement_does_not(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    lifecycle.stop_workload(desk.reg, desk.caller, workload["id"])
    other = desk.artifact()
    desk.replace_by(workload["id"], other["id"])
    assert desk.see(workload["id"])["status"] == "stopped"
    assert desk.see(workload["id"])["artifactId"] == other["id"]
    desk.settings(workload["id"])
    assert desk.see(workload["id"])["status"] == "submitted"


def test_promote_needs_a_proton(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    with pytest.raises(ValidationFailedError, match="no active proton"):
        lifecycle.promote_workload(desk.reg, desk.caller, workload["id"])
    on_locked = desk.workload(desk.artifact(status="locked")["id"])
    with pytest.raises(ValidationFailedError, match="already locked"):
        lifecycle.promote_workload(desk.reg, desk.caller, on_locked["id"])


def test_direct_lock_with_edits_is_in_the_history(desk: Desk) -> None:
    draft = desk.artifact()
    workload = desk.workload(draft["id"], runtime=runtime(2))
    assert desk.see(workload["id"])["expiresAt"] is not None
    locked = desk.patch(draft["id"], description="edited", status="locked")
    after = desk.see(workload["id"])
    assert (after["expiresAt"], after["artifact"]["status"], after["artifact"]["version"]) == (None, "locked", 1)
    assert after["artifactDigest"] == workload["artifactDigest"] != locked["contentDigest"]
    assert after["replacement"] is None
    (entry,) = desk.history(workload["id"])
    assert (entry["strategy"], entry["status"], entry["candidateArtifactId"]) == ("lock", "completed", draft["id"])
    assert "version 1" in entry["message"]
    assert desk.events(workload["id"]) == []


def test_delete(desk: Desk) -> None:
    draft = desk.artifact()
    workload = desk.workload(draft["id"])
    desk.settings(workload["id"])
    lifecycle.delete_workload(desk.reg, desk.caller, workload["id"])
    with pytest.raises(NotFoundError):
        desk.see(workload["id"])
    for call in (desk.history, desk.events, desk.protons):
        with pytest.raises(NotFoundError, match="Workload not found"):
            call(workload["id"])
    with pytest.raises(NotFoundError, match="Workload not found"):
        lifecycle.get_settings(desk.reg, desk.caller, workload["id"])
    assert desk.read(draft["id"])["contentDigest"] == content_digest(name="chat", spec=spec())
