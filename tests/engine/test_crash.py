"""The plugin is killed at every call to the registry; the next `up` converges, and nothing is lost or left over.

Embedded: before and after the commit of each write. Server: before each writing HTTP call reaches the registry, and
after the registry did its work but before the answer arrives. Reads change nothing: a kill before or after a read
leaves what a kill after the write before it leaves.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from tests.engine.harness import Project, Server
from tests.engine.harness.faults import KILLED, KillingProxy, Moment, kill_at_write
from tests.engine.harness.programs import lineage, workload

from lockyard.client import RegistryClient

# An `up` that dies leaves the program in this process unfinished; Python says so about its coroutine.
pytestmark = [pytest.mark.timeout(600), pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

Program = Callable[[], None]


def first() -> None:
    """A draft with tags and a workload on it, a locked version with a workload on it."""
    draft = lineage("draft", "registry.example/draft:1", tags={"team": "search"})
    locked = lineage("locked", "registry.example/locked:1", status="locked")
    workload("on-draft", draft)
    workload("on-locked", locked)


def second() -> None:
    """Every kind of change at once: an edited draft, a new version, another runtime, other metadata."""
    draft = lineage("draft", "registry.example/draft:2", tags={"team": "chat"})
    locked = lineage("locked", "registry.example/locked:2", status="locked")
    workload("on-draft", draft, replicas=2)
    workload("on-locked", locked, importance="high")


def third() -> None:
    """The draft is locked without an edit."""
    draft = lineage("draft", "registry.example/draft:1", status="locked", tags={"team": "search"})
    locked = lineage("locked", "registry.example/locked:1", status="locked")
    workload("on-draft", draft)
    workload("on-locked", locked)


def edited() -> None:
    """What somebody makes of `second` while its `up` lies dead."""
    draft = lineage("draft", "registry.example/draft:3", tags={"team": "chat"})
    locked = lineage("locked", "registry.example/locked:3", status="locked")
    workload("on-draft", draft, replicas=3)
    workload("on-locked", locked, importance="high")


def locked_then_edited() -> None:
    """The draft of `third`, edited after the lock."""
    draft = lineage("draft", "registry.example/draft:9", status="locked", tags={"team": "search"})
    locked = lineage("locked", "registry.example/locked:1", status="locked")
    workload("on-draft", draft)
    workload("on-locked", locked)


def nothing() -> None:
    """An empty program: everything goes, locked versions stay."""


def records(client: RegistryClient) -> dict[str, list[tuple[object, ...]]]:
    """What the registry holds, without ids and times."""
    artifacts = {artifact["id"]: artifact for artifact in client.list_artifacts()}

    def image(artifact: dict) -> str:
        return artifact["spec"]["containerGroups"][0]["containers"][0]["imageUri"].rpartition("/")[2]

    return {
        "repositories": sorted((r["name"], r["lastVersionNumber"]) for r in client.list_repositories()),
        "artifacts": sorted(
            (image(a), a["status"], a["version"] or 0, *(f"{t['name']}={t['value']}" for t in a["tags"]))
            for a in artifacts.values()
        ),
        "workloads": sorted(
            (
                w["name"],
                w["importance"],
                image(artifacts[w["artifactId"]]),
                w["runtime"]["containerGroups"][0]["replicaCount"],
            )
            for w in client.list_workloads()
        ),
    }


AFTER_FIRST = {
    "repositories": [("draft", 0), ("locked", 1)],
    "artifacts": [("draft:1", "draft", 0, "team=search"), ("locked:1", "locked", 1)],
    "workloads": [("on-draft", "low", "draft:1", 1), ("on-locked", "low", "locked:1", 1)],
}
AFTER_SECOND = {
    "repositories": [("draft", 0), ("locked", 2)],
    "artifacts": [("draft:2", "draft", 0, "team=chat"), ("locked:1", "locked", 1), ("locked:2", "locked", 2)],
    "workloads": [("on-draft", "low", "draft:2", 2), ("on-locked", "high", "locked:2", 1)],
}
AFTER_THIRD = {
    "repositories": [("draft", 1), ("locked", 1)],
    "artifacts": [("draft:1", "locked", 1, "team=search"), ("locked:1", "locked", 1)],
    "workloads": [("on-draft", "low", "draft:1", 1), ("on-locked", "low", "locked:1", 1)],
}
AFTER_NOTHING = {"repositories": [("locked", 1)], "artifacts": [("locked:1", "locked", 1)], "workloads": []}

# name: what was there before, what crashes, what it must come to
SCENARIOS: dict[str, tuple[Program | None, Program, dict]] = {
    "create": (None, first, AFTER_FIRST),
    "change": (first, second, AFTER_SECOND),
    "lock": (first, third, AFTER_THIRD),
    "remove": (first, nothing, AFTER_NOTHING),
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, pulumi_home: Path) -> Path:
    """A stack after `first`, to be copied: its state and its registry."""
    folder = tmp_path_factory.mktemp("prepared") / "project"
    project = Project(folder, home=pulumi_home)
    project.up(first)
    project.close()
    return folder


@pytest.fixture(scope="module")
def prepared_on_server(tmp_path_factory: pytest.TempPathFactory, pulumi_home: Path) -> Path:
    """The same on a server."""
    folder = tmp_path_factory.mktemp("prepared-on-server") / "project"
    with Server(folder / "server" / "registry.db") as server:
        project = server_project(folder, pulumi_home, server)
        project.up(first)
        project.close()
    return folder


def copied(base: Path, to: Path) -> None:
    """Copies what a stack left: the backend, the project's settings and the registry."""
    for name in ("state", "project", "registry", "server"):
        if base.joinpath(name).exists():
            shutil.copytree(base / name, to / name)


def server_project(folder: Path, home: Path, server: Server, *, existing: bool = False) -> Project:
    """A project on a server, with an origin of its own."""
    project = Project(folder, home=home, existing=existing)
    project.environment |= server.variables
    if not existing:
        project.configure({"lockyard:origin": "team-search"})
    return project


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_embedded(tmp_path: Path, pulumi_home: Path, prepared: Path, scenario: str, moment: Moment) -> None:
    before, program, expected = SCENARIOS[scenario]
    for number in count(1):
        folder = tmp_path / str(number)
        if before is not None:
            copied(prepared, folder)
        project = Project(folder, home=pulumi_home, existing=before is not None)
        if not killed_at_write(project, program, tmp_path / "patch", moment, number):
            assert number > 1, "the plugin was never killed"
            break
        project.up(program)
        assert records(project.registry) == expected, f"killed {moment} write {number}"
        if moment == "after":  # a kill before the next write leaves the same
            project.assert_empty_preview(program)
        project.close()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_server(tmp_path: Path, pulumi_home: Path, prepared_on_server: Path, scenario: str, moment: Moment) -> None:
    before, program, expected = SCENARIOS[scenario]
    for number in count(1):
        folder = tmp_path / str(number)
        if before is not None:
            copied(prepared_on_server, folder)
        with Server(folder / "server" / "registry.db") as server:
            project = server_project(folder, pulumi_home, server, existing=before is not None)
            with KillingProxy(server.address, moment, number) as proxy:
                project.environment["LOCKYARD_ENDPOINT"] = proxy.address
                crashed = project.attempt(program)
            project.environment["LOCKYARD_ENDPOINT"] = server.address
            if not proxy.killed:
                assert crashed.code == 0, crashed.output
                assert number > 1, "the plugin was never killed"
                break
            if crashed.code != 0:
                project.up(program)
            assert records(server.client) == expected, f"killed {moment} call {number}"
            project.close()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_crash_then_edit(tmp_path: Path, pulumi_home: Path, prepared: Path, moment: Moment) -> None:
    for number in count(1):
        folder = tmp_path / str(number)
        copied(prepared, folder)
        project = Project(folder, home=pulumi_home, existing=True)
        if not killed_at_write(project, second, tmp_path / "patch", moment, number):
            assert number > 1, "the plugin was never killed"
            break
        project.up(edited)
        found = records(project.registry)
        # A version that was locked before the crash stays for ever; everything else is as `edited` says.
        images = [artifact[:2] for artifact in found["artifacts"]]
        assert ("draft:3", "draft") in images and ("locked:3", "locked") in images
        assert set(images) <= {
            ("draft:3", "draft"),
            ("locked:1", "locked"),
            ("locked:2", "locked"),
            ("locked:3", "locked"),
        }
        assert sorted(a[2] for a in found["artifacts"] if a[1] == "locked") == list(range(1, len(images)))
        assert found["workloads"] == [("on-draft", "low", "draft:3", 3), ("on-locked", "high", "locked:3", 1)]
        if moment == "after":
            project.assert_empty_preview(edited)
        project.close()


def test_a_lock_whose_answer_was_lost_then_an_edit(tmp_path: Path, pulumi_home: Path, prepared: Path) -> None:
    """The version is locked with the earlier content; an update cannot change that, a refresh shows the replacement."""
    copied(prepared, tmp_path / "project")
    project = Project(tmp_path / "project", home=pulumi_home, existing=True)
    assert killed_at_write(project, third, tmp_path / "patch", "after", 1)
    run = project.up(locked_then_edited, fails=True)
    assert "locked outside this stack as version 1" in run.output and "pulumi up --refresh" in run.output
    project.up(locked_then_edited, "--refresh")
    assert records(project.registry)["artifacts"] == [
        ("draft:1", "locked", 1, "team=search"),
        ("draft:9", "locked", 2, "team=search"),
        ("locked:1", "locked", 1),
    ]
    project.assert_empty_preview(locked_then_edited)
    project.close()


def killed_at_write(project: Project, program: Program, patch: Path, moment: Moment, number: int) -> bool:
    """Runs an `up` whose plugin is killed at a write; False when it ended well before that."""
    variables = kill_at_write(patch, moment, number)
    project.environment |= variables
    crashed = project.attempt(program)
    for name in variables:
        project.environment.pop(name)
    killed = (patch / KILLED).exists()
    assert (crashed.code != 0) == killed, crashed.output
    return killed
