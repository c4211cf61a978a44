#!/usr/bin/env python3
"""Measure the artifact lists of a registry with a million artifacts beside one with a thousand.

make bench-million                                   on SQLite; some ten minutes, 3 GB in the folder for scratch files
benchmarks/many.py --postgres                        on a PostgreSQL of its own
benchmarks/many.py --artifacts 100000                smaller, not written unless --write is given
benchmarks/many.py --keep --folder …                 leaves the filled SQLite files there, and takes them the next time

Every question is asked of both registries in turn: of their servers, by one client, and never answered from memory; and
of the function behind `GET /artifacts` in this process, whose ratios are the strictest.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import many_report
import report
from answers import answers
from engine import BenchmarkError
from filling import Size, World, fill, world_of, wrong_totals
from questions import QUESTIONS, Asked, Took, ask
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from servers import end_on_signals
from sqlalchemy import func, select

from lockyard_registry import Registry, open_registry
from lockyard_registry.store import artifacts

ARTIFACTS, FEW = 1_000_000, 1_000
_IN_A_REPOSITORY = 20
_BYTES = 3_500
"""What an artifact takes at most, with its indexes and while they are made."""


def main() -> int:
    """Fills and measures; 0 if it ran (whatever it says), 1 if a total is wrong, 2 if there is no room."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--artifacts", type=int, default=ARTIFACTS, help="of the large one (default: %(default)s)")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL in place of SQLite")
    parser.add_argument("--folder", type=Path, help="for the databases (default: that of the system for scratch files)")
    parser.add_argument("--keep", action="store_true", help="keep the SQLite files in --folder and use them again")
    parser.add_argument("--write", action="store_true", help="write README.md even if not everything was measured")
    chosen = parser.parse_args()
    if chosen.keep and (chosen.postgres or not chosen.folder):
        parser.error("--keep needs --folder, and is for SQLite")
    end_on_signals()
    folder = chosen.folder or Path(tempfile.gettempdir())
    need = chosen.artifacts * _BYTES
    if shutil.disk_usage(folder).free < 1.2 * need:
        print(f"benchmarks: {folder} needs {need / 1e9:.1f} GB free: name another one by --folder", file=sys.stderr)
        return 2
    large = Size(chosen.artifacts, chosen.artifacts // _IN_A_REPOSITORY, chosen.artifacts // 100, 10)
    try:
        with ExitStack() as stack:
            registries = stack.enter_context(_registries(folder, postgres=chosen.postgres, keep=chosen.keep))
            worlds = [_filled(each, size) for each, size in zip(registries, (_small(), large), strict=True)]
            took = measure(*(Asked(world, stack.enter_context(answers(world))) for world in worlds))
            text = many_report.render(_command(chosen.artifacts), worlds[1], took, postgres=chosen.postgres)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    print(text)
    if chosen.write or chosen.artifacts == ARTIFACTS:
        report.write(many_report.part(postgres=chosen.postgres), text)
    return 0


def measure(small: Asked, large: Asked) -> dict[str, Took]:
    """What each question took, by its name."""
    measured: dict[str, Took] = {}
    for question in QUESTIONS:
        measured[question.name] = took = ask(question, small, large)
        shown = ", ".join(f"{times.p95 * 1e3:.1f} ms" for pair in took for times in pair)
        print(f"  {question.name}: p95 {shown}", file=sys.stderr)
    return measured


def _small() -> Size:
    return Size(FEW, FEW // _IN_A_REPOSITORY)


def _command(artifacts: int) -> str:
    return (
        "make bench-million" if sys.argv[1:] in ([], ["--postgres"]) else f"benchmarks/many.py --artifacts {artifacts}"
    )


def _filled(registry: Registry, size: Size) -> World:
    with registry.store.read() as tx:
        there = tx.execute(select(func.count()).select_from(artifacts)).scalar_one()
    if there:
        if there != size.artifacts:
            raise BenchmarkError(f"{registry.location} has {there:,} artifacts, not {size.artifacts:,}: remove it")
        return world_of(registry, size)
    since = time.monotonic()
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        bar = progress.add_task("artifacts", total=size.artifacts)
        world = fill(registry, size, lambda number: progress.update(bar, completed=number))
    filled = time.monotonic()
    wrong = wrong_totals(registry)
    if wrong:
        raise BenchmarkError(f"{len(wrong)} totals of the filled registry are wrong, such as {wrong[0]}")
    checked = time.monotonic() - filled
    print(
        f"  {size.artifacts:,} artifacts in {size.repositories:,} repositories with {world.scopes:,} scopes, filled in "
        f"{filled - since:.0f} s; all counts and scopes are right ({checked:.0f} s)",
        file=sys.stderr,
    )
    return world


@contextmanager
def _registries(folder: Path, *, postgres: bool, keep: bool) -> Iterator[tuple[Registry, Registry]]:
    """Two registries, empty and removed at the end if they are not kept."""
    with ExitStack() as stack:
        if postgres:
            sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
            from tests.postgres import running_postgres

            server = stack.enter_context(running_postgres())
            places = [server.new_database(), server.new_database()]
        elif keep:
            places = [folder / "small.db", folder / "large.db"]
        else:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lockyard-bench-", dir=folder)))
            places = [scratch / "small.db", scratch / "large.db"]
        small, large = (open_registry(place) for place in places)
        stack.callback(small.close)
        stack.callback(large.close)
        yield small, large


if __name__ == "__main__":
    sys.exit(main())
