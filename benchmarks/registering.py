#!/usr/bin/env python3
"""Measure how fast versions are registered beside MLflow's registry, both on SQLite and both on PostgreSQL.

make bench-registering                           some four minutes; the table goes into README.md
benchmarks/registering.py --rounds 1 --seconds 2  shorter, not written
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import lockyard_server
import mlflow_server
import report
from comparison import Run, measured
from engine import BenchmarkError
from load import CONNECTIONS
from registry_report import machine
from servers import Server, end_on_signals
from versions import MODELS, VERSIONS, versions

ROUNDS, SECONDS, WORKERS = 3, 5, 2
PART = "registering"
FASTEST = "gunicorn"
"""MLflow's fastest way of running for this (`make bench-registry` measures all of them)."""

AIMS = {"SQLite": 2.0, "PostgreSQL": 5.0}
"""Multiples of MLflow's throughput, by the database that both have."""

Pairs = list[tuple[Run, Run]]
"""Ours and MLflow's, one a round, each measured right after the other."""


@dataclass
class Found:
    """What came of it, by database."""

    pairs: dict[str, Pairs] = field(default_factory=dict)


def main() -> int:
    """Runs it; 0 if it ran (whatever it says), 1 if a server failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="repetitions (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of each measurement (default: %(default)s)")
    chosen = parser.parse_args()
    end_on_signals()
    found = Found()
    try:
        for database in AIMS:
            with tempfile.TemporaryDirectory(prefix="lockyard-bench-") as scratch, _urls(database) as urls:
                found.pairs[database] = _measure(Path(scratch), urls, database, chosen.rounds, chosen.seconds)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    complete = (chosen.rounds, chosen.seconds) == (ROUNDS, SECONDS)
    command = "make bench-registering" if complete else " ".join(["benchmarks/registering.py", *sys.argv[1:]])
    text = render(command, found, chosen.rounds, chosen.seconds)
    print(text)
    if complete:
        report.write(PART, text)
    return 0


def render(command: str, found: Found, rounds: int, seconds: int) -> str:
    """The table."""
    lines = [
        f"Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}: {machine()}.",
        "",
        f"{MODELS * VERSIONS:,} versions in each registry before, {WORKERS} workers each, MLflow "
        f"{mlflow_server.VERSION} by {FASTEST}; {CONNECTIONS} connections, {rounds} round(s) of {seconds} s. "
        "PostgreSQL with full syncs to disk, a database for each.",
        "",
        "| register a version, both on | Lockyard | MLflow | ratio (range) | aim | p99 of Lockyard | p50 of MLflow |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for database, pairs in found.pairs.items():
        ratios = [ours.outcome.throughput / theirs.outcome.throughput for ours, theirs in pairs]
        speeds = [median(run.outcome.throughput for run in runs) for runs in zip(*pairs, strict=True)]
        ours, theirs = ([pair[at].outcome for pair in pairs] for at in (0, 1))
        lines.append(
            f"| {database} | {speeds[0]:,.0f}/s | {speeds[1]:,.0f}/s | {median(ratios):.1f} ({min(ratios):.1f} to "
            f"{max(ratios):.1f}) | ≥ {AIMS[database]:g} | {median(each.p99 for each in ours) * 1e3:.0f} ms "
            f"| {median(each.p50 for each in theirs) * 1e3:.0f} ms |"
        )
    return "\n".join(lines) + "\n"


@contextmanager
def _urls(database: str) -> Iterator[tuple[str | None, str | None]]:
    if database == "SQLite":
        yield None, None
        return
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from tests.postgres import running_postgres

    with running_postgres(fsync="on") as server:
        yield server.new_database(), server.new_database()


def _measure(scratch: Path, urls: tuple[str | None, str | None], database: str, rounds: int, seconds: int) -> Pairs:
    pairs: Pairs = []
    with ExitStack() as stack:
        folders = [scratch / "lockyard", scratch / "mlflow"]
        for folder in folders:
            folder.mkdir()
        asked: list[tuple[Server, lockyard_server.Requests]] = []
        own = lockyard_server.lockyard_server(folders[0], "--workers", str(WORKERS), location=urls[0])
        other = mlflow_server.mlflow_server(folders[1], WORKERS, FASTEST, location=urls[1])
        for context, fill in ((own, lockyard_server.fill), (other, mlflow_server.fill)):
            server = stack.enter_context(context)
            asked.append((server, fill(server, versions())))
        for turn in range(rounds):
            order = (0, 1) if turn % 2 == 0 else (1, 0)
            runs = {at: measured(asked[at][0], asked[at][1].register, seconds, asked[at][1].get[0]) for at in order}
            pairs.append((runs[0], runs[1]))
            speeds = ", ".join(f"{runs[at].outcome.throughput:.0f}/s" for at in (0, 1))
            print(f"  {database}, round {turn + 1}: Lockyard and MLflow {speeds}", file=sys.stderr)
    if refused := sum(ours.outcome.refused + ours.outcome.broken for ours, _ in pairs):
        raise BenchmarkError(f"our server on {database} refused {refused} requests")
    return pairs


if __name__ == "__main__":
    sys.exit(main())
