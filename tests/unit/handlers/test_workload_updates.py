"""Updates of a workload on a real registry: which calls they make, and what runs afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.handlers.examples import container, facts, runtime, spec, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import Json, WaitFailedError
from lockyard.handlers import create_ready
from lockyard_registry import Registry
from lockyard_registry.runtime import ManualClock

HOUR = 3600


@pytest.fixture(params=["external", "simulated"])
def running(request: pytest.FixtureRequest, make_registry: Callable[..., Registry], clock: ManualClock) -> Stage:
    """A stack on a registry whose time passes, with either driver."""
    stage = Stage(EmbeddedRegistryClient(registry=make_registry(driver=request.param)))
    stage.lossy.meanwhile = lambda: clock.advance(1)
    return stage


def versions(stage: Stage, count: int = 2, tag: str = "v") -> list[Json]:
    home: Json = {}
    made: list[Json] = []
    for number in range(count):
        content = spec(container(imageUri=f"registry.example/chat:{tag}{number}"))
        made.append(stage.client.create_artifact({"name": "a", "status": "locked", "spec": content, **home}))
        home = {"artifactRepositoryId": made[0]["artifactRepositoryId"]}
    return made


def on(document: Json, **fields: object) -> Json:
    known = facts(status=document["status"])
    digest = document["contentDigest"]
    return workload(artifactId=document["id"], artifactDigest=digest, artifactFacts=known, **fields)


def up(stage: Stage, inputs: Json, held: Held | None = None) -> tuple[Held, list[str]]:
    """One `up`, settled afterwards; also the writes it made."""
    stage.lossy.calls.clear()
    held = stage.up("workload", inputs, held)
    writes = stage.lossy.writes
    for _ in range(10):
        stage.lossy.meanwhile()
    assert not stage.diff(held, stage.check("workload", inputs, held))
    seen = stage.refresh(held)
    assert seen is not None and not stage.diff(seen, held.inputs)
    return seen, writes


def test_each_change_makes_its_own_call(running: Stage) -> None:
    first, second = versions(running)
    held, writes = up(running, on(first))
    id, endpoint = held.id, held.state["endpoint"]
    assert writes == ["create_workload"]
    for fields, document, expected in (
        ({"name": "b"}, first, ["update_workload"]),
        ({"name": "b", "description": "c", "importance": "high"}, first, ["update_workload"]),
        ({"name": "b", "runtime": runtime(replicaCount=3)}, first, ["update_workload", "update_settings"]),
        ({"name": "b", "runtime": runtime(replicaCount=3)}, second, ["start_replacement"]),
        ({"name": "b", "runtime": runtime(replicaCount=4)}, first, ["start_replacement"]),
        ({"name": "b", "runtime": runtime(replicaCount=4), "tags": {"a": "b"}}, first, ["replace_tags"]),
        ({"name": "b", "runtime": runtime(replicaCount=4)}, first, ["replace_tags"]),
        ({"name": "b", "runtime": runtime(replicaCount=4), "running": False}, first, ["stop_workload"]),
        ({"name": "b", "runtime": runtime(replicaCount=4), "running": True}, first, ["start_workload"]),
    ):
        held, writes = up(running, on(document, **fields), held)
        assert writes == expected
        assert (held.id, held.state["endpoint"]) == (id, endpoint)


def test_artifact_and_runtime_together_three_times(running: Stage) -> None:
    documents = versions(running, 4)
    held, _ = up(running, on(documents[0]))
    for replicas, document in enumerate(documents[1:], start=3):
        held, writes = up(running, on(document, runtime=runtime(replicaCount=replicas)), held)
        assert writes == ["start_replacement"]
        served = running.client.get_workload(held.id)
        assert served["artifactId"] == document["id"]
        assert served["runtime"]["containerGroups"][0]["replicaCount"] == replicas
    assert len(list(running.client.workload_history(held.id))) == 3


@pytest.mark.parametrize("moves", [False, True], ids=["same artifact", "another artifact"])
@pytest.mark.parametrize("rescaled", [False, True], ids=["same runtime", "another runtime"])
def test_stopped_elsewhere_starts_again(running: Stage, moves: bool, rescaled: bool) -> None:
    first, second = versions(running)
    held, _ = up(running, on(first))
    running.client.stop_workload(held.id)
    seen = running.refresh(held)
    assert seen is not None
    assert running.diff(seen, held.inputs).changed == ("running",)
    fields = {"runtime": runtime(replicaCount=5)} if rescaled else {}
    held, _ = up(running, on(second if moves else first, **fields), seen)
    assert running.client.get_workload(held.id)["status"] in ("submitted", "running")


@pytest.mark.parametrize("moves", [False, True], ids=["same artifact", "another artifact"])
@pytest.mark.parametrize("rescaled", [False, True], ids=["same runtime", "another runtime"])
def test_a_workload_that_shall_be_stopped_still_takes_changes(running: Stage, moves: bool, rescaled: bool) -> None:
    first, second = versions(running)
    fields: Json = {"runtime": runtime(replicaCount=5)} if rescaled else {}
    wanted = on(second if moves else first, running=False, **fields)
    for held, _ in (up(running, on(first)), up(running, on(first, running=False, origin="second"))):
        held, _ = up(running, {**wanted, "origin": held.inputs["origin"]}, held)
        served = running.client.get_workload(held.id)
        assert served["status"] == "stopped"
        assert served["artifactId"] == wanted["artifactId"]
        assert served["runtime"]["containerGroups"][0]["replicaCount"] == (5 if rescaled else 2)


def test_an_expired_draft_starts_again_with_a_refresh_only(running: Stage, clock: ManualClock) -> None:
    draft = running.client.create_artifact({"name": "a", "spec": spec()})
    held, _ = up(running, on(draft))
    clock.advance(9 * HOUR)
    assert not running.diff(held, held.inputs), "a plain preview has no clock"
    seen = running.refresh(held)
    assert seen is not None and seen.state["status"] == "stopped"
    assert running.diff(seen, held.inputs).changed == ("running",)
    before = running.client.get_workload(held.id)["expiresAt"]
    up(running, on(draft), seen)
    assert running.client.get_workload(held.id)["expiresAt"] > before


def test_an_edited_draft_rolls_once(running: Stage) -> None:
    draft = running.client.create_artifact({"name": "a", "spec": spec()})
    held, _ = up(running, on(draft))
    edited = running.client.update_artifact(draft["id"], {"description": "new"})
    held, writes = up(running, on(edited), held)
    assert writes == ["update_settings"]
    assert running.client.get_workload(held.id)["artifactDigest"] == edited["contentDigest"]
    _, writes = up(running, on(edited), held)
    assert writes == []


def test_an_edited_draft_keeps_the_runtime_that_nobody_declared(running: Stage) -> None:
    draft = running.client.create_artifact({"name": "a", "spec": spec()})
    held, _ = up(running, on(draft, runtime=None))
    running.client.update_settings(held.id, runtime(replicaCount=7))
    for _ in range(10):
        running.lossy.meanwhile()
    edited = running.client.update_artifact(draft["id"], {"description": "new"})
    held, _ = up(running, on(edited, runtime=None), held)
    assert running.client.get_workload(held.id)["runtime"]["containerGroups"][0]["replicaCount"] == 7


def test_a_replacement_with_another_target_is_cancelled(running: Stage) -> None:
    first, second, third = versions(running, 3)
    held, _ = up(running, on(first))
    running.client.start_replacement(held.id, {"artifactId": second["id"]})
    held, _ = up(running, on(third), held)
    served = running.client.get_workload(held.id)
    assert served["artifactId"] == third["id"]
    up(running, on(first), held)


def test_the_newest_failure_is_the_reason(simulated: Stage, clock: ManualClock) -> None:
    simulated.lossy.meanwhile = lambda: clock.advance(1)
    (first,) = versions(simulated, 1)
    held, _ = up(simulated, on(first))
    for name in ("one", "two"):
        broken = simulated.client.create_artifact(
            {
                "name": "a",
                "status": "locked",
                "spec": spec(container(imageUri=f"registry.example/{name}:crash")),
                "artifactRepositoryId": first["artifactRepositoryId"],
            }
        )
        simulated.client.start_replacement(held.id, {"artifactId": broken["id"]})
        clock.advance(60)
        wanted = {"workloadId": held.id, "artifactId": broken["id"], "timeoutSeconds": 5}
        with pytest.raises(WaitFailedError, match=f"registry.example/{name}:crash"):
            create_ready(simulated.context, wanted)
