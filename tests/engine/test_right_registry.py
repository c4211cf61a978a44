"""A stack belongs to one registry: every command refuses to touch it through another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.engine.harness import Project
from tests.engine.harness.programs import lineage, workload
from tests.engine.harness.results import Run
from tests.engine.harness.table import snapshot

ONE, TWO = "registry.example/chat:1", "registry.example/chat:2"


def program(image: str = ONE) -> Callable[[], object]:
    return lambda: workload("chat", lineage("chat", image))


def refusals(run: Run) -> list[str]:
    return [error for error in run.errors if "this stack lives in registry" in error]


def test_every_command_refuses_another_registry(project: Project, tmp_path: Path) -> None:
    """The same stack, another machine's data: nothing is lost, in the state, in the registry, or in the other one."""
    project.up(program())
    before = snapshot(project)
    identity = project.registry.identity()
    other = {"LOCKYARD_DATA_DIR": str(tmp_path / "another")}

    runs = {
        "preview": project.preview(program(TWO), "--refresh", fails=True, **other),
        "up": project.up(program(TWO), fails=True, **other),
        "refresh": project.refresh(fails=True, **other),
        "destroy": project.destroy(fails=True, **other),
    }

    for command, run in runs.items():
        lines = refusals(run)
        assert lines, f"{command}: {run.errors}"
        for line in lines:
            assert f"this stack lives in registry {identity.registry_id} ({identity.endpoint})" in line
            assert "you are talking to" in line
            assert "embedded" in line
            assert "set lockyard:endpoint or LOCKYARD_ENDPOINT" in line
            assert "\n" not in line
    assert snapshot(project) == before
    project.assert_empty_preview(program())


def test_embedded_is_refused_in_ci_unless_it_is_named(project: Project) -> None:
    del project.environment["LOCKYARD_ENDPOINT"]
    ci = {"CI": "true"}

    for run in (project.preview(program(), fails=True, **ci), project.up(program(), fails=True, **ci)):
        [line] = {error for error in run.errors if "CI is set" in error}
        assert "`pulumi config set lockyard:endpoint embedded`" in line
        assert "\n" not in line
    assert project.resources() == {}
    assert not (project.data / "registry.db").exists()

    project.preview(program(), LOCKYARD_ENDPOINT="embedded", **ci)
    project.configure({"lockyard:endpoint": "embedded"})
    project.up(program(), **ci)
    project.assert_empty_preview(program())
