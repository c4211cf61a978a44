"""scripts/run_tests.py: what counts as a pass, and what the tests may see of the user's settings."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

PASSING = "def test_one():\n    pass\n"


@pytest.fixture
def runner(run_tests: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script in a tree of its own, with one level `unit` and this interpreter's programs."""
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    monkeypatch.setattr(run_tests, "BIN", Path(sys.executable).parent)
    monkeypatch.setattr(run_tests, "LEVELS", (run_tests.Level("unit", ""),))
    monkeypatch.delenv("CI", raising=False)
    return run_tests


def run(runner: ModuleType, capfd: pytest.CaptureFixture[str], **files: str) -> tuple[int, str]:
    """The exit code and the last line, after writing test files."""
    for name, text in files.items():
        (runner.ROOT / "tests" / "unit" / f"{name}.py").write_text(text)
    code = runner.main(["--level", "unit"])
    return code, capfd.readouterr().out.rstrip("\n").rsplit("\n", 1)[-1]


def test_passing_level(runner: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(runner, capfd, test_a=PASSING) == (0, "1 passed, 0 failed")


def test_failing_test_fails(runner: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    failing = "def test_two():\n    assert False\n"

    assert run(runner, capfd, test_a=PASSING, test_b=failing) == (1, "1 passed, 1 failed")


def test_level_without_a_test_fails(runner: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(runner, capfd, test_a="") == (1, "0 passed, 1 failed")


def test_missing_level_fails(runner: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    (runner.ROOT / "tests" / "unit").rmdir()

    code = runner.main(["--level", "unit"])

    printed = capfd.readouterr().out
    assert code == 1
    assert "unit does not exist" in printed
    assert printed.endswith("\n0 passed, 1 failed\n")


def test_skipped_test_fails_only_in_ci(
    runner: ModuleType, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    skipping = "import pytest\n\n\ndef test_two():\n    pytest.skip('no such thing here')\n"

    assert run(runner, capfd, test_a=PASSING, test_b=skipping) == (0, "1 passed, 0 failed, 1 skipped")
    monkeypatch.setenv("CI", "true")
    assert run(runner, capfd) == (1, "1 passed, 1 failed")


def test_broken_test_file_fails(runner: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    code, last = run(runner, capfd, test_a="this is not Python\n")

    assert code == 1
    assert not last.endswith(" 0 failed")


def test_settings_of_the_user_do_not_reach_the_tests(run_tests: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL", "LOCKYARD_ENDPOINT", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "of the user")
    monkeypatch.setenv("LOCKYARD_TOOLCHAIN", "build")

    environment = run_tests.clean_environment()

    assert "of the user" not in environment.values()
    assert environment["LOCKYARD_TOOLCHAIN"] == "build"
    assert environment["PATH"].split(os.pathsep)[0] == str(run_tests.BIN)


def test_fast_leaves_the_slow_levels_out(root: Path) -> None:
    listed = subprocess.run(
        [sys.executable, str(root / "scripts" / "run_tests.py"), "--list"], capture_output=True, text=True, check=True
    )

    levels = ["lint", "unit", "contract", "plugin", "engine", "cluster", "autoscaling", "attacks"]
    assert [line.split()[0] for line in listed.stdout.splitlines()] == levels


def test_long_levels_run_only_when_named(
    runner: ModuleType, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    levels = (runner.Level("unit", ""), runner.Level("long", "", by_default=False))
    monkeypatch.setattr(runner, "LEVELS", levels)
    monkeypatch.setattr(runner, "CHECKS", (("nothing", ("python", "--version")),))
    ran: list[str] = []
    monkeypatch.setattr(runner, "run_level", lambda level, *_: (ran.append(level.name), runner.Outcome(level.name))[1])

    runner.main([])
    assert ran == ["unit"]
    runner.main(["--level", "long"])
    assert ran == ["unit", "long"]


def test_a_cluster_that_cannot_be_had_fails_the_level(
    runner: ModuleType, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    toolchain = runner.ROOT / "toolchain"
    toolchain.mkdir()
    (toolchain / "toolchain.py").write_text("")
    (toolchain / "cluster.py").write_text("import sys\nsys.exit('no Go here')\n")
    monkeypatch.setattr(runner, "LEVELS", (runner.Level("unit", "", needs_cluster=True),))

    assert run(runner, capfd, test_a=PASSING) == (1, "0 passed, 1 failed")


def test_a_machine_that_cannot_have_a_node_still_gets_the_control_plane(
    runner: ModuleType, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    toolchain = runner.ROOT / "toolchain"
    toolchain.mkdir()
    (toolchain / "toolchain.py").write_text("")
    (toolchain / "cluster.py").write_text("import sys\nsys.exit(2 if '--node' in sys.argv else 0)\n")
    monkeypatch.setattr(runner, "LEVELS", (runner.Level("unit", "", needs_cluster=True),))

    assert run(runner, capfd, test_a=PASSING) == (0, "1 passed, 0 failed")


def test_a_group_of_tests_goes_to_one_worker(run_tests: ModuleType, tmp_path: Path) -> None:
    """Tables share a stack and clusters a machine; versions of pytest and xdist that do not fit lose the groups."""
    source = """
        import os, pathlib, pytest

        @pytest.mark.parametrize("number", range(20))
        @pytest.mark.parametrize("group", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in "abc"])
        def test_it(group, number):
            pathlib.Path(__file__).with_name(f"{group}-{os.environ['PYTEST_XDIST_WORKER']}").touch()
    """
    (tmp_path / "test_groups.py").write_text(textwrap.dedent(source))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *run_tests.GROUPED, str(tmp_path)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=60)
    seen = sorted(path.name.split("-")[0] for path in tmp_path.glob("?-gw*"))
    assert seen == ["a", "b", "c"]
