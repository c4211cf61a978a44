"""Random histories: whatever is called in whatever order, the records stay consistent and only refusals are raised."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.unit.registry.builders import Desk, runtime, spec

from lockyard.contract import ApiError, Json, WorkloadQuery
from lockyard_registry import Caller, lifecycle, open_registry
from lockyard_registry.runtime import ManualClock

PICK = st.integers(0, 3)
REPOSITORIES = ["a" * 24, "b" * 24]


class Histories(RuleBasedStateMachine):
    """One registry, two repositories, a few artifacts and workloads."""

    blank: Path
    driver: str

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "registry.db"
        shutil.copy(self.blank, path)
        self.clock = ManualClock(datetime(2026, 9, 30, tzinfo=UTC))
        self.reg = open_registry(path, driver=self.driver, clock=self.clock)
        self.desk = Desk(self.reg, Caller("c" * 24, "ada", "http://registry.example/api/v2"), self.clock)
        self.artifacts: list[str] = []
        self.workloads: list[str] = []
        self.versions: set[tuple[str, int]] = set()
        for id in REPOSITORIES:
            self.desk.put(id)

    def teardown(self) -> None:
        self.reg.close()
        self.folder.cleanup()

    def attempt(self, call: Callable[[], Any]) -> Any:
        self.clock.advance(0.5)
        try:
            return call()
        except ApiError as refusal:
            assert "\n" not in str(refusal)
            return None

    def at(self, ids: list[str], number: int) -> str:
        return ids[number % len(ids)] if ids else "f" * 24

    @rule(number=PICK, status=st.sampled_from(["draft", "locked"]), crash=st.booleans(), key=st.none() | st.just("k"))
    def create(self, number: int, status: str, crash: bool, key: str | None) -> None:
        image = "registry.example/chat:crash" if crash else "registry.example/chat:1"
        fields = {"status": status, "artifactRepositoryId": REPOSITORIES[number % 2], "spec": spec(image)}
        made = self.attempt(lambda: self.desk.make(key, **fields))
        if made is not None and made.created:
            self.artifacts.append(made.document["id"])

    @rule(number=PICK, text=st.sampled_from(["a", "b"]), lock=st.booleans())
    def edit(self, number: int, text: str, lock: bool) -> None:
        data = {"description": text, **({"status": "locked"} if lock else {})}
        self.attempt(lambda: self.desk.patch(self.at(self.artifacts, number), **data))

    @rule(number=PICK)
    def drop_artifact(self, number: int) -> None:
        id = self.at(self.artifacts, number)
        self.attempt(lambda: lifecycle.delete_artifact(self.reg, self.desk.caller, id))

    @rule(number=PICK, key=st.none() | st.sampled_from(["k", "l"]))
    def run(self, number: int, key: str | None) -> None:
        made = self.attempt(lambda: self.desk.run(self.at(self.artifacts, number), key, runtime=runtime(1)))
        if made is not None and made.created:
            self.workloads.append(made.document["id"])

    @rule(number=PICK, other=PICK, minutes=st.sampled_from([0, 1]))
    def swap(self, number: int, other: int, minutes: int) -> None:
        id, artifact = self.at(self.workloads, number), self.at(self.artifacts, other)
        self.attempt(lambda: self.desk.replace_by(id, artifact, config={"warmupDurationMinutes": minutes}))

    @rule(number=PICK, replicas=st.integers(1, 2))
    def set_runtime(self, number: int, replicas: int) -> None:
        self.attempt(lambda: self.desk.settings(self.at(self.workloads, number), runtime(replicas)))

    @rule(number=PICK, action=st.sampled_from(["start_workload", "stop_workload", "promote_workload"]))
    def operate(self, number: int, action: str) -> None:
        id = self.at(self.workloads, number)
        self.attempt(lambda: getattr(lifecycle, action)(self.reg, self.desk.caller, id))

    @rule(number=PICK, action=st.sampled_from(["cancel_replacement", "get_replacement", "get_settings"]))
    def look_or_cancel(self, number: int, action: str) -> None:
        id = self.at(self.workloads, number)
        self.attempt(lambda: getattr(lifecycle, action)(self.reg, self.desk.caller, id))

    @rule(number=PICK)
    def drop_workload(self, number: int) -> None:
        id = self.at(self.workloads, number)
        if self.attempt(lambda: lifecycle.delete_workload(self.reg, self.desk.caller, id) or True):
            self.workloads.remove(id)

    @rule(
        number=PICK,
        phase=st.sampled_from(["progressing", "ready", "ready", "failed", "stopped"]),
        seconds=st.integers(-1, 1),
        of_candidate=st.booleans(),
    )
    def report(self, number: int, phase: str, seconds: int, of_candidate: bool) -> None:
        if not self.workloads:
            return
        seen = self.desk.see(self.at(self.workloads, number))
        target: Json = seen
        rolling = self.desk.history(seen["id"])
        if of_candidate and rolling:
            target = {**seen, "artifactId": rolling[-1]["candidateArtifactId"]}
        digests = {"contentDigest": None, "runtimeDigest": None} if of_candidate else {}
        self.attempt(lambda: self.desk.report(target, phase, seconds=seconds, **digests))

    @rule(seconds=st.sampled_from([1, 5, 70, 4 * 3600, 8 * 3600]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @invariant()
    def workloads_are_consistent(self) -> None:
        items = lifecycle.list_workloads(self.reg, self.desk.caller, WorkloadQuery(limit=100)).items
        assert {item["id"] for item in items} == set(self.workloads)
        on_drafts = [
            item["artifactId"]
            for item in items
            if item["artifact"]["status"] == "draft" and item["status"] != "stopped"
        ]
        assert len(on_drafts) == len(set(on_drafts)), "two active workloads on one draft"
        for item in items:
            assert item == {**self.desk.see(item["id"]), "requestStats": None}
            protons = self.desk.protons(item["id"])
            active = [proton for proton in protons if proton.get("role") == "active"]
            candidates = [proton for proton in protons if proton.get("role") == "candidate"]
            assert [proton["id"] for proton in active] == ([item["protonId"]] if item["protonId"] else [])
            assert all(proton["artifactId"] == item["artifactId"] for proton in active)
            replacement = item["replacement"]
            under_way = replacement is not None and replacement["status"] not in ("completed", "errored")
            if item["status"] != "stopped":
                assert [proton["id"] for proton in candidates] == (
                    replacement["candidateProtonIds"] if under_way and item["protonId"] else []
                )
            assert (item["expiresAt"] is None) == (item["artifact"]["status"] == "locked")
            if item["status"] == "stopped":
                assert not {proton["status"] for proton in protons} & {"running", "launching", "warming"}

    @invariant()
    def versions_are_gapless_and_never_given_twice(self) -> None:
        for id in REPOSITORIES:
            repository = self.desk.repository(id)
            with self.reg.store.read() as tx:
                query = "SELECT version FROM artifacts WHERE repository_id = ? AND version IS NOT NULL"
                versions = sorted(row[0] for row in tx.exec_driver_sql(query, (id,)))
            assert versions == list(range(1, repository["lastVersionNumber"] + 1))


@pytest.mark.parametrize("driver", ["external", "simulated"])
def test_histories(blank: Path, driver: str) -> None:
    machine = type("Machine", (Histories,), {"blank": blank, "driver": driver})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
