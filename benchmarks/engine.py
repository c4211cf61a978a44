"""Times the real `pulumi` on two programs side by side: Lockyard, and no-op dynamic resources ("floor")."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = ("lockyard", "floor")
STACK = "bench"
DEADLINE_SECONDS = 600

# What is timed, in this order; each with the words after `pulumi`.
COMMANDS: dict[str, tuple[str, ...]] = {
    "preview (everything new)": ("preview",),
    "up": ("up", "--yes", "--skip-preview"),
    "preview (nothing changed)": ("preview", "--expect-no-changes"),
    "refresh": ("refresh", "--yes", "--skip-preview", "--expect-no-changes"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}

# Upper bounds of Lockyard's time as a multiple of the floor's.
AIMS = {"up": 1.5, "preview (nothing changed)": 1.15, "refresh": 1.5}


class BenchmarkError(Exception):
    """A command failed, so there is nothing to compare."""


@dataclass(frozen=True)
class Run:
    """What one command took: seconds on the clock, and of processor time in it and all it started."""

    wall: float
    cpu: float


@dataclass
class Comparison:
    """The runs of one command.

    Attributes:
        command: What was run.
        programs: Ours, and what it is compared with.
        runs: One a round, by program.
    """

    command: str
    programs: tuple[str, str] = PROGRAMS
    runs: dict[str, list[Run]] = field(init=False)

    def __post_init__(self) -> None:
        """No runs yet."""
        self.runs = {program: [] for program in self.programs}

    def wall(self, program: str) -> float:
        """Median wall time in seconds."""
        return statistics.median(run.wall for run in self.runs[program])

    def ratios(self, of: str = "wall") -> list[float]:
        """Our time over the other's, one a round: both ran right after each other, under the same load."""
        pairs = zip(*(self.runs[program] for program in self.programs), strict=True)
        return [getattr(ours, of) / getattr(other, of) for ours, other in pairs]


class Stack:
    """One program with a backend and, for Lockyard, an embedded registry of its own."""

    def __init__(self, program: str, scratch: Path, pairs: int, home: Path | None = None) -> None:
        self.folder = scratch / program / "project"
        shutil.copytree(HERE / "programs" / program, self.folder, ignore=shutil.ignore_patterns("__pycache__"))
        state = scratch / program / "state"
        state.mkdir()
        self.environment = surroundings(state, home or scratch / "home", scratch / program / "registry")
        self.run("stack", "init", STACK)
        self.run("config", "set", "pairs", str(pairs))

    def run(self, *words: str) -> Run:
        """Runs one command.

        Raises:
            BenchmarkError: It failed.
        """
        before, started = _children_cpu(), time.perf_counter()
        done = subprocess.run(
            ["pulumi", *words, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )
        run = Run(time.perf_counter() - started, _children_cpu() - before)
        if done.returncode != 0:
            raise BenchmarkError(f"`pulumi {' '.join(words)}` of {self.folder} failed:\n{done.stdout[-4000:]}")
        return run


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def surroundings(state: Path, home: Path, registry: Path) -> dict[str, str]:
    """The environment of a run without any service, with compiled bytecode."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "LOCKYARD_"))}
    for name in ("CI", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONHOME"):
        kept.pop(name, None)
    bin_folder = Path(sys.executable).parent
    return kept | {
        # The built language host runs the first `python` on PATH.
        "PATH": os.pathsep.join([str(bin_folder), kept.get("PATH", os.defpath)]),
        "VIRTUAL_ENV": str(bin_folder.parent),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_HOME": str(home),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "LOCKYARD_ENDPOINT": "embedded",
        "LOCKYARD_DATA_DIR": str(registry),
    }


def compare(scratch: Path, *, pairs: int, rounds: int) -> list[Comparison]:
    """Runs all commands on both programs, in every round on new stacks, in alternating order.

    Args:
        scratch: An empty folder.
        pairs: How many artifacts, and how many workloads.
        rounds: How often everything is repeated.

    Raises:
        BenchmarkError: A command failed.
    """
    _warm(scratch / "warm")
    comparisons = [Comparison(command) for command in COMMANDS]
    turn = 0
    for number in range(rounds):
        stacks = {program: Stack(program, scratch / f"round-{number}", pairs) for program in PROGRAMS}
        for comparison in comparisons:
            for program in PROGRAMS if turn % 2 == 0 else reversed(PROGRAMS):
                run = stacks[program].run(*COMMANDS[comparison.command])
                comparison.runs[program].append(run)
                print(
                    f"  round {number + 1}, {comparison.command}, {program}: {run.wall:.2f} s, {run.cpu:.2f} s of CPU",
                    file=sys.stderr,
                )
            turn += 1
    return comparisons


def _warm(scratch: Path) -> None:
    """Compiles the bytecode and fills the file cache."""
    for program in PROGRAMS:
        stack = Stack(program, scratch, 1)
        for words in COMMANDS.values():
            stack.run(*words)
