import pytest
from tests.unit.registry.builders import Desk, runtime, spec

from lockyard.contract import ConflictError, Json, NotFoundError, Report, ValidationFailedError, parse
from lockyard_registry import lifecycle


@pytest.fixture
def running(desk: Desk) -> Json:
    """A workload on a locked artifact, reported as ready."""
    workload = desk.workload(desk.artifact(status="locked")["id"], runtime=runtime(1))
    assert desk.report(workload, "ready") == {"accepted": True, "status": "running"}
    return desk.see(workload["id"])


def candidate(desk: Desk, workload: Json, artifact: Json, **runtime_of: object) -> Json:
    """The workload as it shall be: what a report of the candidate speaks of."""
    return {**workload, "artifactId": artifact["id"], "artifactDigest": artifact["contentDigest"], **runtime_of}


def test_first_report_makes_the_proton(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    desk.clock.advance(5)
    assert desk.report(workload, "progressing") == {"accepted": True, "status": "launching"}
    seen = desk.see(workload["id"])
    assert seen["lastReportAt"] == "2026-09-30T15:26:59.349000+00:00"
    (proton,) = desk.protons(workload["id"])
    assert proton["id"] == seen["protonId"]
    assert proton == {
        "id": seen["protonId"],
        "name": "chat",
        "workloadId": workload["id"],
        "artifactId": workload["artifactId"],
        "status": "launching",
        "role": "active",
        "runtime": workload["runtime"],
        "endpoint": (
            f"http://registry.example/api/v2/endpoints/workloads/{workload['id']}?protonId={seen['protonId']}"
        ),
        "deployedImages": {"main": "registry.example/chat:1"},
        "createdAt": seen["lastReportAt"],
        "updatedAt": seen["lastReportAt"],
    }
    assert lifecycle.get_proton(desk.reg, desk.caller, workload["id"], proton["id"]) == proton
    with pytest.raises(NotFoundError, match="Proton not found"):
        lifecycle.get_proton(desk.reg, desk.caller, workload["id"], "f" * 24)


def test_phases_of_the_active_proton(desk: Desk, running: Json) -> None:
    replicas = [{"name": "pod-1", "status": "running", "startedAt": "2026-09-30T15:00:00Z"}]
    for second, (phase, status, proton_status) in enumerate(
        [
            ("ready", "running", "running"),
            ("progressing", "running", "initializing"),
            ("failed", "errored", "errored"),
            ("ready", "running", "running"),
            ("stopped", "stopped", "stopped"),
        ]
    ):
        desk.report(running, phase, seconds=second, message="why", replicas=replicas, internalUrl="http://chat")
        seen = desk.see(running["id"])
        assert (seen["status"], seen["protonId"]) == (status, running["protonId"])
        (proton,) = desk.protons(running["id"])
        assert (proton["status"], proton["internalUrl"]) == (proton_status, "http://chat")
        assert proton["replicas"][0]["startedAt"] == "2026-09-30T15:00:00Z"
        details = {"logTail": ["why"], "conditions": []} if phase == "failed" else None
        assert seen["statusDetails"] == details


def test_the_same_report_changes_nothing_and_an_older_one_is_ignored(desk: Desk, running: Json) -> None:
    desk.clock.advance(10)
    desk.report(running, "failed", message="why")
    after = desk.see(running["id"])
    desk.clock.advance(1)
    assert desk.report(running, "failed", seconds=-1, message="why")["accepted"]
    assert desk.see(running["id"]) == after
    assert desk.report(running, "ready", seconds=-2) == {"accepted": False, "status": "errored"}
    assert desk.see(running["id"]) == after


def test_reports_of_other_generations_are_ignored(desk: Desk, running: Json) -> None:
    for other in ({"artifactId": "f" * 24}, {"contentDigest": "v1:other"}, {"runtimeDigest": "v1:other"}):
        assert desk.report(running, "failed", seconds=1, **other) == {"accepted": False, "status": "running"}
    assert desk.see(running["id"]) == running
    assert desk.report(running, "failed", seconds=1, contentDigest=None, runtimeDigest=None)["status"] == "errored"


def test_a_workload_told_to_stop_stays_stopped(desk: Desk, running: Json) -> None:
    lifecycle.stop_workload(desk.reg, desk.caller, running["id"])
    assert desk.report(running, "ready", seconds=1) == {"accepted": True, "status": "stopped"}
    assert desk.protons(running["id"])[0]["status"] == "stopped"
    lifecycle.start_workload(desk.reg, desk.caller, running["id"])
    assert desk.see(running["id"])["protonId"] == running["protonId"]
    assert desk.report(running, "ready", seconds=2) == {"accepted": True, "status": "running"}


def test_replacement_by_reports(desk: Desk, running: Json) -> None:
    new = desk.artifact(status="locked", name="llm", type="nim")
    record = desk.replace_by(running["id"], new["id"])
    assert (record["status"], record["previousProtonIds"]) == ("submitted", [running["protonId"]])
    during = desk.see(running["id"])
    assert (during["status"], during["artifactId"], during["replacement"]) == ("running", running["artifactId"], record)
    assert [(proton["role"], proton["status"]) for proton in desk.protons(running["id"])] == [
        ("candidate", "submitted"),
        ("active", "running"),
    ]
    wanted = candidate(desk, running, new)
    desk.report(wanted, "progressing", seconds=1)
    assert desk.see(running["id"])["replacement"]["status"] == "initializing"
    with pytest.raises(ConflictError, match="already in progress"):
        desk.settings(running["id"])
    with pytest.raises(ConflictError, match="already in progress"):
        desk.replace_by(running["id"], new["id"])
    # The old one may fail meanwhile without ending the replacement.
    assert desk.report(running, "ready", seconds=2)["accepted"]
    desk.clock.advance(3)
    desk.report(wanted, "ready")
    after = desk.see(running["id"])
    assert (after["artifactId"], after["artifact"]["name"], after["type"]) == (new["id"], "llm", "nim")
    assert (after["artifactDigest"], after["status"]) == (new["contentDigest"], "running")
    assert [after["protonId"]] == record["candidateProtonIds"]
    assert after["endpoint"] == running["endpoint"]
    assert after["replacement"]["status"] == "completed"
    assert after["replacement"]["switchedAt"] == "2026-09-30T15:26:57.349000+00:00"
    assert [(proton.get("role"), proton["status"]) for proton in desk.protons(running["id"])] == [
        ("active", "running"),
        (None, "stopped"),
    ]
    (event,) = desk.events(running["id"])
    assert (event["id"], event["eventType"]) == (record["id"], "Replacement Completed")
    assert event["details"]["artifactId"] == new["id"]
    # A late word about the old generation changes nothing.
    assert not desk.report(running, "failed", seconds=1)["accepted"]
    desk.clock.advance(11)
    assert desk.see(running["id"])["replacement"] is None


def test_warm_up(desk: Desk, running: Json) -> None:
    new = desk.artifact(status="locked")
    desk.replace_by(running["id"], new["id"], config={"warmupDurationMinutes": 2})
    wanted = candidate(desk, running, new)
    desk.report(wanted, "ready")
    for second in (1, 2):
        desk.report(wanted, "progressing" if second == 1 else "ready", seconds=second)
        seen = desk.see(running["id"])
        assert (seen["replacement"]["status"], seen["artifactId"]) == ("awaiting_promotion", running["artifactId"])
    assert desk.protons(running["id"])[0]["status"] == "warming"
    desk.clock.advance(121)
    after = desk.see(running["id"])
    assert (after["artifactId"], after["replacement"]["status"]) == (new["id"], "completed")
    assert after["replacement"]["switchedAt"] == "2026-09-30T15:28:54.349000+00:00"


def test_failed_replacement_keeps_the_old_one_and_can_be_reopened(desk: Desk, running: Json) -> None:
    new = desk.artifact(status="locked")
    record = desk.replace_by(running["id"], new["id"])
    wanted = candidate(desk, running, new)
    desk.report(wanted, "failed", seconds=1, message="ImagePullBackOff")
    after = desk.see(running["id"])
    assert (after["artifactId"], after["status"], after["protonId"]) == (
        running["artifactId"],
        "running",
        running["protonId"],
    )
    assert (after["replacement"]["status"], after["replacement"]["message"]) == ("errored", "ImagePullBackOff")
    (event,) = desk.events(running["id"])
    assert (event["eventType"], event["details"]["message"]) == ("Replacement Errored", "ImagePullBackOff")
    assert not desk.report(wanted, "failed", seconds=2, message="ImagePullBackOff")["accepted"]
    assert len(desk.events(running["id"])) == 1
    desk.clock.advance(600)
    assert desk.see(running["id"])["replacement"] is None
    assert desk.report(wanted, "ready") == {"accepted": True, "status": "running"}
    reopened = desk.see(running["id"])
    assert (reopened["artifactId"], reopened["replacement"]["id"]) == (new["id"], record["id"])
    assert (reopened["replacement"]["status"], reopened["replacement"]["message"]) == ("completed", None)
    assert [event["eventType"] for event in desk.events(running["id"])] == [
        "Replacement Completed",
        "Replacement Errored",
    ]
    assert [entry["status"] for entry in desk.history(running["id"])] == ["completed"]


def test_only_the_last_errored_replacement_is_reopened(desk: Desk, running: Json) -> None:
    first, second = (desk.artifact(status="locked", description=text) for text in ("1", "2"))
    desk.replace_by(running["id"], first["id"])
    desk.report(candidate(desk, running, first), "failed", seconds=1)
    desk.replace_by(running["id"], second["id"])
    desk.report(candidate(desk, running, second), "ready", seconds=2)
    assert not desk.report(candidate(desk, running, first), "ready", seconds=3)["accepted"]
    assert desk.see(running["id"])["artifactId"] == second["id"]


def test_a_reopened_candidate_that_is_gone_is_ignored(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    desk.report(workload, "ready")
    new = desk.artifact()
    desk.replace_by(workload["id"], new["id"])
    desk.report(candidate(desk, workload, new), "failed", seconds=1)
    lifecycle.delete_artifact(desk.reg, desk.caller, new["id"])
    assert not desk.report(candidate(desk, workload, new), "ready", seconds=2)["accepted"]


def test_settings_make_a_new_proton_even_when_nothing_changes(desk: Desk, running: Json) -> None:
    desk.settings(running["id"], runtime(1))
    desk.report(running, "ready", seconds=1)
    after = desk.see(running["id"])
    assert after["protonId"] != running["protonId"]
    assert after["runtimeDigest"] == running["runtimeDigest"]
    assert after["replacement"]["status"] == "completed"


def test_failed_settings_with_the_same_runtime(desk: Desk, running: Json) -> None:
    desk.settings(running["id"], runtime(1))
    for second in (1, 2):
        desk.report(running, "failed", seconds=second)
    assert desk.see(running["id"])["status"] == "running"
    desk.report(running, "ready", seconds=3)
    assert desk.see(running["id"])["replacement"]["status"] == "completed"


def test_settings_pick_up_an_edited_draft(desk: Desk) -> None:
    draft = desk.artifact()
    workload = desk.workload(draft["id"], runtime=runtime(1))
    desk.report(workload, "ready")
    edited = desk.patch(draft["id"], spec=spec("registry.example/chat:2"))
    desk.settings(workload["id"], runtime(2))
    wanted = {**candidate(desk, workload, edited), "runtimeDigest": desk.see(workload["id"])["replacement"]["id"]}
    assert not desk.report(wanted, "ready", seconds=1)["accepted"]
    desk.report(candidate(desk, workload, edited), "ready", seconds=1, runtimeDigest=None)
    after = desk.see(workload["id"])
    assert after["artifactDigest"] == edited["contentDigest"]
    assert after["runtime"]["containerGroups"][0]["replicaCount"] == 2
    images = desk.protons(workload["id"])[0]["deployedImages"]
    assert images == {"main": "registry.example/chat:2"}


def test_cancel(desk: Desk, running: Json) -> None:
    new = desk.artifact(status="locked")
    record = desk.replace_by(running["id"], new["id"])
    answer = lifecycle.cancel_replacement(desk.reg, desk.caller, running["id"])
    assert (answer["id"], answer["status"], answer["isDeleted"]) == (record["id"], "deleting", True)
    after = desk.see(running["id"])
    assert (after["replacement"], after["status"], after["protonId"]) == (None, "running", running["protonId"])
    with pytest.raises(NotFoundError):
        lifecycle.get_replacement(desk.reg, desk.caller, running["id"])
    (entry,) = desk.history(running["id"])
    assert entry["message"].startswith("Cancelled")
    assert not desk.report(candidate(desk, running, new), "ready", seconds=1)["accepted"]
    assert desk.replace_by(running["id"], new["id"])["status"] == "submitted"


def test_stop_gives_up_the_replacement(desk: Desk, running: Json) -> None:
    new = desk.artifact(status="locked")
    desk.replace_by(running["id"], new["id"])
    lifecycle.stop_workload(desk.reg, desk.caller, running["id"])
    assert {proton["status"] for proton in desk.protons(running["id"])} == {"stopped"}
    assert "stopped" in desk.history(running["id"])[0]["message"]
    desk.replace_by(running["id"], new["id"])
    after = desk.see(running["id"])
    assert (after["status"], after["artifactId"]) == ("stopped", new["id"])
    newest = desk.protons(running["id"])[0]
    assert (newest["role"], newest["status"]) == ("active", "stopped")
    assert [p["role"] for p in desk.protons(running["id"]) if "role" in p] == ["active"]


def test_settings_start_a_stopped_workload_by_a_candidate(desk: Desk, running: Json) -> None:
    lifecycle.stop_workload(desk.reg, desk.caller, running["id"])
    desk.settings(running["id"], runtime(1))
    assert desk.see(running["id"])["status"] == "submitted"
    desk.report(running, "progressing", seconds=1)
    assert desk.see(running["id"])["status"] == "launching"
    desk.report(running, "failed", seconds=2, message="why")
    assert desk.see(running["id"])["status"] == "errored"
    desk.report(running, "ready", seconds=3)
    after = desk.see(running["id"])
    assert (after["status"], after["statusDetails"]) == ("running", None)
    lifecycle.stop_workload(desk.reg, desk.caller, running["id"])
    desk.settings(running["id"], runtime(1))
    lifecycle.cancel_replacement(desk.reg, desk.caller, running["id"])
    assert desk.see(running["id"])["status"] == "stopped"


def test_promote(desk: Desk) -> None:
    draft = desk.artifact()
    workload = desk.workload(draft["id"], importance="high")
    desk.report(workload, "ready")
    before = desk.see(workload["id"])
    desk.settings(workload["id"])
    with pytest.raises(ValidationFailedError, match="replacement is in progress"):
        lifecycle.promote_workload(desk.reg, desk.caller, workload["id"])
    lifecycle.cancel_replacement(desk.reg, desk.caller, workload["id"])
    after = lifecycle.promote_workload(desk.reg, desk.caller, workload["id"])
    same = ("id", "endpoint", "artifactId", "protonId", "importance", "status", "runtime", "runtimeDigest")
    assert [after[key] for key in same] == [before[key] for key in same]
    assert (after["artifact"]["status"], after["artifact"]["version"], after["expiresAt"]) == ("locked", 1, None)
    assert [entry["strategy"] for entry in desk.history(workload["id"])] == ["rolling", "promote"]
    assert desk.read(draft["id"])["etag"] != draft["etag"]


def test_lock_during_a_replacement_of_drafts(desk: Desk) -> None:
    current, new = desk.artifact(), desk.artifact()
    workload = desk.workload(current["id"])
    desk.report(workload, "ready")
    desk.replace_by(workload["id"], new["id"])
    desk.patch(current["id"], status="locked")
    desk.clock.advance(9 * 3600)
    desk.report(candidate(desk, workload, new), "ready")
    after = desk.see(workload["id"])
    assert (after["status"], after["artifactId"], after["expiresAt"]) == (
        "running",
        new["id"],
        "2026-10-01T08:26:54.349000+00:00",
    )


def test_the_simulated_driver_takes_no_reports(simulated: Desk) -> None:
    workload = simulated.workload(simulated.artifact()["id"])
    with pytest.raises(ConflictError, match="simulated"):
        simulated.report(workload, "ready")


def test_report_on_nothing(desk: Desk) -> None:
    body = parse(Report, {"artifactId": "a", "phase": "ready", "observedAt": "2026-09-30T00:00:00Z"})
    with pytest.raises(NotFoundError):
        lifecycle.report_workload(desk.reg, desk.caller, "f" * 24, body)


@pytest.mark.parametrize("ahead", [1.0, 600.0, 86_400.0, 2**37])
def test_a_clock_that_is_ahead_silences_nobody(desk: Desk, running: Json, ahead: float) -> None:
    assert desk.report(running, "ready", seconds=ahead)["accepted"]
    desk.clock.advance(0.001)
    assert desk.report(running, "failed") == {"accepted": True, "status": "errored"}
    # What was seen before that is still older.
    assert not desk.report(running, "ready", seconds=-1)["accepted"]


def test_a_workload_that_was_silenced_before_is_heard_again(desk: Desk, running: Json) -> None:
    """Earlier versions noted whatever time a report told."""
    with desk.reg.store.write() as tx:
        tx.exec_driver_sql("UPDATE workloads SET last_observed_at = '9999-12-31T00:00:00.000000+00:00'")
    desk.clock.advance(1)
    assert desk.report(running, "failed") == {"accepted": True, "status": "errored"}
    desk.clock.advance(1)
    assert not desk.report(running, "ready", seconds=-60)["accepted"]
