"""Who writes next to a SQLite file that several processes write to."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lockyard.contract import StorageError
from lockyard_registry.store import _turns
from lockyard_registry.store._turns import Turns

WRITER = """
import sys, time
from pathlib import Path
from lockyard_registry.store._turns import Turns
turns, seconds = Turns(Path(sys.argv[1]), 30.0), float(sys.argv[2])
with turns.one():
    print("writing", flush=True)
    time.sleep(seconds)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "registry.db"
    sqlite3.connect(path).close()
    path.chmod(0o640)
    return path


def other(file: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process in its turn."""
    words = [sys.executable, "-c", WRITER, str(file), str(seconds)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def test_a_turn_is_waited_for_across_processes(file: Path):
    process = other(file, 0.5)
    with Turns(file, 30.0).one():
        assert process.wait(10) == 0


def test_a_process_that_is_killed_gives_its_turn_back(file: Path):
    process = other(file, 60)
    process.kill()
    process.wait(10)
    began = time.monotonic()
    with Turns(file, 30.0).one():
        assert time.monotonic() - began < _turns._PATIENCE


def test_a_process_that_is_stopped_is_not_waited_for_for_ever(file: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_turns, "_PATIENCE", 0.2)
    process = other(file, 60)
    os.kill(process.pid, signal.SIGSTOP)
    try:
        with Turns(file, 30.0).one():
            assert process.poll() is None
    finally:
        process.kill()
        process.wait(10)


def test_the_turn_goes_on_although_the_others_never_pause(file: Path):
    script = WRITER.split("with")[0] + (
        "print('writing', flush=True)\n"
        "import threading\n"
        "def work():\n"
        "    until = time.monotonic() + seconds\n"
        "    while time.monotonic() < until:\n"
        "        with turns.one():\n"
        "            time.sleep(0.002)\n"
        "for _ in range(2):\n"
        "    threading.Thread(target=work).start()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(file), "6"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    turns = Turns(file, 30.0)
    waits: list[float] = []
    while process.poll() is None and len(waits) < 20:
        began = time.monotonic()
        with turns.one():
            waits.append(time.monotonic() - began)
        time.sleep(0.01)
    process.wait(20)
    # Far below the patience after which nobody would have waited any longer.
    assert sorted(waits)[len(waits) // 2] < _turns._PATIENCE / 4
    assert len(waits) == 20


def test_threads_take_turns_and_give_up(file: Path):
    turns = Turns(file, 0.2)
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        with patient.one():
            inside += 1
            most = max(most, inside)
            time.sleep(0.005)
            inside -= 1

    patient = Turns(file, 30.0)
    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    refused: list[str] = []

    def late() -> None:
        try:
            with turns.one():
                pass
        except StorageError as error:
            refused.append(str(error))

    with turns.one():
        thread = threading.Thread(target=late)
        thread.start()
        thread.join()
    assert len(refused) == 1 and "stayed busy" in refused[0]
    with turns.one():
        pass


def test_the_queue_is_open_to_whoever_may_write_the_database(file: Path):
    turns = Turns(file, 30.0)
    with turns.one():
        pass
    mode = Path(f"{file}-turns").stat().st_mode
    assert mode & 0o777 == 0o640 & ~_umask()
    turns.close()
    with turns.one():
        pass


def test_without_a_queue_sqlite_decides(file: Path):
    # Nobody can open a folder as the queue's file, root neither.
    file.with_name(f"{file.name}-turns").mkdir()

    with Turns(file, 30.0).one():
        pass


def _umask() -> int:
    found = os.umask(0)
    os.umask(found)
    return found
