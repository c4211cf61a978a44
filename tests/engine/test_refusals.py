"""Wrong arguments: the preview refuses them, one line each with its path, and nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.engine.harness import Project
from tests.engine.harness.programs import container, lineage, runtime, spec, workload
from tests.engine.harness.results import Run

import lockyard

CONTAINERS = "spec.containerGroups.0.containers"
GROUP = "runtime.containerGroups.0"


def containers(*items: Any, **group: Any) -> dict[str, Any]:
    return {"container_groups": [{"containers": list(items), **group}]}


def artifact(given: Any, **more: Any) -> Callable[[], object]:
    return lambda: lineage("chat", spec=given, **more)


def running(given: Any, **more: Any) -> Callable[[], object]:
    return lambda: workload("chat", lineage("chat", status="locked"), runtime=given, **more)


def side(**fields: Any) -> dict[str, Any]:
    """A sidecar."""
    return {"image_uri": "registry.example/side:1", **fields}


def named(*names: str) -> dict[str, Any]:
    """A primary container, and a sidecar for every name."""
    return containers(container(primary=True), *[side(name=name) for name in names])


PROBE = {"path": "/ready", "port": 8080}

# What is declared, and the paths that must be named. Several mistakes at once show that all are reported together.
WRONG: dict[str, tuple[Callable[[], object], list[str]]] = {
    "container names": (
        artifact(named("", "a" * 64, "Upper", "ünïcode", "-x", "9x", "ok")),
        [f"{CONTAINERS}.{index}.name" for index in range(1, 7)],
    ),
    "duplicate container names": (artifact(named("side", "side")), [f"{CONTAINERS}.2.name"]),
    "group name empty": (artifact(containers(container(), name="")), ["spec.containerGroups.0.name"]),
    "group name too long": (artifact(containers(container(), name="g" * 64)), ["spec.containerGroups.0.name"]),
    "group name in upper case": (artifact(containers(container(), name="Group")), ["spec.containerGroups.0.name"]),
    "port 0": (artifact(spec(port=0)), [f"{CONTAINERS}.0.port"]),
    "port 1023": (artifact(spec(port=1023)), [f"{CONTAINERS}.0.port"]),
    "port 65536": (artifact(spec(port=65536)), [f"{CONTAINERS}.0.port"]),
    "port as text": (artifact(spec(port="8080")), [f"{CONTAINERS}.0.port"]),
    "no port": (artifact(spec(port=None)), [f"{CONTAINERS}.0.port"]),
    "two primaries": (
        artifact(containers(container(primary=True), container(name="b", primary=True))),
        ["spec.containerGroups.0.containers"],
    ),
    "no primary": (
        artifact(containers(side(name="a"), side(name="b"))),
        ["spec.containerGroups.0.containers"],
    ),
    "sidecar with a port": (artifact(containers(container(primary=True), side(port=9000))), [f"{CONTAINERS}.1.port"]),
    "neither image nor build": (artifact(spec(image_uri=None)), [f"{CONTAINERS}.0"]),
    "probe without a path": (
        artifact(spec(readiness_probe={"port": 8080}, liveness_probe={**PROBE, "path": ""})),
        [f"{CONTAINERS}.0.readinessProbe.path"],
    ),
    "unknown keys at every level": (
        artifact(
            {
                "bogus": 1,
                "container_groups": [
                    {"bogus": 1, "containers": [container(bogus=1, readiness_probe={**PROBE, "bogus": 1})]}
                ],
            }
        ),
        [
            "spec.bogus",
            "spec.containerGroups.0.bogus",
            f"{CONTAINERS}.0.bogus",
            f"{CONTAINERS}.0.readinessProbe.bogus",
        ],
    ),
    "a spec that is text": (artifact("registry.example/chat:1"), ["spec"]),
    "locked without containers": (artifact(containers(), status="locked"), ["spec.containerGroups"]),
    "a name of nothing": (artifact(spec(), name=""), ["name"]),
    "a status that does not exist": (artifact(spec(), status="frozen"), ["status"]),
    "storage on a service": (artifact({**spec(), "storage": {"mode": "nimCache"}}), ["spec.storage"]),
    "an environment variable without a value": (
        artifact(spec(environment_vars=[{"name": "A"}, {"value": "b"}])),
        [f"{CONTAINERS}.0.environmentVars.0", f"{CONTAINERS}.0.environmentVars.1"],
    ),
    "tags of nothing": (artifact(spec(), tags={"team": ""}), ["tags.team"]),
    "a repository that is no id": (
        lambda: lockyard.Artifact("chat", repository="chat-api", spec=spec()),
        ["artifactRepositoryId"],
    ),
    "a repository of no type": (lambda: lockyard.ArtifactRepository("chat", type="model"), ["type"]),
    "a name of 5001 characters": (lambda: lockyard.ArtifactRepository("chat", name="x" * 5001), ["name"]),
    "runtime of an unknown container": (
        running({"container_groups": [{"containers": [{"name": "ghost", "resource_allocation": {"cpu": 1}}]}]}),
        [f"{GROUP}.containers.0.name"],
    ),
    "runtime of an unknown group": (running(runtime(name="ghost")), [f"{GROUP}.name"]),
    "no replicas": (running(runtime(0)), [f"{GROUP}.replicaCount"]),
    "a metric of a nim on a service": (
        running(
            {
                "container_groups": [
                    {
                        "autoscaling": {
                            "min_replica_count": 1,
                            "max_replica_count": 2,
                            "policies": [{"scaling_metric": "gpuCacheUtilization", "target": 80}],
                        }
                    }
                ]
            }
        ),
        [f"{GROUP}.autoscaling.policies.0.scalingMetric"],
    ),
    "an importance that does not exist": (running(runtime(), importance="urgent"), ["importance"]),
    "a runtime that is text": (running("two replicas"), ["runtime"]),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, pulumi_home: Any) -> Project:
    """One project for all: refused previews write nothing, so they cannot disturb each other."""
    return Project(tmp_path_factory.mktemp("refusals") / "project", home=pulumi_home)


def lines(run: Run) -> list[str]:
    """The problems of a run, without what the engine puts before each."""
    found = [error.partition("has a problem: ")[2] for error in run.errors]
    return [line for line in found if line]


@pytest.mark.parametrize(("program", "paths"), WRONG.values(), ids=WRONG)
def test_wrong_arguments(project: Project, program: Callable[[], object], paths: list[str]) -> None:
    run = project.preview(program, fails=True)
    found = lines(run)
    assert found, run.output
    for path in paths:
        assert any(line.startswith(f"{path}") for line in found), (path, found)
    assert all("\n" not in line for line in found)
    assert "Traceback" not in run.output
    assert project.resources() == {}
    assert not (project.data / "registry.db").exists(), "a preview writes nothing"


def test_bounds_are_allowed(project: Project) -> None:
    """The last good value on each side, and a megabyte of environment."""

    def program() -> None:
        first, last = ("a", "b" * 63)
        many = [{"name": f"V{number}", "value": "x" * 4000} for number in range(256)]
        lineage("low", spec=containers(container(name=first, port=1024, environment_vars=many), name=last))
        lineage("high", spec=containers(container(name=last, port=65535), name=first))

    assert len(project.preview(program).changes) == 4


@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param(
            lambda: [workload(name, artifact) for artifact in [lineage("chat")] for name in ("one", "two")],
            ("Workload 'two'", "is a draft and already backs Workload 'one'"),
            id="a second workload on one draft",
        ),
        pytest.param(
            lambda: lineage("chat", type="nim", repository=lockyard.ArtifactRepository("chat")),
            ("Artifact 'chat'", "does not match artifact type 'nim'"),
            id="a repository of the other type",
        ),
        pytest.param(
            lambda: lockyard.Workload("chat"),
            ("exactly one of artifact and artifact_id must be given",),
            id="no artifact",
        ),
    ],
)
def test_what_the_constructor_refuses_is_one_line(
    project: Project, program: Callable[[], object], words: tuple[str, ...]
) -> None:
    run = project.preview(program, fails=True)
    [line] = {error for error in run.errors if words[0] in error and not error.startswith("an unhandled error")}
    assert all(word in line for word in words)
    assert "\n" not in line
    assert "Traceback" not in run.output


def test_type_of_a_lineage_is_fixed(make_project: Callable[..., Project]) -> None:
    """The same repository by its id, another type: refused in preview, as the server would refuse it."""
    project = make_project()
    project.up(lambda: lineage("chat"))
    id = project.id("ArtifactRepository/chat")

    def nim() -> None:
        lockyard.ArtifactRepository("chat")
        lockyard.Artifact("chat", repository=id, type="nim", spec=spec())

    run = project.preview(nim, fails=True)
    [line] = [line for line in lines(run) if line.startswith("type:")]
    assert "a repository's type is fixed" in line


@pytest.mark.parametrize(("before", "after"), [("draft", "locked"), ("locked", "draft")])
def test_workloads_stay_on_their_side_of_the_lock(
    make_project: Callable[..., Project], before: str, after: str
) -> None:
    project = make_project()

    def program(chosen: str) -> Callable[[], object]:
        def declare() -> None:
            artifacts = {"draft": lineage("draft"), "locked": lineage("locked", status="locked")}
            workload("chat", artifacts[chosen])

        return declare

    project.up(program(before))
    run = project.preview(program(after), fails=True)
    [line] = lines(run)
    assert line.startswith(f"artifactId: a workload on a {before} artifact cannot move to a {after} one")


def test_a_repository_that_was_deleted(make_project: Callable[..., Project]) -> None:
    project = make_project()
    run = project.up(lambda: lockyard.Artifact("chat", repository="0" * 24, spec=spec()), fails=True)
    [line] = [error for error in run.errors if "epository" in error]
    assert "\n" not in line
    assert project.resources() == {}
