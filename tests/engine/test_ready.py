"""`WorkloadReady`: waiting is a resource of its own, so a failed wait loses nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.engine.harness import Project, Server
from tests.engine.harness.programs import lineage, workload

import lockyard

ONE, TWO, CRASH = (f"registry.example/chat:{tag}" for tag in ("1", "2", "crash"))


def program(image: str = ONE, timeout: int = 60) -> Callable[[], object]:
    return lambda: lockyard.WorkloadReady(
        "chat", workload=workload("chat", lineage("chat", image, status="locked")), timeout_seconds=timeout
    )


@pytest.fixture
def simulated(tmp_path: Path, make_project: Callable[..., Project]) -> Iterator[tuple[Project, Server]]:
    """A project on a server whose workloads come up by the clock, which runs a thousand times too fast."""
    with Server(tmp_path / "simulated" / "registry.db", driver="simulated") as server:
        stop = threading.Event()

        def tick() -> None:
            while not stop.wait(0.05):
                server.clock.advance(1)

        ticking = threading.Thread(target=tick, daemon=True)
        ticking.start()
        project = make_project()
        project.environment |= server.variables
        project.configure({"lockyard:origin": "team-search"})
        yield project, server
        stop.set()
        ticking.join(timeout=5)


def test_on_the_unreported_driver_it_fails_at_once_and_loses_nothing(project: Project) -> None:
    started = time.monotonic()
    run = project.up(program(timeout=600), fails=True)
    assert time.monotonic() - started < 60

    [line] = [error for error in run.errors if "nothing reports on this workload" in error]
    assert "\n" not in line
    held = project.resources()
    assert set(held) == {"ArtifactRepository/chat", "Artifact/chat", "Workload/chat"}
    assert project.registry.get_workload(held["Workload/chat"]["id"])["status"] == "submitted"

    # Without the wait everything is as it was declared.
    project.assert_empty_preview(lambda: workload("chat", lineage("chat", ONE, status="locked")))


def test_it_waits_for_every_new_version_and_for_nothing_else(simulated: tuple[Project, Server]) -> None:
    project, server = simulated
    project.up(program())
    ready = project.resources()["WorkloadReady/chat"]["outputs"]
    assert ready["status"] == "running"
    project.assert_empty_preview()
    assert project.refresh().refreshed == []

    run = project.up(program(TWO))
    assert run.change("WorkloadReady", "chat") is not None
    assert project.resources()["WorkloadReady/chat"]["outputs"]["readyAt"] >= ready["readyAt"]
    found = server.client.get_workload(project.id("Workload/chat"))
    assert found["artifactId"] == project.id("Artifact/chat")
    project.assert_empty_preview()

    shown = project.preview(program(TWO, timeout=90))
    assert [(step.op, step.kind, step.changed) for step in shown.changes] == [
        ("update", "WorkloadReady", ("timeoutSeconds",))
    ]


def test_a_version_that_crashes_fails_the_wait_and_the_old_one_serves(simulated: tuple[Project, Server]) -> None:
    project, server = simulated
    project.up(program())
    first = project.id("Artifact/chat")

    run = project.up(program(CRASH), fails=True)

    assert any("crash" in error and "\n" not in error for error in run.errors), run.errors
    found = server.client.get_workload(project.id("Workload/chat"))
    assert (found["artifactId"], found["status"]) == (first, "running")

    # The way forward is a version that runs.
    project.up(program(TWO))
    assert server.client.get_workload(project.id("Workload/chat"))["artifactId"] == project.id("Artifact/chat")
    project.assert_empty_preview()
