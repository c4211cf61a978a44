"""The rows of the workload table: every change is an update in place, and only some of them roll."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.engine.harness.programs import lineage, runtime, workload
from tests.engine.harness.reports import report
from tests.engine.harness.results import Step
from tests.engine.harness.table import Declare, Phase, Records, Row, Snapshot, update

import lockyard

ONE, TWO, THREE = (f"registry.example/chat:{number}" for number in (1, 2, 3))
ADA = {"share_recipient_type": "user", "username": "ada@example.com"}


def on(artifact: Callable[[str], Any], **more: Any) -> Declare:
    """Declares a workload on an artifact."""
    return lambda name: workload(name, artifact(name), **more)


def draft(name: str, image: str = ONE) -> lockyard.Artifact:
    return lineage(name, image)


def locked(name: str, image: str = ONE) -> lockyard.Artifact:
    return lineage(name, image, status="locked")


def locked_of(image: str) -> Callable[[str], lockyard.Artifact]:
    return lambda name: locked(name, image)


def one_of_two(status: str, chosen: str) -> Declare:
    """Declares two artifacts and a workload on one of them."""

    def declare(name: str) -> None:
        artifacts = {
            "first": lineage(f"{name}.first", ONE, status=status),
            "second": lineage(f"{name}.second", TWO, status=status),
        }
        workload(name, artifacts[chosen])

    return declare


def by_id(*, edited: bool, digest: bool) -> Declare:
    """Declares a workload that knows its artifact by id alone, with or without its digest."""

    def declare(name: str) -> None:
        artifact = draft(f"{name}.artifact", TWO if edited else ONE)
        lockyard.Workload(
            name,
            artifact_id=artifact.id,
            artifact_digest=artifact.content_digest if digest else None,
            runtime=runtime(),
        )

    return declare


def measured_in(memory: str | int, cpu: float) -> Declare:
    """Declares a runtime whose container has its own resources."""
    allocation = {"cpu": cpu, "memory": memory}
    group = {"replica_count": 1, "containers": [{"name": "main", "resource_allocation": allocation}]}
    return on(locked, runtime={"container_groups": [group]})


def same_object(before: Snapshot, after: Snapshot, name: str) -> None:
    old, new = before.workload(name), after.workload(name)
    assert (new["id"], new["endpoint"]) == (old["id"], old["endpoint"])


def rolled(before: Snapshot, after: Snapshot, name: str) -> None:
    same_object(before, after, name)
    assert after.rollouts(name) == before.rollouts(name) + 1


def not_rolled(before: Snapshot, after: Snapshot, name: str) -> None:
    same_object(before, after, name)
    assert after.rollouts(name) == before.rollouts(name)


def replicas(count: int) -> Records:
    """Rolled to this number of replicas."""

    def records(before: Snapshot, after: Snapshot, name: str) -> None:
        rolled(before, after, name)
        assert after.workload(name)["runtime"]["containerGroups"][0]["replicaCount"] == count

    return records


def shows(**fields: Any) -> Records:
    """Not rolled, and these fields are on the record."""

    def records(before: Snapshot, after: Snapshot, name: str) -> None:
        not_rolled(before, after, name)
        assert {key: after.workload(name)[key] for key in fields} == fields

    return records


def runs(artifact: str) -> Records:
    """Rolled to another artifact of the row."""

    def records(before: Snapshot, after: Snapshot, name: str) -> None:
        rolled(before, after, name)
        assert after.workload(name)["artifactId"] == after.id("Artifact", f"{name}.{artifact}")

    return records


def follows(before: Snapshot, after: Snapshot, name: str) -> None:
    rolled(before, after, name)
    assert after.workload(name)["artifactDigest"] == after.artifact(f"{name}.artifact")["contentDigest"]


def stays_behind(before: Snapshot, after: Snapshot, name: str) -> None:
    not_rolled(before, after, name)
    assert after.workload(name)["artifactDigest"] == before.artifact(f"{name}.artifact")["contentDigest"]


def version_and_replicas(version: int, count: int) -> Records:
    """Rolled once to that version with that many replicas."""

    def records(before: Snapshot, after: Snapshot, name: str) -> None:
        replicas(count)(before, after, name)
        assert after.workload(name)["artifact"]["version"] == version

    return records


def candidate(version: int) -> Records:
    """On its way to that version; the one that was running still is the workload's own."""

    def records(before: Snapshot, after: Snapshot, name: str) -> None:
        same_object(before, after, name)
        versions = {item["version"]: item["id"] for item in after.lineage(name)}
        found = after.workload(name)
        assert found["artifactId"] == versions[1]
        assert found["replacement"]["candidateArtifactId"] == versions[version]
        assert (found["status"], found["replacement"]["status"]) == ("running", "submitted")

    return records


def roles(**expected: str) -> Records:
    """The registry stores these roles."""

    def records(before: Snapshot, after: Snapshot, name: str) -> None:
        not_rolled(before, after, name)
        state = after.resources[f"Workload/{name}"]["outputs"].get("sharedRoles") or []
        assert {role["username"]: role["role"] for role in state} == expected

    return records


def tagged(**expected: str) -> Records:
    """The workload has these tags."""

    def records(before: Snapshot, after: Snapshot, name: str) -> None:
        not_rolled(before, after, name)
        assert {tag["name"]: tag["value"] for tag in after.workload(name)["tags"]} == expected

    return records


NEW_VERSION = Step("replace", "Artifact", "", ("spec",), ("contentDigest", "spec"))
MOVES = update("Workload", "artifactId", "artifactDigest")
MOVES_ELSEWHERE = update("Workload", "artifactId", "artifactDigest", "artifactFacts")
BOTH = update("Workload", "artifactId", "artifactDigest", "runtime")

ROWS = (
    Row("name", on(draft), (Phase(on(draft, name="renamed"), (update("Workload", "name"),), shows(name="renamed")),)),
    Row(
        "description",
        on(draft),
        (
            Phase(on(draft, description="said"), (update("Workload", "description"),), shows(description="said")),
            Phase(on(draft), (update("Workload", "description"),), shows(description="")),
        ),
    ),
    Row(
        "importance",
        on(locked),
        (Phase(on(locked, importance="high"), (update("Workload", "importance"),), shows(importance="high")),),
    ),
    Row(
        "tags",
        on(draft),
        (
            Phase(on(draft, tags={"team": "search"}), (update("Workload", "tags"),), tagged(team="search")),
            Phase(on(draft), (update("Workload", "tags"),), tagged()),
        ),
    ),
    Row(
        "shared-roles",
        on(draft, shared_roles=[{**ADA, "role": "CONSUMER"}]),
        (
            Phase(
                on(draft, shared_roles=[{**ADA, "role": "EDITOR"}]),
                (update("Workload", "sharedRoles"),),
                roles(**{"ada@example.com": "EDITOR"}),
            ),
            Phase(on(draft), (update("Workload", "sharedRoles"),), roles()),
        ),
    ),
    Row(
        "replicas",
        on(draft),
        (Phase(on(draft, replicas=3), (update("Workload", "runtime"),), replicas(3)),),
    ),
    Row(
        "runtime-in-other-units",
        measured_in("512MB", 1.0),
        (Phase(measured_in(512_000_000, 1), (), not_rolled),),
    ),
    Row(
        "stopped-and-started",
        on(locked),
        (
            Phase(on(locked, running=False), (update("Workload", "running"),), shows(status="stopped")),
            Phase(on(locked), (update("Workload", "running"),), shows(status="submitted")),
        ),
    ),
    Row(
        "another-locked-artifact",
        one_of_two("locked", "first"),
        (Phase(one_of_two("locked", "second"), (MOVES_ELSEWHERE,), runs("second")),),
    ),
    Row(
        "another-draft",
        one_of_two("draft", "first"),
        (Phase(one_of_two("draft", "second"), (MOVES_ELSEWHERE,), runs("second")),),
    ),
    Row(
        "by-id-and-digest",
        by_id(edited=False, digest=True),
        (
            Phase(
                by_id(edited=True, digest=True),
                (update("Artifact", "spec", "contentDigest", of=".artifact"), update("Workload", "artifactDigest")),
                follows,
            ),
        ),
    ),
    Row(
        "by-id-alone",
        by_id(edited=False, digest=False),
        (
            Phase(
                by_id(edited=True, digest=False),
                (update("Artifact", "spec", "contentDigest", of=".artifact"),),
                stays_behind,
            ),
        ),
    ),
    Row(
        "artifact-and-runtime-three-times",
        on(locked_of(ONE)),
        (
            Phase(on(locked_of(TWO), replicas=2), (NEW_VERSION, BOTH), version_and_replicas(2, 2)),
            Phase(on(locked_of(THREE), replicas=3), (NEW_VERSION, BOTH), version_and_replicas(3, 3)),
            Phase(on(locked_of(ONE), replicas=4), (NEW_VERSION, BOTH), version_and_replicas(1, 4)),
        ),
    ),
    Row(
        "overtaken-while-it-rolls",
        on(locked_of(ONE)),
        (
            Phase(on(locked_of(TWO)), (NEW_VERSION, MOVES), candidate(2)),
            Phase(on(locked_of(THREE)), (NEW_VERSION, MOVES), candidate(3)),
        ),
        meanwhile=lambda project, name: report(project, name, "ready"),
    ),
)
