"""Starting and ending a cluster with the toolchain's own command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[3]

START_SECONDS = 1500.0
"""The first start on a machine builds the programs; with them there it is some 6 s."""


class Lane:
    """A cluster that ends with this process, whatever ends it: it watches a pipe that only this process holds.

    Args:
        run: Folder for what it writes.
        parts: Names of parts besides what every cluster has.
    """

    def __init__(self, run: Path, *parts: str) -> None:
        self._run, self._parts = run, parts
        self._pipe: int | None = None
        self.facts: dict[str, Any] = {}
        """What `cluster.py start --json` told: kubeconfig, kubectl, server, processes, seconds."""

    def __enter__(self) -> Self:
        reading, self._pipe = os.pipe()
        options = ["--guard-fd", str(reading), "--json", *(["--with", ",".join(self._parts)] if self._parts else [])]
        try:
            done = _command("start", self._run, *options, keep=(reading,), timeout=START_SECONDS)
        except BaseException:
            os.close(self._pipe)
            raise
        finally:
            os.close(reading)
        if done.returncode:
            os.close(self._pipe)
            raise RuntimeError(f"the cluster did not start:\n{done.stderr}")
        self.facts = json.loads(done.stdout)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            done = _command("stop", self._run, timeout=180)
            assert done.returncode == 0, done.stderr
        finally:
            assert self._pipe is not None
            os.close(self._pipe)

    def status(self) -> dict[str, Any]:
        """What runs now."""
        return json.loads(_command("status", self._run, "--json", timeout=60).stdout)


def _command(
    verb: str, run: Path, *options: str, keep: tuple[int, ...] = (), timeout: float
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "toolchain" / "cluster.py"), verb, "--run-dir", str(run), *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        pass_fds=keep,
        timeout=timeout,
        check=False,
    )
