#!/usr/bin/env python3
"""Run the checks and the tests, level by level, and say how long each level took.

    scripts/run_tests.py                        every level but the long ones
    scripts/run_tests.py --level unit           one level; repeat the option for more
    scripts/run_tests.py --fast                 lint and unit: seconds
    scripts/run_tests.py --level engine -- -k x everything after `--` goes to pytest
    scripts/run_tests.py --list                 name the levels

A level fails when one of its tests fails or when it ran none. Where CI is set, a skipped test fails it too: there
everything that a test needs is at hand. The last line is plain: `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"


@dataclass(frozen=True)
class Level:
    """One group of tests: a folder under tests/ and the pytest options that suit it."""

    name: str
    about: str
    options: tuple[str, ...] = ()
    needs_pulumi: bool = False
    needs_plugin: bool = False
    needs_cluster: bool = False
    parts: str = ""  # of the cluster, beside those that `make test` needs
    by_default: bool = True

    @property
    def folder(self) -> Path:
        """Where its tests are."""
        return ROOT / "tests" / self.name


@dataclass
class Outcome:
    """What a level did."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=lambda: [])

    def ok(self, strict: bool) -> bool:
        """Whether the level counts as passed; `strict` also refuses skipped tests."""
        return not self.failed and not self.problems and self.passed > 0 and not (strict and self.skipped)


# Two processes, as the smallest machine has two cores. loadscope: tests of one module share their set-up; each level's
# conftest says which modules take longest and so begin first.
PARALLEL = ("-n", "2", "--dist", "loadscope", "--no-loadscope-reorder")
# The engine's tests take long, share little and wait at times: each goes where there is time, and what shares a stack
# is in one group.
GROUPED = ("-n", "3", "--dist", "loadgroup")

LEVELS = (
    Level("unit", "pure functions and properties", PARALLEL),
    Level("contract", "the registry, by direct calls and over a socket", PARALLEL),
    Level("plugin", "the dynamic provider over gRPC"),
    Level(
        "engine",
        "the real pulumi with a file backend",
        (*GROUPED, "--timeout", "300"),
        needs_pulumi=True,
        needs_plugin=True,  # examples for Kubernetes write YAML
    ),
    # One worker has the cluster with a real node and mostly waits; the others have clusters with fake nodes. The
    # tests say themselves which of them come first.
    Level(
        "cluster",
        "a real Kubernetes: fake GPU nodes, and a real node where there can be one",
        ("-n", "3", "--dist", "loadgroup", "--no-loadscope-reorder", "--timeout", "300"),
        needs_pulumi=True,
        needs_cluster=True,
    ),
    Level(
        "autoscaling",
        "real autoscalers on a real node; not by default, since KEDA takes 11 minutes to build",
        ("--timeout", "600"),
        needs_pulumi=True,
        needs_cluster=True,
        parts="metrics-server,prometheus,keda",
        by_default=False,
    ),
    # One process: what is measured here is how long others wait, which a second test beside it would change.
    Level(
        "attacks",
        "exhaustive tables of hostile requests, files and changes; not by default, since they take long",
        ("--timeout", "1800"),
        by_default=False,
    ),
)

CHECKS = (
    ("ruff format", ("ruff", "format", "--check", "--quiet", ".")),
    ("ruff check", ("ruff", "check", "--quiet", ".")),
    # Without its cache: that one keeps what an import meant before a module of that name was there.
    ("import-linter", ("lint-imports", "--no-cache")),
    ("pyright", ("pyright",)),
)


def clean_environment() -> dict[str, str]:
    """The environment of every level: this checkout's programs first, and none of the user's own settings."""
    environment = {
        name: value
        for name, value in os.environ.items()
        # A login, a backend or an endpoint of the user must never be what a test talks to.
        if not name.startswith(("PULUMI_", "LOCKYARD_")) or name == "LOCKYARD_TOOLCHAIN"
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled bytecode makes a plugin start 2 to 3 times faster
    environment.pop("PYTHONHOME", None)
    environment["VIRTUAL_ENV"] = str(ROOT / ".venv")
    environment["PATH"] = os.pathsep.join([str(BIN), environment.get("PATH", os.defpath)])
    environment["PULUMI_SKIP_UPDATE_CHECK"] = "true"
    environment["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
    return environment


def with_pulumi(environment: dict[str, str]) -> dict[str, str]:
    """The environment with `pulumi` on PATH, got by the toolchain script if need be."""
    found = subprocess.run(
        [sys.executable, str(ROOT / "toolchain" / "toolchain.py"), "path"],
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if found.returncode != 0:
        raise RuntimeError("there is no pulumi to test with (above: why)")
    # The virtual environment comes first: the built language host runs the first `python` on PATH.
    path = os.pathsep.join([str(BIN), found.stdout.strip(), environment["PATH"]])
    return {**environment, "PATH": path}


def get_plugin(environment: dict[str, str]) -> None:
    """Get the Kubernetes plugin, so that no test waits for its build."""
    if not _succeeds([ROOT / "toolchain" / "toolchain.py", "path", "--kubernetes"], environment):
        raise RuntimeError("there is no Kubernetes plugin to test with (above: why)")


def get_cluster(environment: dict[str, str], parts: str) -> None:
    """Get the Kubernetes plugin and the programs of the test cluster, so that no test waits for a build."""
    get_plugin(environment)
    build = [ROOT / "toolchain" / "cluster.py", "build", *(["--with", parts] if parts else [])]
    if not (_succeeds([*build, "--node"], environment) or _succeeds(build, environment)):
        raise RuntimeError("there is no Kubernetes to test with (above: why)")


def _succeeds(command: list[Path | str], environment: dict[str, str]) -> bool:
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0


def run_lint(environment: dict[str, str]) -> Outcome:
    """Format, lint rules, layers and types; every check runs even if one before it failed."""
    outcome = Outcome("lint")
    started = time.monotonic()
    for name, command in CHECKS:
        program = BIN / command[0]
        since = time.monotonic()
        done = subprocess.run(
            [str(program), *command[1:]],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        failed = done.returncode != 0
        outcome.failed += failed
        outcome.passed += not failed
        print(f"{name}: {'failed' if failed else 'passed'} in {time.monotonic() - since:.1f} s", flush=True)
        if failed:
            print(done.stdout, flush=True)
    outcome.seconds = time.monotonic() - started
    return outcome


def read_results(report: Path, outcome: Outcome) -> None:
    """Count what a JUnit file says."""
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif case.find("skipped") is not None:
            outcome.skipped += 1
        else:
            outcome.passed += 1


def run_level(level: Level, environment: dict[str, str], extra: list[str]) -> Outcome:
    """Run one level in a pytest of its own."""
    outcome = Outcome(level.name)
    started = time.monotonic()
    if not level.folder.is_dir():
        outcome.problems.append(f"{level.folder.relative_to(ROOT)} does not exist")
        return outcome
    try:
        if level.needs_pulumi:
            environment = with_pulumi(environment)
        if level.needs_plugin:
            get_plugin(environment)
        if level.needs_cluster:
            get_cluster(environment, level.parts)
        started = time.monotonic()  # getting programs is told by the toolchain itself
    except RuntimeError as error:
        outcome.problems.append(str(error))
        return outcome
    with tempfile.TemporaryDirectory(prefix="lockyard-tests-") as scratch:
        report = Path(scratch, "results.xml")
        command = [str(BIN / "python"), "-m", "pytest", "-q", *level.options, f"--junitxml={report}"]
        command += [*extra, str(level.folder)]
        done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
        if report.exists():
            read_results(report, outcome)
    outcome.seconds = time.monotonic() - started
    if done.returncode not in (0, 1, 5):
        outcome.problems.append(f"pytest stopped with exit code {done.returncode}")
    if outcome.passed + outcome.failed + outcome.skipped == 0:
        outcome.problems.append("no test ran")
    return outcome


def report_outcomes(outcomes: list[Outcome], strict: bool, seconds: float) -> bool:
    """Print the table and the closing line; say whether everything is well."""
    print("\nlevel        passed  failed  skipped   seconds")
    for outcome in outcomes:
        notes = list(outcome.problems)
        if strict and outcome.skipped:
            notes.append("skipped tests count as failures where CI is set")
        note = f"  {'; '.join(notes)}" if notes else ""
        counts = f"{outcome.passed:>6}  {outcome.failed:>6}  {outcome.skipped:>7}"
        print(f"{outcome.name:<11}  {counts}  {outcome.seconds:>8.1f}{note}")
    # A level that could not run, and a skipped test where none may be, are failures and are counted as such.
    failed = sum(outcome.failed + len(outcome.problems) + (outcome.skipped if strict else 0) for outcome in outcomes)
    passed = sum(outcome.passed for outcome in outcomes)
    skipped = 0 if strict else sum(outcome.skipped for outcome in outcomes)
    print(f"{'total':<11}  {passed:>6}  {failed:>6}  {skipped:>7}  {seconds:>8.1f}\n")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return all(outcome.ok(strict) for outcome in outcomes)


def main(arguments: list[str] | None = None) -> int:
    """Run the chosen levels; 0 if all is well, 1 if not, 2 if there is nothing to run with."""
    names = ["lint", *(level.name for level in LEVELS)]
    usual = ["lint", *(level.name for level in LEVELS if level.by_default)]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--level", action="append", choices=names, help="run this level (repeatable); default: the usual"
    )
    parser.add_argument("--fast", action="store_true", help="lint and unit only")
    parser.add_argument("--list", action="store_true", help="name the levels and stop")
    parser.add_argument("pytest_options", nargs="*", metavar="-- PYTEST_OPTION", help="passed on to pytest")
    chosen = parser.parse_args(arguments)
    if chosen.list:
        print("lint         format, lint rules, layers, types")
        for level in LEVELS:
            print(f"{level.name:<11}  {level.about}")
        return 0
    if not (BIN / "python").exists():
        print("run_tests: there is no .venv; run `make venv` first", file=sys.stderr)
        return 2
    wanted = chosen.level or (["lint", "unit"] if chosen.fast else usual)
    strict = bool(os.environ.get("CI"))
    environment = clean_environment()
    started = time.monotonic()
    outcomes: list[Outcome] = []
    for name in names:
        if name not in wanted:
            continue
        print(f"\n== {name}", flush=True)
        if name == "lint":
            outcomes.append(run_lint(environment))
        else:
            level = next(level for level in LEVELS if level.name == name)
            outcomes.append(run_level(level, environment, chosen.pytest_options))
    return 0 if report_outcomes(outcomes, strict, time.monotonic() - started) else 1


if __name__ == "__main__":
    sys.exit(main())
