"""The cluster's processes: started by one supervisor, their ids in files, ended by id and never by name."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .layout import Layout

#: Seconds from the request to end to the order.
GRACE = 5.0

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Processes:
    """What runs now, as children of this process.

    Args:
        layout: The cluster they belong to.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        layout.logs.mkdir(parents=True, exist_ok=True)
        layout.pids.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str | Path], *, environment: Mapping[str, str] | None = None) -> None:
        """Start a program; what it prints goes to `logs/<name>.log`.

        Args:
            name: Its name within the cluster.
            command: The program and its arguments.
            environment: More variables.
        """
        with (self._layout.logs / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [*self._layout.prefix, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._layout.run,
                # Memory for time: the programs are many, and the tests share their processors.
                env={"GOGC": "300", **os.environ, **(environment or {})},
                preexec_fn=_die_with_parent,
            )
        self._running[name] = process
        write_pid(self._layout.pids / name, process.pid)

    def ended(self) -> dict[str, int]:
        """Exit codes of those that are not running any more."""
        return {name: code for name, process in self._running.items() if (code := process.poll()) is not None}

    def stop(self, names: Iterable[str] | None = None, *, without: Iterable[str] = ()) -> None:
        """End some or all: asked first, ordered after a while."""
        wanted = set(self._running if names is None else names) - set(without)
        chosen = {name: process for name, process in self._running.items() if name in wanted}
        for process in chosen.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE
        for process in chosen.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for name in chosen:
            del self._running[name]
            (self._layout.pids / name).unlink(missing_ok=True)

    def log_tail(self, name: str) -> str:
        """The last line that a program printed, for errors."""
        path = self._layout.logs / f"{name}.log"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it printed nothing")


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Let the kernel end this process when its parent is killed, where the kernel can."""
    if _libc is not None:
        _libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL)


# --- Processes that are known by a file only -------------------------------------------------------------------------


def write_pid(path: Path, pid: int) -> None:
    """Write down a process, with what tells it from a later one of the same id."""
    path.write_text(f"{pid} {birth(pid)}\n")


def birth(pid: int) -> str:
    """When a process began, in whatever unit the system has; nothing if it is not there or only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError):
        if Path("/proc/self/stat").exists():
            return ""
    done = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip().replace(" ", "_")


def living(path: Path) -> int | None:
    """The process that a file names, if it still is the same one."""
    try:
        pid, born = path.read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if birth(int(pid)) == born else None


def end(paths: Iterable[Path], *, grace: float = GRACE, say: Callable[[str], None] | None = None) -> None:
    """End the processes that files name, if they still are the same ones."""
    living_ones = {path: pid for path in paths if (pid := living(path)) is not None}
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, GRACE)):
        for path, pid in living_ones.items():
            if say is not None:
                say(f"ending {path.name} (process {pid})")
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while living_ones and time.monotonic() < deadline:
            living_ones = {path: pid for path, pid in living_ones.items() if living(path) is not None}
            time.sleep(0.05)
        if not living_ones:
            return
