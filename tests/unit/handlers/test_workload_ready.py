"""Waiting until a workload serves what was declared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.unit.handlers.examples import container, spec, workload
from tests.unit.handlers.stage import Stage

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import Json, WaitFailedError, WaitTimeoutError
from lockyard.handlers import create_ready, delete_ready, read_ready, update_ready
from lockyard_registry import Registry
from lockyard_registry.runtime import ManualClock

CRASHING = spec(container(imageUri="registry.example/chat:crash"))
MISSING = "0" * 24


def made(stage: Stage, content: Json | None = None) -> Json:
    """A workload on a locked version; answers what a WorkloadReady is given."""
    body = {"name": "a", "status": "locked", "spec": content or spec()}
    document = stage.client.create_artifact(body)
    inputs = workload(artifactId=document["id"], artifactDigest=document["contentDigest"], artifactFacts=None)
    return ready(stage.up("workload", inputs).id, document)


def ready(workload_id: str, artifact: Json, seconds: float = 5) -> Json:
    return {
        "workloadId": workload_id,
        "artifactId": artifact["id"],
        "artifactDigest": artifact["contentDigest"],
        "timeoutSeconds": seconds,
    }


def running(stage: Stage, clock: ManualClock) -> Stage:
    stage.lossy.meanwhile = lambda: clock.advance(1)
    return stage


def test_nothing_reports(stage: Stage) -> None:
    inputs = made(stage)
    with pytest.raises(WaitFailedError, match="nothing reports on this workload, so it will never be seen ready"):
        create_ready(stage.context, inputs)


def test_ready(simulated: Stage, clock: ManualClock) -> None:
    inputs = made(running(simulated, clock))
    found = create_ready(simulated.context, inputs)
    assert found.id == inputs["workloadId"]
    assert found.state["status"] == "running"
    assert found.state["readyAt"].startswith("20")
    assert read_ready(simulated.context, str(found.id), found.state) == found
    simulated.lossy.calls.clear()
    delete_ready(simulated.context, str(found.id), found.state)
    assert simulated.lossy.calls == []


def test_a_reported_workload_is_ready_when_the_report_says_so(stage: Stage, clock: ManualClock) -> None:
    inputs = made(stage)
    digests = stage.client.get_workload(inputs["workloadId"])
    report = {
        "artifactId": inputs["artifactId"],
        "contentDigest": inputs["artifactDigest"],
        "runtimeDigest": digests["runtimeDigest"],
        "observedAt": (clock.now() + timedelta(seconds=1)).isoformat(),
    }
    stage.client.report_workload(inputs["workloadId"], {**report, "phase": "progressing"})
    with pytest.raises(WaitTimeoutError):
        create_ready(stage.context, {**inputs, "timeoutSeconds": 0.3})
    later = (clock.now() + timedelta(seconds=2)).isoformat()
    stage.client.report_workload(inputs["workloadId"], {**report, "phase": "ready", "observedAt": later})
    assert create_ready(stage.context, inputs).state["status"] == "running"


def test_errored_says_why(simulated: Stage, clock: ManualClock) -> None:
    inputs = made(running(simulated, clock), CRASHING)
    with pytest.raises(WaitFailedError, match=r"is errored: .*'crash'"):
        create_ready(simulated.context, inputs)


def test_a_failed_rollout_says_why_and_the_old_version_serves(simulated: Stage, clock: ManualClock) -> None:
    inputs = made(running(simulated, clock))
    create_ready(simulated.context, inputs)
    home = simulated.client.get_artifact(inputs["artifactId"])["artifactRepositoryId"]
    body = {"name": "a", "status": "locked", "spec": CRASHING, "artifactRepositoryId": home}
    second = simulated.client.create_artifact(body)
    simulated.client.start_replacement(inputs["workloadId"], {"artifactId": second["id"]})
    with pytest.raises(WaitFailedError, match="'crash'"):
        create_ready(simulated.context, ready(inputs["workloadId"], second))
    clock.advance(60)
    with pytest.raises(WaitFailedError, match=f"serves artifact {inputs['artifactId']}, not {second['id']}: .*'crash'"):
        create_ready(simulated.context, ready(inputs["workloadId"], second))


def test_a_rollout_under_way_is_waited_for(simulated: Stage, clock: ManualClock) -> None:
    inputs = made(running(simulated, clock))
    create_ready(simulated.context, inputs)
    home = simulated.client.get_artifact(inputs["artifactId"])["artifactRepositoryId"]
    body = {"name": "b", "status": "locked", "spec": spec(), "artifactRepositoryId": home}
    second = simulated.client.create_artifact(body)
    simulated.client.start_replacement(inputs["workloadId"], {"artifactId": second["id"]})
    state = update_ready(
        simulated.context, inputs["workloadId"], {**inputs, "registryId": None}, ready(inputs["workloadId"], second)
    )
    assert state["artifactId"] == second["id"]
    assert simulated.client.get_workload(inputs["workloadId"])["artifactId"] == second["id"]


def test_timeout_says_what_it_waited_for_and_how_to_go_on(simulated: Stage) -> None:
    inputs = made(simulated)
    with pytest.raises(WaitTimeoutError, match=r"waited 0\.5 s for workload .* to serve artifact .*`pulumi up` again"):
        create_ready(simulated.context, {**inputs, "timeoutSeconds": 0.5})


def test_stopped(simulated: Stage, clock: ManualClock) -> None:
    inputs = made(running(simulated, clock))
    simulated.client.stop_workload(inputs["workloadId"])
    with pytest.raises(WaitFailedError, match="is stopped: run `pulumi up --refresh` to start it again"):
        create_ready(simulated.context, inputs)


def test_gone(simulated: Stage) -> None:
    with pytest.raises(WaitFailedError, match=f"workload {MISSING} is gone"):
        create_ready(simulated.context, {"workloadId": MISSING, "timeoutSeconds": 5})


def test_a_new_deadline_alone_does_not_wait_again(simulated: Stage, clock: ManualClock) -> None:
    inputs = made(running(simulated, clock))
    found = create_ready(simulated.context, inputs)
    simulated.lossy.calls.clear()
    state = update_ready(simulated.context, str(found.id), found.state, {**inputs, "timeoutSeconds": 9})
    assert state == {**found.state, "timeoutSeconds": 9}
    assert "get_workload" not in simulated.lossy.calls


def test_the_wait_is_over_content_too(make_registry: Callable[..., Registry], clock: Any) -> None:
    """A draft that was edited and not rolled is not what was declared."""
    stage = running(Stage(EmbeddedRegistryClient(registry=make_registry(driver="simulated"))), clock)
    draft = stage.client.create_artifact({"name": "a", "spec": spec()})
    inputs = workload(artifactId=draft["id"], artifactDigest=draft["contentDigest"], artifactFacts=None)
    held = stage.up("workload", inputs)
    create_ready(stage.context, ready(held.id, draft))
    edited = stage.client.update_artifact(draft["id"], {"description": "new"})
    with pytest.raises(WaitFailedError, match="content"):
        create_ready(stage.context, ready(held.id, edited, seconds=1))
