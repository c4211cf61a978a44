"""Requests that change something wait for each other in one place."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.responses import Response

from lockyard.contract import ConflictError
from lockyard_registry.api import _change_queue
from lockyard_registry.api._change_queue import ChangeQueue
from lockyard_registry.store import Store


class Held:
    """Stands where the store is: makes what it is given once it may, and knows what came together."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.together_were: list[int] = []

    def together(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        self.together_were.append(len(calls))
        assert self.may.wait(30)
        outcomes: list[Any] = []
        for call in calls:
            try:
                outcomes.append(call())
            except Exception as error:
                outcomes.append(error)
        return outcomes


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def queue(held: Held) -> ChangeQueue:
    return ChangeQueue(cast("Store", held))


async def begun(queue: ChangeQueue, *changes: Callable[[], Any]) -> list[asyncio.Task[Any]]:
    """Tasks that wait for the queue."""
    tasks = [asyncio.create_task(queue.answer(change)) for change in changes]
    await asyncio.sleep(0)
    return tasks


async def in_the_thread(held: Held) -> None:
    while not held.together_were:
        await asyncio.sleep(0.001)


def answer(text: str) -> Callable[[], Response]:
    return lambda: Response(text)


def test_what_comes_while_it_is_busy_is_made_together(queue: ChangeQueue, held: Held):
    async def work() -> list[bytes]:
        tasks = await begun(queue, answer("first"))
        await in_the_thread(held)
        tasks += await begun(queue, *[answer(str(number)) for number in range(5)])
        assert not any(task.done() for task in tasks)
        held.may.set()
        return [(await task).body for task in tasks]

    assert asyncio.run(work()) == [b"first", b"0", b"1", b"2", b"3", b"4"]
    assert held.together_were == [1, 5]


def test_each_hears_of_its_own_refusal(queue: ChangeQueue, held: Held):
    def refuse() -> Response:
        raise ConflictError("not now")

    async def work() -> list[Any]:
        held.may.set()
        return await asyncio.gather(*await begun(queue, answer("a"), refuse, answer("b")), return_exceptions=True)

    first, refused, last = asyncio.run(work())
    assert (first.body, last.body) == (b"a", b"b")
    assert isinstance(refused, ConflictError)


def test_a_fault_leaves_nobody_waiting(queue: ChangeQueue, held: Held, monkeypatch: pytest.MonkeyPatch):
    def broken(calls: Sequence[Callable[[], Any]]) -> list[Any]:
        raise OSError("no more threads, files, or luck")

    monkeypatch.setattr(held, "together", broken)

    async def work() -> list[Any]:
        return await asyncio.gather(*await begun(queue, answer("a"), answer("b")), return_exceptions=True)

    assert [type(outcome) for outcome in asyncio.run(work())] == [OSError, OSError]
    monkeypatch.undo()
    held.may.set()
    assert asyncio.run(queue.answer(answer("after"))).body == b"after"


def test_who_has_gone_is_not_told(queue: ChangeQueue, held: Held):
    made: list[str] = []

    async def work() -> bytes:
        gone, stays = await begun(queue, lambda: made.append("gone") or Response(), answer("stays"))
        await in_the_thread(held)
        gone.cancel()
        held.may.set()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return (await stays).body

    assert asyncio.run(work()) == b"stays"
    # What was asked is done: the client cannot know whether it came in time.
    assert made == ["gone"]


def test_a_loop_that_was_closed_is_no_harm_to_the_next(queue: ChangeQueue, held: Held):
    loop = asyncio.new_event_loop()
    task = loop.create_task(queue.answer(answer("never heard")))
    loop.run_until_complete(asyncio.sleep(0.01))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()
    held.may.set()
    assert asyncio.run(queue.answer(answer("heard"))).body == b"heard"


def test_changes_made_together_are_bounded(queue: ChangeQueue, held: Held, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_change_queue, "_MOST", 4)

    async def work() -> list[bytes]:
        tasks = await begun(queue, answer("first"))
        await in_the_thread(held)
        tasks += await begun(queue, *[answer(str(number)) for number in range(10)])
        held.may.set()
        return [(await task).body for task in tasks]

    assert len(asyncio.run(work())) == 11
    assert held.together_were == [1, 4, 4, 2]


def test_requests_that_wait_are_stored_by_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With the store itself: what waits while another request is made has one commit."""
    store = Store.open(tmp_path / "registry.db")
    with store.write() as tx:
        tx.exec_driver_sql("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
    commits: list[int] = []
    database = type(store._database)
    commit = database.commit

    def counted(self: Any, connection: Any) -> None:
        commits.append(connection.exec_driver_sql("SELECT count(*) FROM numbers").scalar_one())
        commit(self, connection)

    monkeypatch.setattr(database, "commit", counted)
    queue, begun_by_first, may = ChangeQueue(store), threading.Event(), threading.Event()

    def adding(number: int) -> Callable[[], Response]:
        def change() -> Response:
            if not number:
                begun_by_first.set()
                assert may.wait(30)
            with store.write() as tx:
                tx.exec_driver_sql("INSERT INTO numbers VALUES (?)", (number,))
            return Response(str(number))

        return change

    async def work() -> list[bytes]:
        tasks = await begun(queue, adding(0))
        while not begun_by_first.is_set():
            await asyncio.sleep(0.001)
        tasks += await begun(queue, *[adding(number) for number in range(1, 8)])
        may.set()
        return [(await task).body for task in tasks]

    assert asyncio.run(work()) == [str(number).encode() for number in range(8)]
    assert commits == [1, 8]
    store.close()


def test_a_process_that_answers_leaves_what_exists_alone():
    script = (
        "import gc\n"
        "from lockyard_registry.api._process import settle\n"
        "settle()\n"
        "print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0], gc.isenabled())\n"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.split() == ["True", "50000", "True"]
