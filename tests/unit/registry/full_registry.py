"""A registry with rows in every table, signed, with a draft that no checkpoint speaks of yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.unit.registry.builders import REPOSITORY, Desk, runtime, spec

from lockyard.contract import (
    CredentialInput,
    MeasurementsInput,
    OtlpLogs,
    OtlpMetrics,
    OtlpTraces,
    SharedRolesPatch,
    TagsInput,
    parse,
)
from lockyard_registry import lifecycle, people
from lockyard_registry.audit import Proof, checkpoint_place, make_checkpoints, signing_key, verify, witness_file

TRACE = "0123456789abcdef" * 2


@dataclass(frozen=True)
class FullRegistry:
    """The registry, and the folder of its key and checkpoints.

    Attributes:
        desk: the registry.
        folder: the folder.
        workload: its workload with everything.
    """

    desk: Desk
    folder: Path
    workload: str

    @property
    def key(self) -> Any:
        return signing_key(self.folder / "keys" / "key.pem")

    @property
    def witness(self) -> Path:
        return witness_file(self.folder / "keys" / "key.pem", self.desk.reg.registry_id)

    @property
    def place(self) -> Any:
        return checkpoint_place(self.folder / "signed", self.desk.reg.registry_id)

    def sign(self) -> list[int]:
        return make_checkpoints(self.desk.reg.store, self.key, self.place, now=self.desk.clock.now)

    def prove(self) -> Proof:
        return verify(self.desk.reg.store, self.place, [self.key.public], self.witness)


def fill(desk: Desk, folder: Path) -> FullRegistry:
    """Puts rows into every table. The registry must have a place for the key of its credentials."""
    reg, caller = desk.reg, desk.caller
    desk.put(origin="https://git.example/team")
    first = desk.make("key-1", artifactRepositoryId=REPOSITORY, status="locked", description="one", spec=spec("chat:1"))
    second = desk.make("key-2", artifactRepositoryId=REPOSITORY, status="locked", description="two ü")
    tags = parse(TagsInput, {"tags": [{"name": "team", "value": "search"}, {"name": "tier", "value": "1"}]})
    lifecycle.replace_tags(reg, caller, "artifacts", first.document["id"], tags)
    role = {"username": "bob", "role": "EDITOR", "shareRecipientType": "user"}
    roles = parse(SharedRolesPatch, {"operation": "updateRoles", "roles": [role]})
    lifecycle.update_shared_roles(reg, caller, "artifactRepositories", REPOSITORY, roles)
    workload = desk.workload(first.document["id"], runtime=runtime(2))
    desk.clock.advance(5)
    desk.report(workload, "ready")
    desk.replace_by(workload["id"], second.document["id"])
    desk.clock.advance(5)
    rolling = desk.see(workload["id"])["replacement"]
    chosen = {"artifactId": second.document["id"], "artifactDigest": rolling["artifactDigest"]}
    desk.report({**workload, **chosen}, "ready")
    desk.settings(workload["id"], runtime(1))
    lifecycle.link_use_case(reg, caller, "c" * 24, workload["id"])
    measure(desk, workload["id"])
    emit(desk, workload["id"])
    tried = desk.workload(desk.artifact(artifactRepositoryId=REPOSITORY, name="tried")["id"])
    desk.patch(tried["artifactId"], status="locked")
    body = {"name": "one", "credentialType": "bearer", "token": "s3cret", "description": "of the hub"}
    lifecycle.create_credential(reg, caller, parse(CredentialInput, body))
    people.bootstrap(reg.store, "root")
    people.add_user(reg.store, "anna")
    people.add_token(reg.store, "anna", "laptop", lasts=timedelta(hours=1))
    people.revoke_token(reg.store, people.list_tokens(reg.store, "anna")[0].id)
    people.identify_subject(reg.store, "https://login.example", "subject-1", "carl")
    people.add_group(reg.store, "team")
    people.join_group(reg.store, "team", "anna")
    made = FullRegistry(desk, folder, workload["id"])
    assert made.sign() == [1]
    for number in (2, 3):
        desk.clock.advance(60)
        desk.artifact(artifactRepositoryId=REPOSITORY, description=f"draft {number}")
        assert made.sign() == [number]
    desk.clock.advance(60)
    desk.artifact(artifactRepositoryId=REPOSITORY, description="not signed yet")
    return made


def measure(desk: Desk, workload: str, source: str = "gateway") -> None:
    """Tells of requests."""
    now = desk.clock.now()
    told = {
        "startTime": (now - timedelta(minutes=1)).isoformat(),
        "endTime": now.isoformat(),
        "source": source,
        "requests": 10,
        "serverErrors": 1,
        "responseTimes": [{"millis": 20, "count": 10}],
    }
    lifecycle.post_measurements(desk.reg, desk.caller, workload, parse(MeasurementsInput, {"measurements": [told]}))


def emit(desk: Desk, workload: str) -> None:
    """Tells of a line, a span and a metric."""
    attributes = [{"key": key, "value": {"stringValue": "v"}} for key in ("exception.stacktrace", "b", "a")]
    nanos = str(int(desk.clock.now().timestamp()) * 10**9)
    line = {
        "timeUnixNano": nanos,
        "severityNumber": 17,
        "body": {"stringValue": "it failed"},
        "attributes": attributes,
        "traceId": TRACE,
        "spanId": TRACE[:16],
    }
    span = {
        "traceId": TRACE,
        "spanId": TRACE[:16],
        "parentSpanId": TRACE[:16],
        "name": "infer",
        "kind": 2,
        "startTimeUnixNano": nanos,
        "endTimeUnixNano": str(int(nanos) + 5),
        "status": {"code": 2, "message": "no"},
        "attributes": attributes,
    }
    points = [{"timeUnixNano": nanos, "asDouble": -0.0}]
    metric = {"name": "memory", "unit": "By", "description": "Memory", "gauge": {"dataPoints": points}}
    logs = {"resourceLogs": [{"scopeLogs": [{"logRecords": [line]}]}]}
    traces = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    metrics = {"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]}
    lifecycle.take_logs(desk.reg, desk.caller, "workload", workload, parse(OtlpLogs, logs))
    lifecycle.take_traces(desk.reg, desk.caller, "workload", workload, parse(OtlpTraces, traces))
    lifecycle.take_metrics(desk.reg, desk.caller, "workload", workload, parse(OtlpMetrics, metrics))
