"""Who writes next to a SQLite file: threads, and processes that never pause."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.writers import write_at_once

from lockyard.contract import StorageError
from lockyard_registry.store import Store
from lockyard_registry.store._write_lock import WriteLock

HOLDER = """
import sqlite3, sys, time
driver = sqlite3.connect(sys.argv[1], isolation_level=None)
driver.execute("BEGIN IMMEDIATE")
print("holds it", flush=True)
time.sleep(float(sys.argv[2]))
driver.execute("COMMIT")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "registry.db"
    Store.open(path).close()
    return path


def holder(file: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that holds the write lock."""
    words = [sys.executable, "-c", HOLDER, str(file), str(seconds)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "holds it\n"
    return process


def test_another_process_is_waited_for(file: Path) -> None:
    process = holder(file, 0.5)
    store = Store.open(file)
    with store.write():
        assert process.wait(10) == 0
    store.close()


def test_a_process_that_is_killed_keeps_nothing(file: Path) -> None:
    process = holder(file, 60)
    process.kill()
    process.wait(10)
    store = Store.open(file, busy_timeout=5)
    with store.write():
        pass
    store.close()


def test_a_process_that_never_ends_is_given_up_in_one_line(file: Path) -> None:
    store = Store.open(file, busy_timeout=0.3)
    process = holder(file, 60)
    try:
        with pytest.raises(StorageError, match="stayed locked by another process"), store.write():
            pass
        with store.read():  # readers never wait
            pass
    finally:
        process.kill()
        process.wait(10)
    with store.write():
        pass
    store.close()


def test_threads_take_turns_and_give_up(file: Path) -> None:
    patient, impatient = Store.open(file), Store.open(file, busy_timeout=0.2)
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        with patient.write():
            inside += 1
            most = max(most, inside)
            time.sleep(0.005)
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    refused: list[str] = []

    def late() -> None:
        try:
            with impatient.write():
                pass
        except StorageError as error:
            refused.append(str(error))

    with impatient.write():
        thread = threading.Thread(target=late)
        thread.start()
        thread.join()
    assert len(refused) == 1 and "with other changes of this process" in refused[0]
    patient.close()
    impatient.close()


def test_other_statements_wait_as_long_as_before(file: Path) -> None:
    driver = sqlite3.connect(file, isolation_level=None)
    WriteLock(file, 7.0).begin(driver)
    assert driver.execute("PRAGMA busy_timeout").fetchone() == (7000,)
    driver.close()


def test_what_is_no_wait_is_raised_at_once(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database at all" * 100)
    driver = sqlite3.connect(broken, isolation_level=None)
    with pytest.raises(sqlite3.DatabaseError):
        WriteLock(broken, 30.0).begin(driver)
    driver.close()


def test_eight_processes_write_side_by_side(tmp_path: Path) -> None:
    """Half a minute of it is in `make test-attacks`; so short, chance counts for more."""
    figures = write_at_once(tmp_path / "registry.db", 4.0)
    assert figures.slowest >= 1 / 6, figures.line
