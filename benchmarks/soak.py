#!/usr/bin/env python3
"""Keep a registry's server busy for a while with what several users do, and see that nothing grows but the records.

make bench-soak                        ten minutes
make bench-soak SECONDS=120            shorter

Some users read, list, search, register and edit at a moderate rate, each on a connection of their own. It ends by
itself; exit code 1 if a request failed, or the server's memory went on growing.
"""

from __future__ import annotations

import argparse
import http.client
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression

from engine import BenchmarkError
from lockyard_server import lockyard_server
from percentiles import percentile
from rich.console import Console
from rich.table import Table
from servers import end_on_signals
from soak_users import USERS, Did, User

SECONDS, PERIODS = 600, 10
STARTING = 0.2
"""The first part of the time, in which caches fill and memory may grow."""

GROWTH = 0.10
"""How much memory may grow over the rest of the time, by the line through all that was seen, as a part of it."""

_EVERY = 1.0


def main() -> int:
    """Runs the soak; 0 if all is well, 1 if a request failed or memory grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long (default: %(default)s)")
    parser.add_argument(
        "--rate", type=float, default=40.0, help="requests a second of all users (default: %(default)s)"
    )
    chosen = parser.parse_args()
    end_on_signals()
    try:
        with tempfile.TemporaryDirectory(prefix="lockyard-bench-") as scratch:
            return soak(Path(scratch), chosen.seconds, chosen.rate)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1


def soak(folder: Path, seconds: float, rate: float) -> int:
    """Runs users on a new server; see `main`."""
    memory: list[tuple[float, int]] = []
    sizes: list[tuple[float, int]] = []
    stop = threading.Event()
    with lockyard_server(folder) as server:
        users = [User(number, server, rate / USERS) for number in range(USERS)]
        threads = [threading.Thread(target=_work, args=(user, stop), daemon=True) for user in users]
        started = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            while (now := time.monotonic() - started) < seconds:
                memory.append((now, sum(server.memory())))
                sizes.append((now, _size(folder)))
                time.sleep(_EVERY)
        finally:
            stop.set()
            for thread in threads:
                thread.join(120)
    did = sorted((each for user in users for each in user.did), key=lambda each: each.at)
    failures = [problem for user in users for problem in user.failures]
    _show(did, memory, sizes, started, seconds, failures)
    grown = growth([(at, size) for at, size in memory if at > STARTING * seconds])
    print(f"memory after the first {STARTING:.0%} of the time: {grown:+.1%} (may be up to {GROWTH:+.0%})")
    for problem in failures[:5]:
        print(f"failed: {problem}", file=sys.stderr)
    return 1 if failures or grown > GROWTH or not did else 0


def growth(seen: Sequence[tuple[float, float]]) -> float:
    """How much something grew, as a part of what it was at first, by the straight line through all that was seen."""
    if len(seen) < 2:
        return 0.0
    slope, start = linear_regression([at for at, _ in seen], [value for _, value in seen])
    first, last = (start + slope * seen[end][0] for end in (0, -1))
    return (last - first) / first


def _work(user: User, stop: threading.Event) -> None:
    while not stop.wait(user.pause()):
        try:
            user.step()
        except (BenchmarkError, OSError, http.client.HTTPException) as error:
            user.failures.append(str(error) or repr(error))


def _show(
    did: Sequence[Did],
    memory: Sequence[tuple[float, int]],
    sizes: Sequence[tuple[float, int]],
    started: float,
    seconds: float,
    failures: Sequence[str],
) -> None:
    table = Table(title=f"{len(did):,} requests by {USERS} users in {seconds:.0f} s, {len(failures)} failures")
    for title in ("until", "requests", "of them writes", "p50", "p95", "p99", "memory", "database"):
        table.add_column(title, justify="right")
    for period in range(PERIODS):
        begin, end = (seconds * edge / PERIODS for edge in (period, period + 1))
        here = [each for each in did if begin <= each.at - started < end]
        times = [each.seconds for each in here] or [0.0]
        table.add_row(
            f"{end:.0f} s",
            f"{len(here):,}",
            f"{sum(each.wrote for each in here):,}",
            *(f"{percentile(times, share) * 1e3:.1f} ms" for share in (0.5, 0.95, 0.99)),
            *(_last(seen, end) for seen in (memory, sizes)),
        )
    Console().print(table)


def _last(seen: Sequence[tuple[float, int]], end: float) -> str:
    before = [size for at, size in seen if at < end]
    return f"{before[-1] / 2**20:.1f} MiB" if before else "–"


def _size(folder: Path) -> int:
    # The file for changes under way may just be gone.
    return sum(path.stat().st_size for path in folder.glob("registry.db*") if path.exists())


if __name__ == "__main__":
    sys.exit(main())
