import pytest
from tests.unit.registry.builders import Desk, runtime, spec

from lockyard.contract import ConflictError, WorkloadQuery
from lockyard_registry import lifecycle


def test_comes_up_by_the_clock(simulated: Desk) -> None:
    workload = simulated.workload(simulated.artifact()["id"])
    assert (workload["status"], workload["driver"]) == ("submitted", "simulated")
    assert workload["protonId"] is not None
    for expected in ("provisioning", "launching", "running", "running"):
        simulated.clock.advance(1)
        assert simulated.see(workload["id"])["status"] == expected
    (proton,) = simulated.protons(workload["id"])
    assert (proton["status"], proton["role"]) == ("running", "active")
    assert proton["runningSince"] == "2026-09-30T15:26:57.349000+00:00"


def test_a_late_read_catches_up_and_a_list_too(simulated: Desk) -> None:
    for _ in range(3):
        simulated.workload(simulated.artifact()["id"])
    simulated.clock.advance(100)
    page = lifecycle.list_workloads(simulated.reg, simulated.caller, WorkloadQuery(status=["running"]))
    assert page.total == 3


def test_crash(simulated: Desk) -> None:
    workload = simulated.workload(simulated.artifact(spec=spec("registry.example:5000/chat:crash"))["id"])
    simulated.clock.advance(3)
    seen = simulated.see(workload["id"])
    assert seen["status"] == "errored"
    assert "simulated" in seen["statusDetails"]["logTail"][0]
    with pytest.raises(ConflictError, match="must be stopped"):
        lifecycle.start_workload(simulated.reg, simulated.caller, workload["id"])


def test_replacement(simulated: Desk) -> None:
    first, second = simulated.artifact(status="locked"), simulated.artifact(status="locked", description="2")
    workload = simulated.workload(first["id"])
    simulated.clock.advance(5)
    before = simulated.see(workload["id"])
    record = simulated.replace_by(workload["id"], second["id"])
    assert record["status"] == "submitted"
    simulated.clock.advance(1.5)
    during = simulated.see(workload["id"])
    assert (during["status"], during["replacement"]["status"]) == ("running", "initializing")
    assert during["artifactId"] == first["id"]
    simulated.clock.advance(1.5)
    after = simulated.see(workload["id"])
    assert (after["artifactId"], after["replacement"]["status"]) == (second["id"], "completed")
    assert after["protonId"] != before["protonId"]
    assert [(p.get("role"), p["status"]) for p in simulated.protons(workload["id"])] == [
        ("active", "running"),
        (None, "draining"),
    ]
    simulated.clock.advance(1)
    assert simulated.protons(workload["id"])[1]["status"] == "stopped"


def test_replacement_that_crashes(simulated: Desk) -> None:
    first = simulated.artifact(status="locked")
    crashing = simulated.artifact(status="locked", spec=spec("registry.example/chat:crash"))
    workload = simulated.workload(first["id"])
    simulated.clock.advance(5)
    simulated.replace_by(workload["id"], crashing["id"])
    simulated.clock.advance(4)
    after = simulated.see(workload["id"])
    assert (after["status"], after["artifactId"], after["replacement"]["status"]) == ("running", first["id"], "errored")
    assert simulated.events(workload["id"])[0]["eventType"] == "Replacement Errored"


def test_warm_up(simulated: Desk) -> None:
    first, second = simulated.artifact(status="locked"), simulated.artifact(status="locked", description="2")
    workload = simulated.workload(first["id"])
    simulated.replace_by(workload["id"], second["id"], config={"warmupDurationMinutes": 1})
    simulated.clock.advance(10)
    assert simulated.see(workload["id"])["replacement"]["status"] == "awaiting_promotion"
    simulated.clock.advance(53)
    after = simulated.see(workload["id"])
    assert after["artifactId"] == second["id"]
    assert after["replacement"]["switchedAt"] == "2026-09-30T15:27:57.349000+00:00"


def test_stop_takes_a_second(simulated: Desk) -> None:
    workload = simulated.workload(simulated.artifact()["id"], runtime=runtime(1))
    simulated.clock.advance(5)
    stopping = lifecycle.stop_workload(simulated.reg, simulated.caller, workload["id"])
    assert stopping.document["status"] == "stopping"
    with pytest.raises(ConflictError, match=r"^The proton must be stopped before attempting to start it\.$"):
        lifecycle.start_workload(simulated.reg, simulated.caller, workload["id"])
    with pytest.raises(ConflictError, match="stopping"):
        simulated.settings(workload["id"])
    simulated.clock.advance(1)
    assert lifecycle.start_workload(simulated.reg, simulated.caller, workload["id"]).changed
    simulated.clock.advance(3)
    after = simulated.see(workload["id"])
    assert after["status"] == "running"
    assert len(simulated.protons(workload["id"])) == 1


def test_cancel(simulated: Desk) -> None:
    workload = simulated.workload(simulated.artifact()["id"])
    simulated.clock.advance(5)
    simulated.settings(workload["id"])
    simulated.clock.advance(1)
    lifecycle.cancel_replacement(simulated.reg, simulated.caller, workload["id"])
    simulated.clock.advance(10)
    after = simulated.see(workload["id"])
    assert (after["status"], after["replacement"], after["protonId"]) == ("running", None, after["protonId"])
    assert [proton["status"] for proton in simulated.protons(workload["id"])] == ["stopped", "running"]
