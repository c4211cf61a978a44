"""The process above a cluster's processes: starts them in order, and ends them when told or when its guard is gone."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from . import control_plane, crds
from .api import Api
from .certificates import make_certificates
from .layout import Layout
from .parts import PARTS, Running
from .processes import Processes, write_pid

#: Seconds that one step of the start may take. Machines that compile something at the same time are slow.
STEP_SECONDS = 120.0
_STEP = 0.05
_WATCH = 0.5


class Stop(BaseException):
    """The cluster is to end: a signal came, or the process that wanted it is gone."""


class Supervisor:
    """Runs one cluster from start to end.

    Args:
        layout: The cluster.
        report: Where the starter reads lines from: `progress …`, then `ready …` or `error …`.
        guard: A pipe that ends with the process that wants the cluster; None for a cluster that stays.
        keep: Whether the folder stays at the end, for a look at the logs.
    """

    def __init__(self, layout: Layout, report: int, guard: int | None, keep: bool = False) -> None:
        self._layout, self._guard, self._keep = layout, guard, keep
        self._report = os.fdopen(report, "w", buffering=1)
        self._started = time.monotonic()
        self._processes = Processes(layout)
        self._api: Api | None = None

    def run(self) -> int:
        """Start, stay, end."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _raise_stop)
        write_pid(self._layout.run / "supervisor.pid", os.getpid())
        code = 0
        try:
            self._start()
            self._watch()
        except (Stop, BrokenPipeError):
            pass
        except Exception as error:
            traceback.print_exc()
            self._keep = True
            code = 1
            with suppress(OSError):
                self._tell("error", str(error))
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self._end()
        return code

    def _start(self) -> None:
        layout = self._layout
        self._tell("progress", "making certificates")
        make_certificates(layout)
        self._api = api = Api(layout)
        running = Running(layout, self._processes, api, self.wait)
        self._tell("progress", "starting etcd and the API server")
        control_plane.start_store_and_server(layout, self._processes)
        self.wait("the API server", lambda: control_plane.server_ready(api))
        self._tell("progress", "starting the controllers")
        control_plane.start_controllers(layout, self._processes)
        control_plane.install(api, crds.definitions(), self.wait)
        for name in layout.parts:
            self._tell("progress", f"starting {name}")
            PARTS[name].start(running)
        self.wait("the default service account", lambda: control_plane.accounts_ready(api))
        self.wait("the scheduler", lambda: control_plane.scheduler_ready(layout))
        self._tell("ready", json.dumps({"seconds": round(time.monotonic() - self._started, 1)}))
        self._report.close()

    def wait(self, what: str, holds: Callable[[], bool]) -> None:
        """Wait until a condition holds.

        Raises:
            RuntimeError: It takes too long, or a program ended.
            Stop: The guard is gone.
        """
        deadline = time.monotonic() + STEP_SECONDS
        while not holds():
            for name, code in self._processes.ended().items():
                raise RuntimeError(f"{name} ended with {code}: {self._processes.log_tail(name)[:300]}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"{what} took longer than {STEP_SECONDS:g} s; the logs are in {self._layout.logs}")
            self._check_guard(_STEP)

    def _watch(self) -> None:
        reported: set[str] = set()
        while True:
            self._check_guard(_WATCH)
            for name, code in self._processes.ended().items():
                if name not in reported:
                    reported.add(name)
                    print(f"{name} ended with {code}: {self._processes.log_tail(name)}", flush=True)

    def _check_guard(self, seconds: float) -> None:
        if self._guard is None:
            time.sleep(seconds)
        elif select.select([self._guard], [], [], seconds)[0] and not os.read(self._guard, 1):
            raise Stop

    def _end(self) -> None:
        layout = self._layout
        if self._api is not None:
            running = Running(layout, self._processes, self._api, self.wait)
            for name in reversed(layout.parts):
                _quietly(lambda name=name: PARTS[name].stop(running))
        self._processes.stop(without=["etcd"])  # the API server ends at once only while etcd is there
        self._processes.stop()
        for name in reversed(layout.parts):
            _quietly(lambda name=name: PARTS[name].clean(layout))
        if not self._keep:
            remove(layout.run)

    def _tell(self, kind: str, text: str) -> None:
        print(f"{time.monotonic() - self._started:6.1f} s  {kind} {text}", flush=True)
        self._report.write(f"{kind} {' '.join(text.split())}\n")


def remove(run: Path) -> None:
    """Remove a cluster's folder."""
    shutil.rmtree(run, ignore_errors=True)


def _raise_stop(number: int, frame: object) -> None:
    raise Stop


def _quietly(action: Callable[[], None]) -> None:
    """Go on with the end whatever one part says."""
    try:
        action()
    except Exception:
        traceback.print_exc(file=sys.stdout)
