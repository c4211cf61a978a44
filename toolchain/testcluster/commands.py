"""What `cluster.py` does: build, start, stop, status."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from toolchain import HERE, ToolchainError, cache_root, say

from . import crds, debian, processes, programs
from .layout import Layout, free_ports, layout_file, load
from .parts import PARTS
from .supervisor import Supervisor, remove

#: Seconds that an orderly end may take.
STOP_SECONDS = 60.0
#: Somebody else may take a port between its choice and its use.
_ATTEMPTS = 3


def default_run() -> Path:
    """The folder of the cluster that `make cluster` starts."""
    return cache_root().parent / "cluster"


def build(parts: tuple[str, ...]) -> list[Path]:
    """Get all programs and definitions, and say where they are."""
    debian.ensure("openssl", "openssl")
    folders = [programs.built(programs.KUBERNETES), programs.built(programs.ETCD), crds.definitions()]
    for name in parts:
        PARTS[name].build()
    return folders


def start(run: Path, parts: tuple[str, ...], *, guard: int | None = None, keep: bool = False) -> dict[str, Any]:
    """Start a cluster and wait until it is ready.

    Args:
        run: Its folder; made if it is not there.
        parts: Names of its optional parts.
        guard: Number of an open pipe; when its other end closes, the cluster ends.
        keep: Whether the folder stays at the end.

    Returns:
        What `status` answers.
    """
    if processes.living(run / "supervisor.pid") is not None:
        raise ToolchainError(f"a cluster runs in {run}; stop it first, or choose another folder with --run-dir")
    if layout_file(run).exists():
        stop(run)  # what a crash left
    if run.is_dir() and any(run.iterdir()):
        raise ToolchainError(f"{run} is neither empty nor a cluster's; choose another folder with --run-dir")
    build(parts)
    for attempt in range(1, _ATTEMPTS + 1):
        layout = _lay_out(run, parts)
        try:
            seconds = _supervise(layout, guard, keep)
        except ToolchainError as error:
            if attempt < _ATTEMPTS and "address already in use" in str(error):
                stop(run)
                continue
            raise
        return {**status(run), "seconds": seconds}
    raise AssertionError("unreachable")


def _lay_out(run: Path, parts: tuple[str, ...]) -> Layout:
    run.mkdir(parents=True, exist_ok=True)
    run.chmod(0o700)
    layout = Layout(run=run, ports=free_ports(), parts=parts)
    for name in parts:
        layout = PARTS[name].prepare(layout)
    layout.logs.mkdir(exist_ok=True)
    layout.save()
    return layout


def _supervise(layout: Layout, guard: int | None, keep: bool) -> float:
    reading, writing = os.pipe()
    kept = [writing] if guard is None else [writing, guard]
    options = ["--report", str(writing), *(["--guard-fd", str(guard)] if guard is not None else [])]
    with (layout.logs / "supervisor.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "cluster.py"), "supervise", "--run-dir", str(layout.run), *options]
            + (["--keep"] if keep else []),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=kept,
            start_new_session=True,  # Ctrl-C is for the starter, which passes it on
        )
    os.close(writing)
    try:
        with os.fdopen(reading) as lines:
            for line in lines:
                kind, _, text = line.rstrip("\n").partition(" ")
                if kind == "progress":
                    say(text)
                elif kind == "error":
                    raise ToolchainError(f"the cluster did not start: {text}", code=1)
                elif kind == "ready":
                    return json.loads(text)["seconds"]
        raise ToolchainError(f"the cluster did not start; {layout.logs / 'supervisor.log'} says why", code=1)
    except BaseException:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        raise


def supervise(run: Path, report: int, guard: int | None, keep: bool) -> int:
    """Be the supervisor."""
    return Supervisor(load(run), report, guard, keep).run()


def stop(run: Path) -> bool:
    """End a cluster and remove its folder; also one whose supervisor was killed. False if there was none."""
    if not layout_file(run).exists():
        return False
    pid_file = run / "supervisor.pid"
    pid = processes.living(pid_file)
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while processes.birth(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        if processes.living(pid_file) is not None:
            processes.end([pid_file], say=say)
    if layout_file(run).exists():
        layout = load(run)
        processes.end(sorted(layout.pids.glob("*")), say=say)
        for name in reversed(layout.parts):
            PARTS[name].clean(layout)
    remove(run)
    return True


def status(run: Path) -> dict[str, Any]:
    """What runs in a folder."""
    layout = load(run)
    found = {path.name: processes.living(path) for path in sorted(layout.pids.glob("*"))}
    return {
        "run": str(run),
        "kubeconfig": str(layout.kubeconfig),
        "server": layout.server,
        "ports": dict(layout.ports),
        "kubectl": str(programs.KUBERNETES.folder / "kubectl"),
        "parts": list(layout.parts),
        "supervisor": processes.living(run / "supervisor.pid"),
        "processes": found,
        "running": processes.living(run / "supervisor.pid") is not None and all(found.values()),
    }
