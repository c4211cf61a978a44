"""Stacks that share a registry: at the same time, and one after the other's locked versions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.engine.harness import Project
from tests.engine.harness.command import finish_process, start_process

MANY = """
import lockyard
spec = {"container_groups": [{"containers": [{"image_uri": "registry.example/chat:1", "port": 8080}]}]}
for number in range(6):
    repository = lockyard.ArtifactRepository(f"a{number}")
    status = ("draft", "locked")[number % 2]
    artifact = lockyard.Artifact(f"a{number}", repository=repository, spec=spec, status=status)
    lockyard.Workload(f"a{number}", artifact=artifact)
"""

CONSUMER = """
import lockyard, pulumi
config = pulumi.Config()
artifact = lockyard.lookup_artifact(repository=config.require("repository"))
runtime = {"container_groups": [{"replica_count": 1, "resource_bundles": ["cpu.small"]}]}
lockyard.Workload("latest", artifact=artifact, runtime=runtime)
got = lockyard.Artifact.get("first", config.require("first"))
lockyard.Workload("pinned", artifact=got, runtime=runtime)
repository = lockyard.ArtifactRepository.get("repository", config.require("repository"))
pulumi.export("version", artifact.version)
pulumi.export("firstVersion", got.version)
pulumi.export("repositoryName", repository.name)
"""

PRODUCER = """
import lockyard, pulumi
config = pulumi.Config()
spec = {"container_groups": [{"containers": [{"image_uri": config.require("image"), "port": 8080}]}]}
lockyard.Artifact("chat", repository=lockyard.ArtifactRepository("chat"), spec=spec, status=config.require("status"))
"""


def folder(path: Path, name: str, program: str) -> Path:
    """A project with a program of its own."""
    path.mkdir()
    path.joinpath("Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n")
    path.joinpath("__main__.py").write_text(program)
    return path


def test_two_stacks_at_once_on_one_embedded_registry(make_project: Callable[..., Project], tmp_path: Path) -> None:
    """Two processes make the database, then write to it at the same time; each holds its own objects alone."""
    data = tmp_path / "shared"
    projects = [
        make_project(folder=folder(tmp_path / name, "many", MANY), registry=data, stack=name) for name in ("a", "b")
    ]
    started = [
        start_process(
            ["pulumi", "up", "--yes", "--skip-preview", "--stack", project.stack, "--non-interactive"],
            folder=project.folder,
            environment=project.environment,
        )
        for project in projects
    ]
    for code, output in [finish_process(process) for process in started]:
        assert code == 0, output

    first, second = (project.resources() for project in projects)
    assert len(first) == len(second) == 18
    assert not {found["id"] for found in first.values()} & {found["id"] for found in second.values()}
    registry = projects[0].registry
    assert len(list(registry.list_artifacts())) == len(list(registry.list_workloads())) == 12
    projects[0].destroy()
    assert {found["id"] for found in registry.list_workloads()} == {
        found["id"] for key, found in second.items() if key.startswith("Workload/")
    }


def test_one_stack_runs_what_the_other_locks(make_project: Callable[..., Project], tmp_path: Path) -> None:
    """`lookup_artifact` follows the newest locked version, `get` stays with one; neither manages anything."""
    data = tmp_path / "shared"
    producer = make_project(folder=folder(tmp_path / "producer", "producer", PRODUCER), registry=data)
    consumer = make_project(folder=folder(tmp_path / "consumer", "consumer", CONSUMER), registry=data)
    producer.configure({"image": "registry.example/chat:1", "status": "locked"})
    producer.up()
    first = producer.id("Artifact/chat")
    consumer.configure({"repository": producer.id("ArtifactRepository/chat"), "first": first})
    consumer.up()
    consumer.assert_empty_preview()
    latest, pinned = consumer.id("Workload/latest"), consumer.id("Workload/pinned")

    producer.configure({"image": "registry.example/chat:2"})
    producer.up()
    shown = consumer.preview()
    assert [(step.op, step.name, step.changed) for step in shown.changes if step.kind == "Workload"] == [
        ("update", "latest", ("artifactDigest", "artifactId"))
    ]
    consumer.up()

    registry = producer.registry
    assert registry.get_workload(latest)["artifactId"] == producer.id("Artifact/chat")
    assert registry.get_workload(pinned)["artifactId"] == first
    outputs = consumer.pulumi("stack", "output", "--json", "--stack", consumer.stack).output
    assert '"version": 2' in outputs
    assert '"firstVersion": 1' in outputs
    assert '"repositoryName": "chat"' in outputs

    consumer.destroy()
    assert sorted(item["version"] for item in registry.list_artifacts()) == [1, 2]
    assert len(list(registry.list_repositories())) == 1


def test_a_look_up_that_finds_nothing_is_one_line(make_project: Callable[..., Project], tmp_path: Path) -> None:
    project = make_project(folder=folder(tmp_path / "consumer", "consumer", CONSUMER))
    project.configure({"repository": "0" * 24, "first": "1" * 24})
    run = project.preview(fails=True)
    assert "Traceback" not in run.output
    assert any("0" * 24 in error and "\n" not in error for error in run.errors), run.errors
