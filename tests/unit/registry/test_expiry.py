from pathlib import Path

import pytest
from tests.unit.registry.builders import Desk

from lockyard.contract import ValidationFailedError, WorkloadQuery
from lockyard_registry import lifecycle

HOURS = 3600


def statuses(desk: Desk, **query: object) -> list[str]:
    page = lifecycle.list_workloads(desk.reg, desk.caller, WorkloadQuery.model_validate(query))
    assert page.total == len(page.items)
    return [item["status"] for item in page.items]


def records(desk: Desk) -> list[tuple[object, ...]]:
    with desk.reg.store.read() as tx:
        return [tuple(row) for row in tx.exec_driver_sql("SELECT * FROM workloads")]


def test_eight_hours(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    assert workload["expiresAt"] == "2026-09-30T23:26:54.349000+00:00"
    desk.clock.advance(8 * HOURS - 0.001)
    assert desk.see(workload["id"])["status"] == "submitted"
    stored = records(desk)
    desk.clock.advance(0.001)
    after = desk.see(workload["id"])
    assert (after["status"], after["expiresAt"]) == ("stopped", workload["expiresAt"])
    assert statuses(desk, status=["stopped"]) == ["stopped"]
    assert statuses(desk, status=["submitted"]) == []
    assert statuses(desk) == ["stopped"]
    assert records(desk) == stored, "a read writes nothing"


def test_settings_and_edits_do_not_prolong(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    desk.clock.advance(7 * HOURS)
    desk.settings(workload["id"])
    desk.replace_by(workload["id"], desk.artifact()["id"])
    assert desk.see(workload["id"])["expiresAt"] == workload["expiresAt"]


def test_a_start_begins_again(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    desk.clock.advance(9 * HOURS)
    assert not lifecycle.stop_workload(desk.reg, desk.caller, workload["id"]).changed
    assert lifecycle.start_workload(desk.reg, desk.caller, workload["id"]).changed
    assert desk.see(workload["id"])["expiresAt"] == "2026-10-01T08:26:54.349000+00:00"
    desk.clock.advance(9 * HOURS)
    desk.settings(workload["id"])
    assert desk.see(workload["id"])["status"] == "submitted"


def test_an_expired_one_makes_room_on_its_draft(desk: Desk) -> None:
    draft = desk.artifact()
    desk.workload(draft["id"])
    desk.clock.advance(8 * HOURS)
    desk.workload(draft["id"])


def test_lock_ends_the_limit_but_wakes_nobody(desk: Desk) -> None:
    early, late = desk.artifact(), desk.artifact()
    running, expired = desk.workload(early["id"]), desk.workload(late["id"])
    desk.clock.advance(4 * HOURS)
    desk.patch(early["id"], status="locked")
    desk.clock.advance(5 * HOURS)
    assert desk.see(running["id"])["status"] == "submitted"
    desk.patch(late["id"], status="locked")
    assert desk.see(expired["id"])["status"] == "stopped"
    assert desk.see(expired["id"])["expiresAt"] is None


def test_expiry_of_simulated_workloads(simulated: Desk) -> None:
    workload = simulated.workload(simulated.artifact()["id"])
    simulated.clock.advance(60)
    assert simulated.see(workload["id"])["status"] == "running"
    simulated.clock.advance(8 * HOURS - 61)
    simulated.settings(workload["id"])
    simulated.clock.advance(100)
    after = simulated.see(workload["id"])
    assert (after["status"], after["replacement"]) == ("stopped", None)
    assert {proton["status"] for proton in simulated.protons(workload["id"])} <= {"stopped", "stopping"}
    with pytest.raises(ValidationFailedError, match="no active proton"):
        lifecycle.promote_workload(simulated.reg, simulated.caller, workload["id"])
    simulated.clock.advance(100)
    assert {proton["status"] for proton in simulated.protons(workload["id"])} == {"stopped"}


def test_expiry_is_the_same_for_another_process(desk: Desk, tmp_path: Path) -> None:
    from lockyard_registry import open_registry

    workload = desk.workload(desk.artifact()["id"])
    desk.clock.advance(8 * HOURS)
    other = open_registry(tmp_path / "registry.db", clock=desk.clock)
    try:
        assert lifecycle.get_workload(other, desk.caller, workload["id"])["status"] == "stopped"
    finally:
        other.close()
