"""The invoke endpoint over real sockets: streams, deadlines, headers (workload-api §19)."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from lockyard_registry.api import Deadlines

from .invoke_place import OK, Place, place, upstream
from .upstream import running_workload
from .world import TOKEN


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def make(stack: ExitStack, tmp_path: Path, **settings: Any) -> Place:
    return stack.enter_context(place(tmp_path, **settings))


def test_answers_come_back_as_they_are(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path)
    url, _ = stack.enter_context(running_workload())
    place.at(url)
    redirect = place.http.get(f"{place.url}/redirect")
    assert (redirect.status_code, redirect.headers["location"]) == (302, "http://elsewhere.example/login")
    failed = place.http.get(f"{place.url}/fails")
    assert (failed.status_code, failed.content) == (418, b"short and stout")
    assert "set-cookie" not in failed.headers
    assert failed.headers["x-request-id"] != "mine"
    hops = place.http.get(f"{place.url}/hops")
    assert not {"x-hop", "keep-alive"} & set(hops.headers)
    assert "x-end" not in hops.headers
    assert hops.headers.get_list("cache-control") == ["max-age=60"]
    assert place.http.head(f"{place.url}/x").content == b""


def test_what_the_workload_gets_to_see(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path)
    url, _ = stack.enter_context(running_workload())
    place.at(f"{url}/base/")
    hop = {
        "Connection": "keep-alive, X-Secret-Hop",
        "X-Secret-Hop": "1",
        "TE": "trailers",
        "Forwarded": "for=9.9.9.9",
    }
    got = place.http.post(
        f"{place.url}/v1/run?a=b", content=b"x" * 300_000, headers={**hop, "X-DataRobot-Own": "2"}
    ).json()
    assert (got["path"], len(got["body"])) == ("/base/v1/run?a=b", 300_000)
    headers = got["headers"]
    assert headers["host"] == url.removeprefix("http://")
    assert (headers["x-datarobot-own"], headers["x-forwarded-for"], headers["x-forwarded-proto"]) == (
        "2",
        "127.0.0.1",
        "http",
    )
    assert not {"authorization", "x-secret-hop", "te", "forwarded"} & set(headers)
    assert TOKEN not in str(got)


def test_both_directions_stream(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path)
    url, go_on = stack.enter_context(running_workload())
    place.at(url)

    def parts() -> Iterator[bytes]:
        for number in range(5):
            yield f"part {number};".encode()

    assert place.http.post(f"{place.url}/x", content=parts()).json()["body"] == "".join(map(bytes.decode, parts()))
    with place.http.stream("GET", f"{place.url}/stream") as answer:
        words = answer.iter_raw()
        # The first word is here while the workload still waits.
        assert next(words) == b"one"
        go_on.set()
        assert b"".join(words) == b"twothree"


def test_deadlines_and_dead_workloads(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path, deadlines=Deadlines(connect=1, idle=0.5, total=20))
    url, _ = stack.enter_context(running_workload())
    place.at(url)
    began = time.monotonic()
    assert place.http.get(f"{place.url}/silent").status_code == 504
    assert time.monotonic() - began < 2.5
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    place.at(f"http://127.0.0.1:{closed.getsockname()[1]}")
    assert place.http.get(place.url).status_code == 502
    closed.close()
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def babble() -> None:
        connection, _ = listener.accept()
        connection.sendall(b"this is no HTTP\r\n\r\n")
        connection.close()

    threading.Thread(target=babble, daemon=True).start()
    place.at(f"http://127.0.0.1:{listener.getsockname()[1]}")
    assert place.http.get(place.url).status_code == 502


def test_a_body_that_is_too_large_is_refused(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path)
    url, _ = stack.enter_context(running_workload())
    place.at(url)

    def parts() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 1024 * 1024

    assert place.http.post(f"{place.url}/x", content=parts()).status_code == 413


def test_without_a_token_nothing_is_forwarded(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path)
    url, _ = stack.enter_context(running_workload())
    place.at(url)
    answer = httpx.get(place.url, headers={"Authorization": "Bearer wrong"})
    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid API key"})


def test_events_arrive_one_by_one(stack: ExitStack, tmp_path: Path) -> None:
    """Server-sent events: each is at the caller before the workload sends the next."""
    here, up = make(stack, tmp_path), stack.enter_context(upstream())
    here.at(up.url)
    go_on = threading.Semaphore(0)

    def events(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n\r\n")
        for number in range(3):
            connection.sendall(b"id: %d\ndata: word\n\n" % number)
            assert go_on.acquire(timeout=10)

    up.answer = events
    wants = {"Accept": "text/event-stream", "Last-Event-ID": "7"}
    with here.http.stream("GET", f"{here.url}/events", headers=wants) as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        assert answer.headers["x-accel-buffering"] == "no"
        parts = answer.iter_raw()
        for number in range(3):
            assert next(parts) == b"id: %d\ndata: word\n\n" % number
            go_on.release()
        assert list(parts) == []
    assert b"\r\nlast-event-id: 7\r\n" in up.arrived()


def test_parts_of_a_file_are_asked_for(stack: ExitStack, tmp_path: Path) -> None:
    here, up = make(stack, tmp_path), stack.enter_context(upstream())
    here.at(up.url)
    up.answer = (
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-4/10\r\nContent-Length: 3\r\nAccept-Ranges: bytes\r\n"
        b'ETag: "v1"\r\n\r\ncde'
    )
    answer = here.http.get(f"{here.url}/file", headers={"Range": "bytes=2-4", "If-Range": '"v1"'})
    assert (answer.status_code, answer.content) == (206, b"cde")
    assert (answer.headers["content-range"], answer.headers["etag"]) == ("bytes 2-4/10", '"v1"')
    arrived = up.arrived()
    assert b"\r\nrange: bytes=2-4\r\n" in arrived and b'\r\nif-range: "v1"\r\n' in arrived
    up.answer = b"HTTP/1.1 304 Not Modified\r\nETag: v1\r\n\r\n"
    assert here.http.get(f"{here.url}/file", headers={"If-None-Match": "v1"}).status_code == 304
    assert b"\r\nif-none-match: v1\r\n" in up.arrived()


def test_connections_are_kept_and_broken_ones_are_not_used_again(stack: ExitStack, tmp_path: Path) -> None:
    here, up = make(stack, tmp_path), stack.enter_context(upstream())
    here.at(up.url)
    for _ in range(3):
        assert here.http.get(here.url).text == "ok"
    assert len(up.requests) == 3 and up.answer == OK
    url, _ = stack.enter_context(running_workload())
    here.at(url)
    for _ in range(3):
        assert here.http.get(f"{here.url}/x").status_code == 200
