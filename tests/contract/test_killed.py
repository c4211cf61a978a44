"""A server that is killed loses nothing it acknowledged and leaves nothing half done; one that is stopped finishes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from lockyard_registry.audit import verify
from lockyard_registry.store import Store

from .world import runtime, spec

KILLS = int(os.environ.get("LOCKYARD_KILLS", "10"))
RATE = 200
"""Writes a second that are asked for; how many are answered depends on the machine."""
WRITERS = 8
ENOUGH, SECONDS = 60, 2.5
"""A round ends with so many acknowledged writes, or after so long."""
TOKEN = "killed-token"

SCRIPT = """
import sys
from lockyard_registry.api import serve
serve(sys.argv[1], port=0, token=sys.argv[2], checkpoints="off", say=lambda line: print(line, flush=True))
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return str(tmp_path / "registry.db")


@contextmanager
def served(location: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, location, TOKEN], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip().partition(": ")[2]
        # The socket listens already; the first call waits until the server has started.
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30) as client:
            yield process, client
    finally:
        process.kill()
        process.wait(timeout=30)


class Writers:
    """Writes of several kinds at a steady rate, and what was acknowledged.

    Attributes:
        acknowledged: path of each object, with what its last acknowledged write said.
    """

    def __init__(self, client: httpx.Client, round: int) -> None:
        self._client = client
        self._round = round
        self._end = threading.Event()
        self._turn = threading.Lock()
        self._next = time.monotonic()
        self.acknowledged: dict[str, dict[str, Any]] = {}
        self.answers = 0
        self.broken = 0

    def run(self, number: int) -> None:
        step = 0
        draft: dict[str, Any] | None = None
        while self._wait():
            step += 1
            try:
                draft = self._write(draft, f"r{self._round} w{number} s{step}", step)
            except httpx.TransportError:
                self.broken += 1
                return
            self.answers += 1

    def _write(self, draft: dict[str, Any] | None, text: str, step: int) -> dict[str, Any] | None:
        if draft is None:
            made = self._call("POST", "/artifacts", {"name": text, "spec": spec()})
            self._note(made, description="", status="draft")
            return made
        path = f"/artifacts/{draft['id']}"
        if step % 4 == 2:
            self._note(self._call("PATCH", path, {"description": text}), description=text)
            return draft
        if step % 4 == 3:
            locked = self._call("PATCH", path, {"status": "locked"})
            self._note(locked, status="locked", version=1)
            return draft
        made = self._call("POST", "/workloads", {"name": text, "artifactId": draft["id"], "runtime": runtime()})
        self.acknowledged[f"/workloads/{made['id']}"] = {"name": text}
        return None

    def _note(self, document: dict[str, Any], **said: Any) -> None:
        self.acknowledged.setdefault(f"/artifacts/{document['id']}", {}).update(said)

    def _call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        response = self._client.request(method, path, json=body)
        assert response.status_code in (200, 201), response.text
        return response.json()

    def _wait(self) -> bool:
        with self._turn:
            self._next = max(self._next + 1 / RATE, time.monotonic() - 0.1)
            pause = self._next - time.monotonic()
        return not self._end.wait(max(0.0, pause))

    def wait(self) -> None:
        """Waits until the round has seen enough."""
        deadline = time.monotonic() + SECONDS
        while self.answers < ENOUGH and time.monotonic() < deadline:
            time.sleep(0.005)

    def stop(self) -> None:
        self._end.set()


def check(client: httpx.Client, acknowledged: dict[str, dict[str, Any]]) -> None:
    for path, said in acknowledged.items():
        response = client.get(path)
        assert response.status_code == 200, (path, said, response.text)
        found = response.json()
        # A write that was not answered may have been done or not, so a description may be a newer one.
        known = {name: found[name] for name in said if name != "description"}
        expected = {name: value for name, value in said.items() if name != "description"}
        if known.get("status") == "locked" and expected.get("status") == "draft":
            expected["status"] = "locked"
        assert known == expected, path
        if said.get("description"):
            assert found["description"], path


def prove(location: str) -> None:
    store = Store.open(location, migrate=False)
    try:
        proof = verify(store, None, ())
        assert proof.findings == []
        assert proof.records > 0
    finally:
        store.close()


@pytest.mark.timeout(300)
def test_killed_under_load(location: str) -> None:
    everything: dict[str, dict[str, Any]] = {}
    answers = broken = 0
    for round in range(KILLS):
        with served(location) as (process, client), ThreadPoolExecutor(WRITERS) as pool:
            client.get("/version/")
            writers = Writers(client, round)
            running = [pool.submit(writers.run, number) for number in range(WRITERS)]
            writers.wait()
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
            writers.stop()
            for run in running:
                run.result(timeout=60)
        everything.update(writers.acknowledged)
        answers, broken = answers + writers.answers, broken + writers.broken
    with served(location) as (_, client):
        check(client, everything)
    prove(location)
    print(f"{answers} writes acknowledged, {broken} broken off, in {KILLS} kills")
    assert answers > KILLS
    assert broken > 0, "no kill met a write"


@pytest.mark.timeout(120)
def test_stopped_under_load(location: str) -> None:
    """What had begun when SIGTERM came is answered; afterwards nobody is served."""
    with served(location) as (process, client), ThreadPoolExecutor(WRITERS) as pool:
        client.get("/version/")
        writers = Writers(client, 0)
        running = [pool.submit(writers.run, number) for number in range(WRITERS)]
        writers.wait()
        process.send_signal(signal.SIGTERM)
        for run in running:
            run.result(timeout=60)
        process.wait(timeout=30)
    assert writers.answers > 0
    prove(location)
    store = Store.open(location, migrate=False)
    with store.read() as tx:
        made = {f"/artifacts/{id}" for id in tx.exec_driver_sql("SELECT id FROM artifacts").scalars()}
        made |= {f"/workloads/{id}" for id in tx.exec_driver_sql("SELECT id FROM workloads").scalars()}
    store.close()
    assert made == set(writers.acknowledged), "each object that is there was acknowledged: no answer was lost"
