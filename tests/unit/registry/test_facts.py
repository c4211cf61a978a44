from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.unit.registry.builders import Desk

from lockyard.contract import DEFAULT_BUNDLES, ConfigurationError
from lockyard_registry import default_database, lifecycle
from lockyard_registry.runtime import ManualClock, SystemClock, get_driver
from lockyard_registry.store import new_id, timestamp


def test_version(desk: Desk, simulated: Desk) -> None:
    info = lifecycle.version_info(desk.reg, desk.caller)
    assert info["registryId"] == desk.reg.registry_id
    assert info["additions"] == list(lifecycle.ADDITIONS)
    assert (info["driver"], info["compat"]) == ("external", [])
    assert lifecycle.version_info(simulated.reg, desk.caller)["driver"] == "simulated"


def test_bundles_can_be_named(desk: Desk) -> None:
    page = lifecycle.list_bundles(desk.reg, desk.caller)
    assert page.total == len(page.items) == len(DEFAULT_BUNDLES)
    for number, bundle in enumerate(page.items):
        locked = desk.artifact(status="locked", description=str(number))
        runtime = {"containerGroups": [{"resourceBundles": [bundle["id"]]}]}
        resolved = desk.workload(locked["id"], runtime=runtime)["runtime"]["containerGroups"][0]["resolvedBundle"]
        assert resolved.items() <= bundle.items()


def test_unknown_driver() -> None:
    with pytest.raises(ConfigurationError, match="'external' or 'simulated'"):
        get_driver("kubernetes")


def test_default_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCKYARD_DATA_DIR", str(tmp_path))
    assert default_database() == tmp_path / "registry.db"
    monkeypatch.delenv("LOCKYARD_DATA_DIR")
    assert default_database().name == "registry.db"
    assert "lockyard" in str(default_database())


def test_ids_are_ordered_and_unique() -> None:
    now = datetime(2026, 9, 30, tzinfo=UTC)
    ids = [new_id(now + timedelta(seconds=second)) for second in range(50) for _ in range(20)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(len(id) == 24 and int(id, 16) for id in ids)


def test_timestamps_are_utc_with_microseconds() -> None:
    assert timestamp(datetime.fromisoformat("2026-09-30T17:26:54.349+02:00")) == "2026-09-30T15:26:54.349000+00:00"


def test_clocks() -> None:
    clock = ManualClock()
    before = clock.now()
    clock.advance(1.5)
    assert clock.now() - before == timedelta(seconds=1.5)
    with pytest.raises(ValueError):
        clock.advance(-1)
    assert SystemClock().now().tzinfo is not None
