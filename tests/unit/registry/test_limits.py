"""The limit of active workloads (workload-api §15.2)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.registry.builders import Desk

from lockyard.contract import ForbiddenError
from lockyard_registry import Caller, Registry, lifecycle
from lockyard_registry.runtime import ManualClock


def test_one_more_active_workload_is_refused(
    open_it: Callable[..., Registry], location: Path | str, caller: Caller, clock: ManualClock
) -> None:
    desk = Desk(open_it(location=location, max_concurrent_workloads=2), caller, clock)
    one, two = (desk.workload(desk.artifact()["id"])["id"] for _ in range(2))
    third = desk.artifact()["id"]
    with pytest.raises(ForbiddenError) as error:
        desk.workload(third)
    assert error.value.message == "Requested workloads (3) exceeds the maximum allowed (2)."
    # What runs may roll, and start again what it is itself.
    desk.settings(one)
    lifecycle.stop_workload(desk.reg, caller, one)
    three = desk.workload(third)["id"]
    with pytest.raises(ForbiddenError):
        lifecycle.start_workload(desk.reg, caller, one)
    with pytest.raises(ForbiddenError):
        desk.settings(one)
    assert desk.see(one)["status"] == "stopped"
    lifecycle.delete_workload(desk.reg, caller, three)
    assert lifecycle.start_workload(desk.reg, caller, one).changed
    # Drafts end after 8 hours and count no longer.
    clock.advance(8 * 3600)
    assert desk.see(two)["status"] == "stopped"
    desk.workload(third)
    assert lifecycle.account_info(desk.reg, caller)["limits"]["maxConcurrentWorkloads"] == 2
