"""Calls whose transactions are committed together."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from lockyard.contract import ConflictError, StorageError
from lockyard_registry.lifecycle._transaction import repeated
from lockyard_registry.store import Store, TransientError

ADD = "INSERT INTO numbers VALUES (?)"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "registry.db", busy_timeout=0.5)
    with opened.write() as tx:
        tx.exec_driver_sql("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
    yield opened
    opened.close()


@pytest.fixture
def commits(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many numbers there were after each transaction that wrote."""
    seen: list[int] = []
    database = type(store._database)
    commit = database.commit

    def counted(self: Any, connection: Connection) -> None:
        found = connection.exec_driver_sql("SELECT count(*) FROM numbers").scalar_one()
        commit(self, connection)
        seen.append(found)

    monkeypatch.setattr(database, "commit", counted)
    return seen


def numbers(store: Store) -> list[int]:
    # Not the store's own connections: what others see.
    with sqlite3.connect(store.place, timeout=0) as other:
        return [row[0] for row in other.execute("SELECT number FROM numbers ORDER BY number")]


def adding(store: Store, *given: int, before: Callable[[], Any] = int, after: Callable[[], Any] = int) -> Any:
    """A call that adds numbers; what it is told of `before` and `after` goes on around its transaction."""

    def call() -> Any:
        before()
        with store.write() as tx:
            for number in given:
                tx.exec_driver_sql(ADD, (number,))
        return after() or given

    return call


def refusing(store: Store, *given: int) -> Callable[[], Any]:
    """A call that adds numbers, and is refused then."""

    def call() -> Any:
        with store.write() as tx:
            for number in given:
                tx.exec_driver_sql(ADD, (number,))
            raise ConflictError("not now")

    return call


def test_one_commit_stores_what_all_calls_change(store: Store, commits: list[int]):
    assert store.together([adding(store, number) for number in range(10)]) == [(number,) for number in range(10)]
    assert commits == [10]


def test_only_changes_hold_up_others(store: Store):
    """What calls do before and after their transactions is done while others may write to the file."""
    seen: list[list[int]] = []

    def others_write(number: int) -> Callable[[], None]:
        def work() -> None:
            with sqlite3.connect(store.place, timeout=0) as other:
                other.execute(ADD, (number,))
            seen.append(numbers(store))

        return work

    calls = [adding(store, n, before=others_write(10 + n), after=others_write(20 + n)) for n in (1, 2)]
    assert store.together(calls) == [(1,), (2,)]
    # Nobody went on before both were stored.
    assert seen == [[11], [11, 12], [1, 2, 11, 12, 21], [1, 2, 11, 12, 21, 22]]


def test_a_call_sees_what_those_before_it_changed(store: Store):
    def last() -> int | None:
        with store.write() as tx:
            return tx.exec_driver_sql("SELECT max(number) FROM numbers").scalar_one()

    assert store.together([last, adding(store, 7), last]) == [None, (7,), 7]


def test_calls_that_read_only_or_do_nothing_may_be_among_them(store: Store, commits: list[int]):
    def reading() -> list[int]:
        with store.read() as tx:
            return [row[0] for row in tx.exec_driver_sql("SELECT number FROM numbers")]

    assert store.together([adding(store, 1), reading, int, adding(store, 2)]) == [(1,), [], 0, (2,)]
    assert store.together([reading, reading]) == [[1, 2], [1, 2]]


def test_a_call_may_have_several_transactions(store: Store, commits: list[int]):
    def twice() -> str:
        adding(store, 1)()
        assert numbers(store) == [1, 3]
        adding(store, 2)()
        assert numbers(store) == [1, 2, 3]
        return "done"

    assert store.together([twice, adding(store, 3)]) == ["done", (3,)]
    assert commits == [2, 3]


def test_what_is_refused_before_it_changes_anything_is_no_harm_to_others(store: Store, commits: list[int]):
    first, refused, last = store.together([adding(store, 1), refusing(store), adding(store, 2)])
    assert (first, last) == ((1,), (2,))
    assert isinstance(refused, ConflictError)
    assert numbers(store) == [1, 2] and commits == [2]


def test_what_fails_after_a_change_undoes_the_others_which_may_repeat(store: Store):
    calls = [adding(store, 1), refusing(store), refusing(store, 2), adding(store, 3)]
    first, refused, failed, last = store.together(calls)
    assert isinstance(first, TransientError) and "stored nothing" in str(first)
    # It may have been refused because of what is undone now.
    assert isinstance(refused, TransientError) and isinstance(refused.__context__, ConflictError)
    assert isinstance(failed, ConflictError)
    # It had not begun.
    assert last == (3,)
    assert numbers(store) == [3]


def test_what_was_undone_is_repeated_alone(store: Store, commits: list[int]):
    calls = [repeated(call) for call in (adding(store, 1), refusing(store, 2), adding(store, 3), refusing(store, 4))]
    outcomes = store.together(calls)
    assert [outcomes[0], outcomes[2]] == [(1,), (3,)]
    assert isinstance(outcomes[1], ConflictError) and isinstance(outcomes[3], ConflictError)
    assert numbers(store) == [1, 3] and commits == [1, 2]


def test_a_commit_that_fails_is_told_to_all(store: Store, monkeypatch: pytest.MonkeyPatch):
    def full(self: Any, connection: Connection) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(type(store._database), "commit", full)
        outcomes = store.together([adding(store, 1), refusing(store), adding(store, 2)])
    for outcome in outcomes:
        assert isinstance(outcome, StorageError) and "disk or quota is full" in str(outcome)
    assert numbers(store) == []
    assert store.together([adding(store, 3), adding(store, 4)]) == [(3,), (4,)]


def test_when_sqlite_undid_everything_by_itself_nothing_is_told_as_stored(store: Store):
    def lost() -> None:
        with store.write() as tx:
            tx.connection.driver_connection.execute("ROLLBACK")
            raise sqlite3.OperationalError("disk I/O error")

    first, failed = store.together([adding(store, 1), lost])
    assert isinstance(first, TransientError)
    assert isinstance(failed, StorageError) and "disk I/O error" in str(failed)
    assert numbers(store) == []


def test_who_writes_in_another_process_is_waited_for_once(store: Store):
    with sqlite3.connect(store.place, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        outcomes = store.together([adding(store, number) for number in range(20)])
        other.execute("ROLLBACK")
    for outcome in outcomes:
        assert isinstance(outcome, StorageError) and "stayed locked by another process" in str(outcome)
    assert store.together([adding(store, 1), adding(store, 2)]) == [(1,), (2,)]


def test_a_call_that_catches_its_refusal_goes_on(store: Store):
    def careful() -> str:
        try:
            refusing(store)()
        except ConflictError:
            adding(store, 2)()
        return "went on"

    assert store.together([adding(store, 1), careful]) == [(1,), "went on"]
    assert numbers(store) == [1, 2]


def test_other_threads_write_meanwhile(store: Store):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as threads:
        single = [threads.submit(adding(store, number)) for number in range(100, 140)]
        many = [
            threads.submit(store.together, [adding(store, 10 * tens + number) for number in range(10)])
            for tens in range(10)
        ]
        assert all(not isinstance(outcome, Exception) for one in many for outcome in one.result(30))
        assert [one.result(30) for one in single] == [(number,) for number in range(100, 140)]
    assert numbers(store) == list(range(140))
