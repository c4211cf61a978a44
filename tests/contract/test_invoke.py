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

from lockyard.client import EmbeddedRegistryClient
from lockyard_registry import open_registry
from lockyard_registry.api import Deadlines, create_app, running_server

from .upstream import running_workload
from .world import TOKEN, runtime, spec


class Place:
    """A server with one running workload, and a way to say where that is."""

    def __init__(self, registry: Any, url: str, http: httpx.Client) -> None:
        self.client = EmbeddedRegistryClient(registry=registry)
        artifact = self.client.create_artifact({"name": "a", "spec": spec()})
        body = {"name": "w", "artifactId": artifact["id"], "runtime": runtime()}
        self.workload = self.client.create_workload(body)
        self.url = f"{url}/endpoints/workloads/{self.workload['id']}"
        self.http = http
        self._number = 0

    def at(self, address: str) -> None:
        self._number += 1
        report = {
            "artifactId": self.workload["artifactId"],
            "phase": "ready",
            "observedAt": f"2026-01-01T00:00:{self._number:02}Z",
            "internalUrl": address,
        }
        assert self.client.report_workload(self.workload["id"], report)["accepted"]


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as opened:
        yield opened


def make(stack: ExitStack, tmp_path: Path, **settings: Any) -> Place:
    registry = open_registry(tmp_path / "registry.db")
    stack.callback(registry.close)
    url = stack.enter_context(running_server(create_app(registry, token=TOKEN, **settings)))
    http = stack.enter_context(httpx.Client(headers={"Authorization": f"Bearer {TOKEN}"}))
    return Place(registry, url, http)


def test_answers_come_back_as_they_are(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path)
    url, _ = stack.enter_context(running_workload())
    place.at(url)
    redirect = place.http.get(f"{place.url}/redirect")
    assert (redirect.status_code, redirect.headers["location"]) == (302, "http://elsewhere.example/login")
    failed = place.http.get(f"{place.url}/fails")
    assert (failed.status_code, failed.content) == (418, b"short and stout")
    assert failed.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert failed.headers["x-request-id"] != "mine"
    hops = place.http.get(f"{place.url}/hops")
    assert not {"x-hop", "keep-alive"} & set(hops.headers)
    assert (hops.headers["x-end"], hops.headers.get_list("cache-control")) == ("2", ["max-age=60"])
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
    got = place.http.post(f"{place.url}/v1/run?a=b", content=b"x" * 300_000, headers={**hop, "X-Own": "2"}).json()
    assert (got["path"], len(got["body"])) == ("/base/v1/run?a=b", 300_000)
    headers = got["headers"]
    assert headers["host"] == url.removeprefix("http://")
    assert (headers["x-own"], headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("2", "127.0.0.1", "http")
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


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "http://[::ffff:169.254.169.254]/",
        "http://0.0.0.0/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://user:secret@127.0.0.1/",
        "no address",
        "http://does-not-exist.invalid/",
    ],
)
def test_addresses_that_are_not_asked(stack: ExitStack, tmp_path: Path, address: str) -> None:
    place = make(stack, tmp_path)
    place.at(address)
    answer = place.http.get(place.url)
    assert answer.status_code == 503
    assert "secret" not in answer.text


def test_only_the_operators_hosts_are_asked(stack: ExitStack, tmp_path: Path) -> None:
    place = make(stack, tmp_path, invoke_hosts=("*.svc", "localhost"))
    url, _ = stack.enter_context(running_workload())
    place.at(url)
    assert "--invoke-hosts" in place.http.get(place.url).json()["detail"]
    place.at(url.replace("127.0.0.1", "localhost"))
    assert place.http.get(f"{place.url}/x").json()["headers"]["host"].startswith("localhost:")


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
