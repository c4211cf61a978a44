"""Wrong arguments: the preview refuses them, one line each with its path, and nothing is written anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.engine.harness import Project
from tests.engine.harness.programs import container, lineage, spec, workload
from tests.engine.harness.results import Run

import lockyard

pytestmark = pytest.mark.xdist_group("refusals")  # one stack for all its tests

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


# Every level of an artifact at once. The bounds of each rule are the business of the contract's tests.
EVERYTHING_WRONG = {
    "bogus": 1,
    "storage": {"mode": "nimCache"},
    "container_groups": [
        {
            "bogus": 1,
            "name": "Group",
            "containers": [
                container(primary=True, port="8080", bogus=1, readiness_probe={"port": 8080, "bogus": 1}),
                side(name=""),
                side(name="a" * 64),
                side(name="ünïcode", port=9000),
                side(name="x", image_uri=None),
                side(name="y", environment_vars=[{"name": "A"}, {"value": "b"}]),
            ],
        }
    ],
}
EVERY_PATH = [
    "name",
    "tags.team",
    "spec.bogus",
    "spec.storage",
    "spec.containerGroups.0.bogus",
    "spec.containerGroups.0.name",
    f"{CONTAINERS}.0.port",
    f"{CONTAINERS}.0.bogus",
    f"{CONTAINERS}.0.readinessProbe.path",
    f"{CONTAINERS}.0.readinessProbe.bogus",
    f"{CONTAINERS}.1.name",
    f"{CONTAINERS}.2.name",
    f"{CONTAINERS}.3.name",
    f"{CONTAINERS}.5.environmentVars.0",
    f"{CONTAINERS}.5.environmentVars.1",
]

# What is declared, and the paths that must be named.
WRONG: dict[str, tuple[Callable[[], object], list[str]]] = {
    "everything at once": (artifact(EVERYTHING_WRONG, name="", tags={"team": ""}), EVERY_PATH),
    "rules between fields": (
        artifact(
            containers(
                container(primary=True, port=1023),
                side(name="side", port=9000),
                side(name="side"),
                side(name="bare", image_uri=None),
            )
        ),
        [f"{CONTAINERS}.0.port", f"{CONTAINERS}.1.port", f"{CONTAINERS}.2.name", f"{CONTAINERS}.3"],
    ),
    "two primaries": (
        artifact(containers(container(primary=True), container(name="b", primary=True))),
        ["spec.containerGroups.0.containers"],
    ),
    "no primary": (artifact(containers(side(name="a"), side(name="b"))), ["spec.containerGroups.0.containers"]),
    "a port too high": (artifact(spec(port=65536)), [f"{CONTAINERS}.0.port"]),
    "a spec that is text": (artifact("registry.example/chat:1"), ["spec"]),
    "locked without containers": (artifact(containers(), status="locked"), ["spec.containerGroups"]),
    "a repository that is no id, a status that does not exist": (
        lambda: lockyard.Artifact("chat", repository="chat-api", spec=spec(), status="frozen"),
        ["artifactRepositoryId", "status"],
    ),
    "a repository of no type and a name too long": (
        lambda: lockyard.ArtifactRepository("chat", type="model", name="x" * 5001),
        ["type", "name"],
    ),
    "a workload with everything wrong": (
        running(
            {
                "container_groups": [
                    {
                        "replica_count": 0,
                        "bogus": 1,
                        "containers": [{"name": "main", "resource_allocation": {"cpu": -1, "memory": "1 elephant"}}],
                    }
                ]
            },
            importance="urgent",
            name="",
            tags={"team": ""},
        ),
        [
            f"{GROUP}.replicaCount",
            f"{GROUP}.bogus",
            f"{GROUP}.containers.0.resourceAllocation.cpu",
            f"{GROUP}.containers.0.resourceAllocation.memory",
            "importance",
            "name",
            "tags.team",
        ],
    ),
    "a runtime that does not fit its artifact": (
        running(
            {
                "container_groups": [
                    {
                        "containers": [{"name": "ghost", "resource_allocation": {"cpu": 1}}],
                        "autoscaling": {
                            "min_replica_count": 1,
                            "max_replica_count": 2,
                            "policies": [{"scaling_metric": "gpuCacheUtilization", "target": 80}],
                        },
                    }
                ]
            }
        ),
        [f"{GROUP}.containers.0.name", f"{GROUP}.autoscaling.policies.0.scalingMetric"],
    ),
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
