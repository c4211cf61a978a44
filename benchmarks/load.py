"""Load on a server from `wrk`: connections that are kept open, each with one request at a time.

One generator for all servers. It is a compiled program with one thread, since it shares the machine's cores with what
it measures; what it took of them is part of the result.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from engine import BenchmarkError

CONNECTIONS = 32
_SCRIPT = Path(__file__).resolve().parent / "load.lua"
_ANSWER_SECONDS = 60
_MISSING = "wrk is missing: install the package `wrk` (Debian: apt-get install wrk, macOS: brew install wrk)"

# Eight digits at most, as the script needs; no load of a few seconds sends as many.
_first_number = itertools.count(1, 100_000)


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        method: its method.
        path: path and query string.
        body: JSON on one line; `@number@` in it becomes another number each time.
    """

    method: str
    path: str
    body: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a server made of the load; times in seconds.

    Attributes:
        answered: requests that were answered with a status below 400.
        refused: requests with another status.
        broken: connections that failed, and requests without an answer.
        seconds: how long it went on.
        p50: half of the answers came within this time.
        p95: 95 of 100 did.
        p99: 99 of 100 did.
        generator: processor time of the generator.
    """

    answered: int
    refused: int
    broken: int
    seconds: float
    p50: float
    p95: float
    p99: float
    generator: float

    @property
    def throughput(self) -> float:
        """Good answers a second."""
        return self.answered / self.seconds


def generator() -> str:
    """The path of wrk; installs Debian's package as root where it is missing.

    Raises:
        BenchmarkError: it is missing.
    """
    if shutil.which("wrk") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "wrk"]):
            subprocess.run(["apt-get", *words], check=False, env=environment, timeout=600, stdout=subprocess.DEVNULL)
    found = shutil.which("wrk")
    if found is None:
        raise BenchmarkError(_MISSING)
    return found


def put_under_load(
    address: str,
    requests: Sequence[Request],
    seconds: int,
    *,
    headers: Mapping[str, str],
    connections: int = CONNECTIONS,
) -> Outcome:
    """Sends the requests in turn, over and over, as fast as they are answered.

    Args:
        address: of the server, without a path.
        requests: at least one.
        seconds: for how long.
        headers: of all requests.
        connections: how many requests are under way at any moment.

    Raises:
        BenchmarkError: the generator failed.
    """
    program = generator()
    with tempfile.TemporaryDirectory(prefix="lockyard-bench-") as scratch:
        file = Path(scratch) / "requests"
        file.write_text("".join(f"{each.method}\t{each.path}\t{each.body}\n" for each in requests), encoding="utf-8")
        before = _children()
        done = subprocess.run(
            [
                *(program, "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"),
                *("--timeout", f"{_ANSWER_SECONDS}s", "--script", str(_SCRIPT)),
                *(word for name, value in headers.items() for word in ("--header", f"{name}: {value}")),
                *(address, "--", str(file), str(next(_first_number))),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds + 2 * _ANSWER_SECONDS,
            check=False,
        )
        used = _children() - before
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines or not lines[-1].startswith("{"):
        raise BenchmarkError(f"wrk failed on {urlsplit(address).netloc}: {(done.stderr or done.stdout).strip()}")
    return _outcome(json.loads(lines[-1]), used)


def _outcome(told: Mapping[str, int], used: float) -> Outcome:
    return Outcome(
        answered=told["requests"] - told["refused"],
        refused=told["refused"],
        broken=told["broken"],
        seconds=told["microseconds"] / 1e6,
        p50=told["p50"] / 1e6,
        p95=told["p95"] / 1e6,
        p99=told["p99"] / 1e6,
        generator=used,
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
