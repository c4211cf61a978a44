"""One real node at a time: kubelets announce devices in one folder of the system, whatever their settings say.

A file names the cluster that has the node. Whether that one still lives is told by its supervisor, or by the process
that is about to start it; so a killed one blocks nobody, and its file says what to clean up.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from toolchain import ToolchainError

from ..processes import birth, living
from .network import Network

LOCK = Path("/run/lockyard-node.lock")


@dataclass(frozen=True)
class Holder:
    """Whose node it is.

    Attributes:
        run: Folder of the cluster.
        octet: Of its network; None before it has one.
        pid: Process that started it.
        born: What tells that process from a later one with its number.
    """

    run: str
    octet: int | None
    pid: int
    born: str

    def lives(self) -> bool:
        """Whether the cluster runs, or is being started."""
        return living(Path(self.run) / "supervisor.pid") is not None or (
            self.born != "" and birth(self.pid) == self.born
        )


def take(run: Path) -> Holder | None:
    """Take the node for a cluster, and return what a killed holder left behind.

    Raises:
        ToolchainError: Another cluster has it.
    """
    with _opened() as file:
        left = _read(file)
        if left is not None and left.run != str(run) and left.lives():
            raise ToolchainError(
                f"a cluster with a real node runs already in {left.run}, and a machine can have one; "
                f"stop it with: toolchain/cluster.py stop --run-dir {left.run}"
            )
        _write(file, Holder(str(run), None, os.getpid(), birth(os.getpid())))
        return left


def note_network(run: Path, network: Network) -> None:
    """Write down which network the cluster has, before anything else can fail."""
    with _opened() as file:
        _write(file, Holder(str(run), network.octet, os.getpid(), birth(os.getpid())))


def release(run: Path) -> None:
    """Give it back, if this cluster has it."""
    with _opened() as file:
        holder = _read(file)
        if holder is not None and holder.run == str(run):
            file.truncate(0)


@contextmanager
def _opened() -> Iterator[IO[str]]:
    with LOCK.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # for a moment only
        yield file


def _read(file: IO[str]) -> Holder | None:
    file.seek(0)
    try:
        saved: dict[str, Any] = json.load(file)
        return Holder(**saved)
    except (ValueError, TypeError):
        return None


def _write(file: IO[str], holder: Holder) -> None:
    file.truncate(0)
    file.write(json.dumps(holder.__dict__))
