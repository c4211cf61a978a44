"""Constant load on a Service, and what came back."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_LONGEST = 300.0


@dataclass(frozen=True)
class LoadResult:
    """What the load client told.

    Attributes:
        asked: Number of questions, each on a new connection.
        failed: Number of those without an answer 2xx.
        problems: Failures by kind.
        versions: Answers by the version that gave them.
        order: Versions in the order of their first answer.
        longest_outage_seconds: Longest time between two successes with a failure between them.
        p99_ms: 99th percentile of the successes.
        seconds: How long it ran.
    """

    asked: int
    failed: int
    problems: dict[str, int]
    versions: dict[str, int]
    order: list[str]
    longest_outage_seconds: float
    p99_ms: float
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.failed} failed of {self.asked} in {self.seconds:.0f} s {self.problems or ''} "
            f"versions {self.versions}, longest outage {self.longest_outage_seconds:.1f} s, p99 {self.p99_ms:.0f} ms"
        )


class Load:
    """Questions at a constant rate from its start to its stop.

    Args:
        program: The load client.
        url: What it asks.
        rate: Questions in a second.
        timeout: Longest wait for one answer, seconds.
        priority: As `nice` takes it.
    """

    def __init__(self, program: Path, url: str, *, rate: float, timeout: float = 5.0, priority: int = 0) -> None:
        self._command: list[str | Path] = ["nice", "-n", str(priority), program]
        self._command += ["-url", url, "-rate", str(rate), "-timeout", f"{timeout}s", "-seconds", str(_LONGEST)]
        self._process: subprocess.Popen[str] | None = None
        self._result: LoadResult | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self, *, after: float = 0.0) -> LoadResult:
        """End it, a while from now, and say what came back."""
        if self._result is None:
            time.sleep(after)
            assert self._process is not None
            self._process.terminate()
            printed, complaints = self._process.communicate(timeout=30)
            assert self._process.returncode == 0, complaints
            told: dict[str, Any] = json.loads(printed)
            self._result = LoadResult(**{name: told[name] for name in LoadResult.__dataclass_fields__})
            print(f"load: {self._result}")
        return self._result
