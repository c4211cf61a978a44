"""Times what a plugin process loads before its first answer."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass

RUNS = 9
AIM_SECONDS = 0.5
"""What the embedded registry may add to the start."""

_PROGRAM = """
import json, time
def mark():
    return time.perf_counter(), time.process_time()
marks = [mark()]
import pulumi.dynamic
marks.append(mark())
import lockyard.dynamic._adapter
marks.append(mark())
from lockyard.client import connect, load_settings
connect(load_settings(lambda key: None)).identity()
marks.append(mark())
print(json.dumps(marks))
"""


@dataclass(frozen=True)
class Part:
    """One part of a start.

    Attributes:
        name: What is loaded.
        wall: Median seconds on the clock.
        cpu: Median seconds of processor time, which hardly depends on what else the machine does.
        aim: Upper bound in seconds, None if there is none.
    """

    name: str
    wall: float
    cpu: float
    aim: float | None = None


_PARTS = (
    ("Pulumi's own dynamic provider support", None),
    ("+ the provider with its contract", None),
    ("+ the embedded registry, up to its first answer", AIM_SECONDS),
)


def measure() -> list[Part]:
    """Starts fresh processes; the first one, which compiles and makes the database, is left out."""
    with tempfile.TemporaryDirectory(prefix="lockyard-bench-") as data:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"LOCKYARD_ENDPOINT": "embedded", "LOCKYARD_DATA_DIR": data}
        runs = [_once(environment) for _ in range(RUNS + 1)][1:]
    return [
        Part(
            name,
            statistics.median(run[index][0] for run in runs),
            statistics.median(run[index][1] for run in runs),
            aim,
        )
        for index, (name, aim) in enumerate(_PARTS)
    ]


def _once(environment: dict[str, str]) -> list[tuple[float, float]]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
        check=True,
    )
    marks = json.loads(done.stdout)
    return [(after[0] - before[0], after[1] - before[1]) for before, after in itertools.pairwise(marks)]
