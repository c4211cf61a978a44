"""Processes that write to one SQLite file at once, as fast as they can."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import mean
from typing import NamedTuple

WRITERS = 8

WRITER = """
import sys, time
from pathlib import Path
from lockyard.contract import ArtifactInput, parse
from lockyard_registry import Caller, lifecycle, open_registry

registry = open_registry(Path(sys.argv[1]))
caller = Caller("0" * 24, "writer", "", administrator=True)
body = parse(ArtifactInput, {
    "name": "w",
    "spec": {"containerGroups": [{"containers": [
        {"name": "main", "imageUri": "registry.example/echo:1", "port": 8080, "primary": True}]}]},
})
print("ready", flush=True)
sys.stdin.readline()
number, longest, until = 0, 0.0, time.monotonic() + float(sys.argv[2])
while (began := time.monotonic()) < until:
    lifecycle.create_artifact(registry, caller, body)
    longest, number = max(longest, time.monotonic() - began), number + 1
print(number, longest, flush=True)
registry.close()
"""


class Figures(NamedTuple):
    """What they did.

    Attributes:
        slowest: changes of the process that made fewest, by the mean of all.
        longest: seconds that one change waited at most.
        line: the figures to print.
    """

    slowest: float
    longest: float
    line: str


def write_at_once(database: Path, seconds: float) -> Figures:
    """Lets eight processes write; fails if one of them is refused.

    Args:
        database: the file.
        seconds: how long they write.
    """
    words = [sys.executable, "-c", WRITER, str(database), str(seconds)]
    processes = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(WRITERS)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [_answer(process, seconds) for process in processes]
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait(10)
    numbers, longest = [number for number, _ in answers], max(longest for _, longest in answers)
    slowest = min(numbers) / mean(numbers)
    line = (
        f"{sum(numbers) / seconds:.0f} changes a second; by process {sorted(numbers)}; slowest by mean {slowest:.2f}; "
        f"longest wait {longest:.2f} s"
    )
    return Figures(slowest, longest, line)


def _answer(process: subprocess.Popen[str], seconds: float) -> tuple[int, float]:
    out, err = process.communicate(timeout=seconds + 90)
    assert process.returncode == 0, err  # a refusal is a traceback
    number, longest = out.split()
    return int(number), float(longest)
