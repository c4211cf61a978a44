"""Projects and servers for the engine tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.engine.harness", "tests.engine.lock_records", "tests.engine.workload_rows")

from tests.engine.harness import Project, Server  # noqa: E402 - its asserts explain themselves only after that


@pytest.fixture(scope="session")
def pulumi_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pulumi's own folder, one for a test process."""
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture
def make_project(tmp_path: Path, pulumi_home: Path) -> Iterator[Callable[..., Project]]:
    """Makes projects, each in a folder of its own: `make_project(registry=…, folder=…)`."""
    made: list[Project] = []

    def make(**options: Any) -> Project:
        project = Project(tmp_path / f"project-{len(made)}", home=pulumi_home, **options)
        made.append(project)
        return project

    yield make
    for project in made:
        project.close()


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    """A stack of its own on an embedded registry of its own."""
    return make_project()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A registry server on the loopback interface."""
    with Server(tmp_path / "server" / "registry.db") as running:
        yield running


@pytest.fixture
def server_project(make_project: Callable[..., Project], server: Server) -> Project:
    """A stack on that server, with an origin of its own."""
    project = make_project()
    project.environment |= server.variables
    project.configure({"lockyard:origin": "team-search"})
    return project
