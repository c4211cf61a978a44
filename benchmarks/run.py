#!/usr/bin/env python3
"""Measure Lockyard beside the least that Pulumi's dynamic resources can cost, and write the table into README.md.

make bench                                everything; some minutes
benchmarks/run.py --pairs 20 --rounds 1   smaller, not written unless --write is given
benchmarks/run.py --only start            one part
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import engine
import micro
import rendering
import report
import start
import workloads

PARTS = ("engine", "start", "micro", "rendering", "kubernetes")
PAIRS, ROUNDS = 100, 3


def main() -> int:
    """Runs the benchmarks; 0 if they ran (whatever they say), 1 if a command failed, 2 without pulumi."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=PAIRS, help="artifacts, and workloads (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="repetitions (default: %(default)s)")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; repeatable")
    parser.add_argument("--write", action="store_true", help="write README.md even if not everything was measured")
    chosen = parser.parse_args()
    parts = chosen.only or PARTS
    if {"engine", "kubernetes"} & set(parts) and shutil.which("pulumi") is None:
        print("benchmarks: pulumi is not on PATH: use `make bench`, which gets it", file=sys.stderr)
        return 2
    comparisons: list[engine.Comparison] = []
    components: list[engine.Comparison] = []
    try:
        if "engine" in parts:
            with tempfile.TemporaryDirectory(prefix="lockyard-bench-") as scratch:
                comparisons = engine.compare(Path(scratch), pairs=chosen.pairs, rounds=chosen.rounds)
        if "kubernetes" in parts:
            with tempfile.TemporaryDirectory(prefix="lockyard-bench-") as scratch:
                components = workloads.compare(Path(scratch), workloads=chosen.pairs, rounds=chosen.rounds)
    except engine.BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    complete = not chosen.only and (chosen.pairs, chosen.rounds) == (PAIRS, ROUNDS)
    command = "make bench" if complete else " ".join(["benchmarks/run.py", *sys.argv[1:]])
    made = report.made_by(command)
    results = {
        report.RECORDS: report.render_records(
            made,
            chosen.pairs,
            comparisons,
            start.measure() if "start" in parts else [],
            micro.measure() if "micro" in parts else {},
        ),
        report.KUBERNETES: report.render_kubernetes(
            made, chosen.pairs, rendering.measure() if "rendering" in parts else [], components
        ),
    }
    for part, text in results.items():
        print(text)
        if text and (complete or chosen.write):
            report.write(part, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
