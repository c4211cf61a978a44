"""The report of a rollout: the registry's record follows what was applied, or the update says why it does not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.handlers.examples import container, offline, spec, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.client import Identity
from lockyard.contract import UNKNOWN, Json, WaitFailedError, WaitTimeoutError
from lockyard.handlers import (
    check_report,
    diff_report,
    report_failure,
    report_progress,
)
from lockyard_registry.runtime import ManualClock

INPUTS: Json = {
    "workloadId": "c" * 24,
    "artifactId": "b" * 24,
    "artifactDigest": "v1:a",
    "runtimeDigest": "v1:b",
    "running": True,
    "internalUrl": "http://chat.serving:8080",
    "readyReplicas": 2,
    "timeoutSeconds": 5,
}


class Desk:
    """A workload on locked versions, what its stack holds, and the reports of its rollouts."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.artifact = self.locked("registry.example/chat:1")
        self.held = self.workload()

    def locked(self, image: str) -> Json:
        body: Json = {"name": "a", "status": "locked", "spec": spec(container(imageUri=image))}
        if hasattr(self, "artifact"):
            body["artifactRepositoryId"] = self.artifact["artifactRepositoryId"]
        return self.stage.client.create_artifact(body)

    def workload(self, old: Held | None = None, **more: Any) -> Held:
        ids = {"artifactId": self.artifact["id"], "artifactDigest": self.artifact["contentDigest"]}
        return self.stage.up("workload", workload(**{**ids, "artifactFacts": None, **more}), old)

    def inputs(self, **more: Any) -> Json:
        seen = self.see()
        rolling = seen["replacement"] or {}
        return {
            "workloadId": self.held.id,
            "artifactId": self.artifact["id"],
            "artifactDigest": self.artifact["contentDigest"],
            "runtimeDigest": rolling.get("runtimeDigest") or seen["runtimeDigest"],
            "running": True,
            "internalUrl": "http://chat.serving:8080",
            "readyReplicas": 2,
            "timeoutSeconds": 5,
            **more,
        }

    def see(self) -> Json:
        return self.stage.client.get_workload(self.held.id)

    def report(self, old: Held | None = None, **more: Any) -> Held:
        return self.stage.up("report", self.inputs(**more), old)

    def roll(self, image: str = "registry.example/chat:2") -> None:
        self.artifact = self.locked(image)
        self.held = self.workload(self.held)


@pytest.fixture
def desk(stage: Stage) -> Desk:
    return Desk(stage)


def test_the_first_report_gives_the_workload_a_generation(desk: Desk) -> None:
    assert desk.see()["status"] == "submitted"
    held = desk.report()
    assert (held.state["phase"], held.state["status"]) == ("ready", "running")
    [proton] = desk.stage.client.list_protons(desk.held.id)
    assert (proton["status"], proton["internalUrl"]) == ("running", "http://chat.serving:8080")
    assert not desk.stage.diff(held, held.inputs)


def test_a_replacement_ends_with_the_report(desk: Desk) -> None:
    held = desk.report()
    desk.roll()
    assert desk.see()["artifactId"] != desk.artifact["id"]
    held = desk.report(held)
    assert (desk.see()["artifactId"], desk.see()["status"]) == (desk.artifact["id"], "running")
    assert desk.see()["replacement"]["status"] == "completed"
    assert desk.stage.plan[-1] == "update"


def test_progress_then_failure_leave_the_old_version_and_the_next_report_reopens(desk: Desk) -> None:
    held, first = desk.report(), desk.artifact
    desk.roll()
    context = desk.stage.context
    assert report_progress(context, desk.inputs(), "applying")
    assert desk.see()["replacement"]["status"] == "initializing"
    assert report_failure(context, desk.inputs(), "never became\n ready")
    seen = desk.see()
    assert (seen["artifactId"], seen["status"]) == (first["id"], "running")
    assert (seen["replacement"]["status"], seen["replacement"]["message"]) == ("errored", "never became ready")
    desk.report(held)
    assert desk.see()["artifactId"] == desk.artifact["id"]


def test_a_first_rollout_that_fails_is_errored_and_the_next_report_heals_it(desk: Desk) -> None:
    report_progress(desk.stage.context, desk.inputs(), "applying")
    assert desk.see()["status"] == "launching"
    report_failure(desk.stage.context, desk.inputs(), "no image")
    assert (desk.see()["status"], desk.see()["statusDetails"]["logTail"]) == ("errored", ["no image"])
    desk.report()
    assert desk.see()["status"] == "running"


def test_stop_and_start(desk: Desk) -> None:
    held = desk.report()
    desk.held = desk.workload(desk.held, running=False)
    assert desk.see()["status"] == "stopped"
    held = desk.report(held, running=False)
    assert (held.state["phase"], desk.see()["status"]) == ("stopped", "stopped")
    desk.held = desk.workload(desk.held, running=True)
    held = desk.report(held)
    assert (held.state["phase"], desk.see()["status"]) == ("ready", "running")


def test_a_workload_that_was_never_reported_on_can_be_stopped(desk: Desk) -> None:
    desk.held = desk.workload(desk.held, running=False)
    assert desk.report(running=False).state["status"] == "stopped"


def test_a_stop_elsewhere_is_drift_and_the_start_is_reported(desk: Desk) -> None:
    held = desk.report()
    assert desk.stage.refresh(held) == held
    desk.stage.client.stop_workload(desk.held.id)
    refreshed = desk.stage.refresh(held)
    assert refreshed and desk.stage.diff(refreshed, held.inputs).changed == ("running",)
    desk.held = desk.workload(desk.stage.refresh(desk.held))
    desk.report(refreshed)
    assert desk.see()["status"] == "running"


def test_a_start_elsewhere_is_drift(desk: Desk) -> None:
    desk.held = desk.workload(desk.held, running=False)
    held = desk.report(running=False)
    assert desk.stage.refresh(held) == held
    desk.stage.client.start_workload(desk.held.id)
    refreshed = desk.stage.refresh(held)
    assert refreshed and desk.stage.diff(refreshed, held.inputs).changed == ("running",)
    assert desk.report(refreshed, running=False).state["status"] == desk.see()["status"] == "stopped"


def test_ready_of_a_stopped_workload_says_so(desk: Desk) -> None:
    held = desk.report()
    desk.stage.client.stop_workload(desk.held.id)
    with pytest.raises(WaitFailedError, match=r"was stopped or has expired .*`pulumi up --refresh` to start it again"):
        desk.report(held, internalUrl="http://other:1")


def test_another_target_meanwhile_is_named(desk: Desk) -> None:
    held, first = desk.report(), desk.artifact
    other = desk.locked("registry.example/chat:9")
    desk.stage.client.start_replacement(desk.held.id, {"artifactId": other["id"]})
    with pytest.raises(WaitFailedError, match=f"report that artifact {first['id']} serves, .* artifact {other['id']}"):
        desk.report(held, internalUrl="http://other:1")


def test_another_content_is_named(desk: Desk) -> None:
    desk.report()
    with pytest.raises(WaitFailedError, match="it wants another content or runtime of it: somebody changed"):
        desk.report(artifactDigest="v1:" + "0" * 64)


def test_gone(desk: Desk) -> None:
    held = desk.report()
    desk.stage.client.delete_workload(desk.held.id)
    assert desk.stage.refresh(held) is None
    with pytest.raises(WaitFailedError, match="is gone: run `pulumi up --refresh`"):
        desk.stage.up("report", {**INPUTS, "workloadId": desk.held.id})


def test_a_clock_that_is_behind_is_waited_for_and_named(desk: Desk, clock: ManualClock) -> None:
    held = desk.report()
    desk.roll()
    clock.advance(365 * 86400 * 20)
    desk.stage.client.report_workload(
        desk.held.id,
        {"artifactId": desk.artifact["id"], "phase": "progressing", "observedAt": clock.now().isoformat()},
    )
    with pytest.raises(WaitTimeoutError, match=r"to be ready on the registry \(is this machine's clock behind"):
        desk.report(held, timeoutSeconds=0.5)


def test_a_new_deadline_alone_reports_nothing(desk: Desk) -> None:
    held = desk.report()
    desk.stage.lossy.calls.clear()
    after = desk.report(held, timeoutSeconds=9)
    assert after.state == {**held.state, "timeoutSeconds": 9}
    assert "report_workload" not in desk.stage.lossy.calls


def test_replica_counts_are_no_change(desk: Desk) -> None:
    held = desk.report()
    assert not desk.stage.diff(held, {**held.inputs, "readyReplicas": 7})
    desk.stage.delete(held)
    assert desk.see()["status"] == "running"


@pytest.mark.parametrize(
    ("driver", "additions", "says"),
    [("external", frozenset[str](), "takes no reports of rollouts"), ("simulated", {"reports"}, "driver 'simulated'")],
)
def test_a_registry_without_reports_is_told_nothing(
    desk: Desk, driver: str, additions: frozenset[str], says: str
) -> None:
    identity = Identity("other", "https://other.example", frozenset(additions), driver, embedded=False)
    desk.stage.lossy.identity = lambda: identity  # type: ignore[method-assign]
    held = desk.report()
    [line] = desk.stage.said
    assert says in line and "\n" not in line
    assert held.state["status"] == "" and "report_workload" not in desk.stage.lossy.calls
    assert not report_failure(desk.stage.context, desk.inputs(), "x")
    assert not desk.stage.diff(held, held.inputs)


def test_check_refuses_an_address_that_the_registry_would_refuse() -> None:
    for address in ("http://user:secret@chat", "chat.serving", "http://2130706433", "http://chat/../x"):
        (problem,) = check_report(offline(), {}, {**INPUTS, "internalUrl": address}).problems
        assert (problem.path, "secret" in problem.message) == ("internalUrl", False)


def test_check_asks_for_ids_and_a_deadline() -> None:
    checked = check_report(offline(), {}, {"timeoutSeconds": 0, "running": "yes"})
    assert [problem.path for problem in checked.problems] == [
        "workloadId",
        "artifactId",
        "timeoutSeconds",
        "running",
    ]
    assert check_report(offline(), {}, dict.fromkeys(INPUTS, UNKNOWN)).problems == ()
    assert check_report(offline(), {}, {"workloadId": "c", "artifactId": "b"}).inputs["timeoutSeconds"] == 120


@pytest.mark.parametrize("name", sorted({*INPUTS} - {"readyReplicas"}))
def test_diff_is_total_over_unknowns(name: str) -> None:
    state = {**INPUTS, "phase": "ready"}
    assert not diff_report(state, INPUTS)
    change = diff_report(state, {**INPUTS, name: UNKNOWN})
    assert change.changed == (name,)
    assert change.replaces == (("workloadId",) if name == "workloadId" else ())
