"""Threads that write to a SQLite file in one transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from lockyard.contract import ConflictError, StorageError
from lockyard_registry.store import Store, TransientError, _turns

ADD = "INSERT INTO numbers VALUES (?)"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is: threads that wait are taken along."""
    monkeypatch.setattr(_turns, "_KEEP", 30.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "registry.db")
    with opened.write() as tx:
        tx.exec_driver_sql("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
    yield opened
    opened.close()


@pytest.fixture
def commits(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Connection]:
    """One entry for each transaction that was committed."""
    seen: list[Connection] = []
    commit = store._database._writes._commit

    def counted(connection: Connection) -> None:
        seen.append(connection)
        commit(connection)

    monkeypatch.setattr(store._database._writes, "_commit", counted)
    return seen


def numbers(store: Store) -> list[int]:
    with store.read() as tx:
        return [row[0] for row in tx.exec_driver_sql("SELECT number FROM numbers ORDER BY number")]


class Together:
    """Parts in threads of their own, one after the other, while the first one is still open."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.threads: list[threading.Thread] = []
        self.ends: dict[str, BaseException | None] = {}
        self._turns = store._database._turns

    def begin(self, name: str, work: Callable[[Connection], Any], *, shared: bool = True) -> None:
        """A part that waits for the turn; returns once it does."""

        def run() -> None:
            try:
                with self.store.write(shared=shared) as tx:
                    work(tx)
                self.ends[name] = None
            except BaseException as error:
                self.ends[name] = error

        waiting = self._turns._waiting
        thread = threading.Thread(target=run, name=name)
        thread.start()
        self.threads.append(thread)
        while self._turns._waiting == waiting and thread.is_alive():
            pass

    def join(self) -> dict[str, BaseException | None]:
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive(), thread.name
        return self.ends


@pytest.fixture
def together(store: Store) -> Together:
    return Together(store)


def add(number: int) -> Callable[[Connection], Any]:
    return lambda tx: tx.exec_driver_sql(ADD, (number,))


def refuse(tx: Connection) -> None:
    raise ConflictError("not now")


def add_and_refuse(number: int) -> Callable[[Connection], Any]:
    def work(tx: Connection) -> None:
        add(number)(tx)
        refuse(tx)

    return work


def test_threads_that_wait_are_stored_by_one_commit(store: Store, together: Together, commits: list[Connection]):
    with store.write(shared=True) as tx:
        for number in range(10):
            together.begin(str(number), add(number))
        add(99)(tx)
    assert together.join() == dict.fromkeys(map(str, range(10)))
    assert len(commits) == 1
    assert numbers(store) == [*range(10), 99]


def test_nobody_hears_of_a_change_before_it_is_stored(store: Store, together: Together):
    seen: list[Any] = []

    def look(tx: Connection) -> None:
        # The first part is done. This one sees what it wrote, others do not, and its thread has not been told.
        seen.append(tx.exec_driver_sql("SELECT number FROM numbers").all())
        seen.append(numbers(store))
        first.join(0.1)
        seen.append(first.is_alive())

    def work() -> None:
        with store.write(shared=True) as tx:
            together.begin("second", look)
            add(1)(tx)

    first = threading.Thread(target=work)
    first.start()
    first.join(30)
    assert together.join() == {"second": None}
    assert seen == [[(1,)], [], True]
    assert numbers(store) == [1]


def test_what_is_refused_before_it_changes_anything_is_no_harm_to_others(store: Store, together: Together):
    with store.write(shared=True) as tx:
        together.begin("refused", refuse)
        together.begin("good", add(2))
        add(1)(tx)
    ends = together.join()
    assert isinstance(ends["refused"], ConflictError) and ends["good"] is None
    assert numbers(store) == [1, 2]


def test_the_last_one_commits_for_the_others_also_if_it_is_refused(store: Store, together: Together):
    with store.write(shared=True) as tx:
        together.begin("refused", refuse)
        add(1)(tx)
    assert isinstance(together.join()["refused"], ConflictError)
    assert numbers(store) == [1]


def test_what_fails_after_a_change_undoes_all_parts_and_the_others_may_repeat(store: Store, together: Together):
    with pytest.raises(TransientError, match="same transaction"), store.write(shared=True) as tx:
        together.begin("good", add(2))
        together.begin("bad", add_and_refuse(3))
        together.begin("later", add(4))
        add(1)(tx)
    ends = together.join()
    assert isinstance(ends["good"], TransientError)
    assert isinstance(ends["bad"], ConflictError)
    # It came after the undone transaction, in one of its own.
    assert ends["later"] is None
    assert numbers(store) == [4]


def test_what_was_undone_is_repeated_alone(store: Store, together: Together, commits: list[Connection]):
    with pytest.raises(TransientError), store.write(shared=True) as tx:
        together.begin("bad", add_and_refuse(2))
        add(1)(tx)
    with store.write(shared=True) as tx:
        together.begin("bad again", add_and_refuse(2))
        add(1)(tx)
    together.join()
    with store.write(shared=True) as tx:
        together.begin("good", add(4))
        add(3)(tx)
    ends = together.join()
    assert [type(ends[name]) for name in ("bad", "bad again", "good")] == [ConflictError, ConflictError, type(None)]
    assert numbers(store) == [1, 3, 4]
    assert len(commits) == 2


def test_a_refusal_that_rests_on_what_was_not_stored_may_be_repeated(store: Store, together: Together):
    with pytest.raises(TransientError), store.write(shared=True) as tx:
        together.begin("refused", refuse)
        together.begin("bad", add_and_refuse(3))
        add(1)(tx)
    assert isinstance(together.join()["refused"], TransientError)
    assert numbers(store) == []


def test_a_commit_that_fails_is_told_to_all(store: Store, together: Together, monkeypatch: pytest.MonkeyPatch):
    def full(connection: Connection) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    monkeypatch.setattr(store._database._writes, "_commit", full)
    with pytest.raises(StorageError, match="disk or quota is full") as raised, store.write(shared=True) as tx:
        together.begin("good", add(2))
        add(1)(tx)
    assert not isinstance(raised.value, TransientError)
    other = together.join()["good"]
    assert isinstance(other, StorageError) and "disk or quota is full" in str(other)
    monkeypatch.undo()
    assert numbers(store) == []
    with store.write(shared=True) as tx:
        add(5)(tx)
    assert numbers(store) == [5]


def test_nobody_waits_for_a_commit_that_was_interrupted(
    store: Store, together: Together, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(connection: Connection) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store._database._writes, "_commit", interrupted)
    with pytest.raises(TransientError), store.write(shared=True) as tx:
        together.begin("last", add(2))
        add(1)(tx)
    assert isinstance(together.join()["last"], KeyboardInterrupt)
    monkeypatch.undo()
    assert numbers(store) == []
    with store.write(shared=True) as tx:
        add(3)(tx)
    assert numbers(store) == [3]


def test_when_sqlite_undid_everything_by_itself_nothing_is_told_as_stored(store: Store, together: Together):
    def lost(tx: Connection) -> None:
        tx.connection.driver_connection.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    with pytest.raises(TransientError), store.write(shared=True) as tx:
        together.begin("lost", lost)
        add(1)(tx)
    assert isinstance(together.join()["lost"], StorageError)
    assert numbers(store) == []


def test_who_does_not_share_has_a_transaction_of_his_own(store: Store, together: Together, commits: list[Connection]):
    with store.write(shared=True) as tx:
        together.begin("alone", add_and_refuse(2), shared=False)
        together.begin("after", add(3))
        add(1)(tx)
    ends = together.join()
    assert isinstance(ends["alone"], ConflictError) and ends["after"] is None
    assert numbers(store) == [1, 3]
    assert len(commits) == 2


def test_a_thread_that_gives_up_waiting_leaves_no_transaction_open(tmp_path: Path):
    store = Store.open(tmp_path / "registry.db", busy_timeout=0.2)
    with store.write() as tx:
        tx.exec_driver_sql("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
    together = Together(store)
    with store.write(shared=True) as tx:
        together.begin("late", add(2))
        for thread in together.threads:
            thread.join()
        add(1)(tx)
    late = together.join()["late"]
    assert isinstance(late, StorageError) and "stayed busy" in str(late)
    # Another connection can write: nothing is left open.
    other = sqlite3.connect(tmp_path / "registry.db", timeout=0)
    other.execute(ADD, (3,))
    other.commit()
    other.close()
    assert numbers(store) == [1, 3]
    store.close()


def test_parts_are_few_enough_for_one_transaction(
    store: Store, together: Together, commits: list[Connection], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("lockyard_registry.store._shared_writes._MOST", 4)
    with store.write(shared=True) as tx:
        for number in range(10):
            together.begin(str(number), add(number))
        add(99)(tx)
    assert set(together.join().values()) == {None}
    assert len(commits) == 3
    assert len(numbers(store)) == 11


def test_a_process_that_wrote_for_long_lets_others_write(
    store: Store, together: Together, commits: list[Connection], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(_turns, "_KEEP", 0.0)
    with store.write(shared=True) as tx:
        together.begin("other", add(2))
        add(1)(tx)
    assert together.join() == {"other": None}
    assert len(commits) == 2
