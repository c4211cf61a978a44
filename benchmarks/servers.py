"""Servers in processes of their own that end with the benchmark, and what they take of the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from engine import BenchmarkError

HOST = "127.0.0.1"
_START_SECONDS = 120.0
_END_SECONDS = 20.0


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        process: the one that was started.
        log: what it and its children print.
        address: where it listens, without a path.
        headers: what each request to it needs.
    """

    process: subprocess.Popen[bytes]
    log: Path
    address: str
    headers: Mapping[str, str]

    def cpu(self) -> float:
        """Processor seconds of all its processes so far."""
        return sum(sum(each.cpu_times()[:4]) for each in self._processes())

    def memory(self) -> list[int]:
        """Resident bytes of each of its processes, the largest first."""
        return sorted((each.memory_info().rss for each in self._processes()), reverse=True)

    def _processes(self) -> list[psutil.Process]:
        try:
            first = psutil.Process(self.process.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            raise BenchmarkError(f"the server on {self.address} is gone: {tail(self.log)}") from None


@contextmanager
def running(
    command: Sequence[str],
    log: Path,
    environment: Mapping[str, str],
    headers: Mapping[str, str],
    find: Callable[[str], str | None],
) -> Iterator[Server]:
    """Starts a server in a session of its own and ends all of its processes with the context.

    Args:
        command: program and arguments.
        log: where its output goes.
        environment: its environment.
        headers: what requests to it need.
        find: the server's address, given what it printed so far; None while it is not ready.

    Raises:
        BenchmarkError: it did not come up.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment),
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        yield Server(process, log, _wait(process, log, find), headers)
    finally:
        _end(process)


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return taken.getsockname()[1]


def tail(log: Path) -> str:
    """The end of what a server printed."""
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def end_on_signals() -> None:
    """Lets signals that would end this process at once end it in good order, with all that it started."""

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


def _wait(process: subprocess.Popen[bytes], log: Path, find: Callable[[str], str | None]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        address = find(log.read_text(encoding="utf-8", errors="replace"))
        if address is not None:
            return address
        time.sleep(0.1)
    why = "ended" if process.poll() is not None else f"was not ready after {_START_SECONDS:.0f} s"
    raise BenchmarkError(f"{' '.join(process.args[:4])} … {why}: {tail(log)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    # Its session is its own, so the group's id is the process's.
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_SECONDS)
