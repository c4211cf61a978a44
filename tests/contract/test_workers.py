"""`lockyard serve --workers`: several processes on one socket, watched by the one that was started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

TOKEN = "of-the-workers-test"
WORKERS = 2


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[str]
    url: str

    @property
    def workers(self) -> list[psutil.Process]:
        """Its processes that answer; Python's own resource tracker is none."""
        return [child for child in psutil.Process(self.process.pid).children() if is_worker(child)]

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)

    def answers(self, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while True:
            try:
                assert httpx.get(self.url.replace("/api/v2", "/readyz"), timeout=5).status_code == 200
                return
            except httpx.HTTPError:
                assert time.monotonic() < until, "no worker answers"
                time.sleep(0.1)


def is_worker(child: psutil.Process) -> bool:
    """Whether a child answers; one that was killed and is not yet waited for has no command line to look at."""
    try:
        return "spawn_main" in " ".join(child.cmdline())
    except psutil.NoSuchProcess:  # a zombie is one of these, too
        return False


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    environment = {**os.environ, "LOCKYARD_API_TOKEN": TOKEN, "LOCKYARD_DATA_DIR": str(tmp_path / "data")}
    words = ["serve", "--port", "0", "--workers", str(WORKERS), "--log", "json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "lockyard.cli", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=(tmp_path / "log").open("w"),
        text=True,
    )
    assert process.stdout is not None
    running = Served(process, process.stdout.readline().strip().partition(": ")[2])
    running.answers()
    yield running
    if process.poll() is None:
        process.kill()
    process.wait(30)
    process.stdout.close()


def ended(processes: list[psutil.Process], seconds: float = 30) -> bool:
    return not psutil.wait_procs(processes, timeout=seconds)[1]


def until(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


def test_all_of_them_answer_from_one_registry_and_count_together(served: Served, tmp_path: Path) -> None:
    until(lambda: len(served.workers) == WORKERS)
    asked = 0
    made: set[str] = set()
    # A new connection each time: the kernel gives it to whoever is free.
    for number in range(30):
        with served.client() as client:
            body = {
                "name": f"a{number}",
                "spec": {"containerGroups": [{"containers": [{"imageUri": "x:1", "port": 8080}]}]},
            }
            answer = client.post("/artifacts", json=body)
            assert answer.status_code == 201, answer.text
            made.add(answer.json()["id"])
            asked += 1
            found = client.get("/artifacts", params={"limit": 100}).json()
            assert {item["id"] for item in found["data"]} == made
            assert found["totalCount"] == len(made)
    numbers = httpx.get(served.url.replace("/api/v2", "/metrics"), timeout=30).text
    (line,) = [
        line
        for line in numbers.splitlines()
        if line.startswith("lockyard_http_requests_total{") and 'method="POST"' in line
    ]
    assert float(line.rpartition(" ")[2]) == asked
    assert "lockyard_database_up 1.0" in numbers
    workers = served.workers
    served.process.send_signal(signal.SIGTERM)
    output, _ = served.process.communicate(timeout=30)
    assert served.process.returncode == 0
    assert output.splitlines()[-1] == "stopped"
    assert ended(workers)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_one_that_dies_is_replaced(served: Served) -> None:
    until(lambda: len(served.workers) == WORKERS)
    first = served.workers
    first[0].kill()
    until(lambda: len(served.workers) == WORKERS and first[0] not in served.workers)
    served.answers()


def test_they_end_with_the_one_that_watches(served: Served) -> None:
    until(lambda: len(served.workers) == WORKERS)
    workers = served.workers
    served.process.kill()
    assert ended(workers)
