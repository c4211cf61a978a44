"""Plugins that start from a copy behave as those that start from nothing, as far as the engine can see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from tests.engine.harness.prefork import plugin_command


@pytest.fixture
def started(tmp_path: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "LOCKYARD_DATA_DIR": str(tmp_path)}
    return subprocess.Popen(
        [plugin_command(), "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def copy_on(port: int) -> psutil.Process:
    """The process that answers there."""
    (owner,) = {one.pid for one in psutil.net_connections("tcp") if one.laddr.port == port and one.status == "LISTEN"}
    assert owner is not None
    return psutil.Process(owner)


def port_of(started: subprocess.Popen[str]) -> int:
    assert started.stdout is not None
    return int(started.stdout.readline())


def test_it_has_the_environment_and_the_folder_of_whoever_started_it(
    started: subprocess.Popen[str], tmp_path: Path
) -> None:
    copy = copy_on(port_of(started))

    assert copy.cwd() == str(tmp_path)
    assert copy.pid != started.pid
    started.kill()
    started.communicate(timeout=10)


def test_a_plugin_that_the_engine_kills_is_gone(started: subprocess.Popen[str]) -> None:
    copy = copy_on(port_of(started))

    started.kill()
    started.communicate(timeout=10)

    assert not psutil.wait_procs([copy], timeout=10)[1]


def test_the_engine_sees_a_plugin_die(started: subprocess.Popen[str]) -> None:
    copy = copy_on(port_of(started))

    copy.send_signal(signal.SIGKILL)

    assert started.communicate(timeout=10) == ("", None), "its streams are closed"
    assert started.returncode != 0


def test_it_ends_with_the_code_of_what_ran(tmp_path: Path) -> None:
    tmp_path.joinpath("ends.py").write_text("import os, sys; print(os.environ['WORD'], sys.argv[1:]); sys.exit(7)")

    done = subprocess.run(
        [plugin_command(), "-u", "-m", "ends", "a", "b c"],
        cwd=tmp_path,
        env={**os.environ, "WORD": "here"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert (done.stdout, done.stderr, done.returncode) == ("here ['a', 'b c']\n", "", 7)


def test_everything_else_is_for_python_itself() -> None:
    done = subprocess.run(
        [plugin_command(), "-c", "import sys; print(sys.executable)"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=20,
        check=True,
    )

    assert done.stdout.strip() == sys.executable


def test_the_process_that_starts_plugins_ends_with_the_one_that_wanted_it() -> None:
    ask = "from tests.engine.harness.prefork import plugin_command as c; print(c(), flush=True)"
    done = subprocess.run(
        [sys.executable, "-c", ask],
        cwd=Path(__file__).resolve().parents[2],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    folder = Path(done.stdout.strip()).parent

    psutil.wait_procs(
        [one for one in psutil.process_iter(["cmdline"]) if str(folder / "socket") in (one.info["cmdline"] or [])],
        timeout=10,
    )

    assert not folder.exists(), "it leaves nothing"
