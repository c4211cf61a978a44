#!/usr/bin/env python3
"""Measure the registry's server beside MLflow's registry and beside a constant, and write the tables into README.md.

make bench-registry                               everything; some ten minutes
benchmarks/registry.py --rounds 1 --seconds 2     shorter, not written unless --write is given
benchmarks/registry.py --without mlflow           one comparison less
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from pathlib import Path

import registry_report
import report
from comparison import Comparison, Plan, compare
from engine import BenchmarkError
from servers import end_on_signals

ROUNDS, SECONDS, WORKERS = 3, 5, 2


def main() -> int:
    """Runs the comparison; 0 if it ran (whatever it says), 1 if a server failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="repetitions (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of each measurement (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes of each server (default: %(default)s)")
    parser.add_argument("--without", choices=("mlflow", "constant"), action="append", default=[])
    parser.add_argument("--options", default="", help="further ones of `lockyard serve`, in one word")
    parser.add_argument("--write", action="store_true", help="write README.md even if not everything was measured")
    chosen = parser.parse_args()
    end_on_signals()
    plan = Plan(
        rounds=chosen.rounds,
        seconds=chosen.seconds,
        workers=chosen.workers,
        mlflow="mlflow" not in chosen.without,
        constant="constant" not in chosen.without,
        options=("--workers", str(chosen.workers), *shlex.split(chosen.options)),
    )
    try:
        with tempfile.TemporaryDirectory(prefix="lockyard-bench-") as scratch:
            found: Comparison = compare(Path(scratch), plan)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    complete = plan == Plan(ROUNDS, SECONDS, WORKERS, options=("--workers", str(WORKERS)))
    command = "make bench-registry" if complete else " ".join(["benchmarks/registry.py", *sys.argv[1:]])
    text = registry_report.render(command, plan, found)
    print(text)
    if complete or chosen.write:
        report.write(registry_report.PART, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
