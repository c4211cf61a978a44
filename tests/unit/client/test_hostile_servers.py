"""Servers that are not what they say: every call ends in time, with a result or one plain line of our own errors."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import signature
from typing import Any

import httpx
import pytest
from tests.hostile_servers import (
    ARTIFACT,
    KINDS,
    NASTY,
    REPOSITORY,
    TOKEN,
    VERSION,
    WORKLOAD,
    bodies,
    page,
    spoilt,
)
from tests.unit.client.test_faults import server

from lockyard.client import HttpRegistryClient, RegistryClient, RetryPolicy
from lockyard.client._documents import parse_document
from lockyard.contract import LockyardError, TimedOutError, UnexpectedAnswerError, escaped, plain

ONCE = RetryPolicy(max_tries=1)
Call = Callable[[HttpRegistryClient], Any]


def asked(handler: Callable[[httpx.Request], httpx.Response], call: Call) -> str | None:
    """What went wrong with the way a call ended; None if nothing did."""
    transport = httpx.MockTransport(handler)
    client = HttpRegistryClient("http://registry.example/api", TOKEN, retry=ONCE, transport=transport)
    try:
        call(client)
    except LockyardError as error:
        text = str(error)
        if not text.isprintable() or len(text) > 3000 or TOKEN in text:
            return f"{text[:300]!r}"
        for problem in getattr(error, "problems", ()):
            if not f"{problem.path}{problem.message}{problem.code}".isprintable():
                return f"{problem!r}"
    except Exception as error:
        return f"{error!r:.200}"
    finally:
        client.close()
    return None


class Streamed(httpx.SyncByteStream):
    """A body as it comes from a socket."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._content), 65536):
            yield self._content[at : at + 65536]


def test_answers_that_are_no_documents() -> None:
    wrong, table = [], bodies()
    for name, (status, headers, content) in table.items():
        listed = [(key.encode(), value.encode("latin-1", "replace")) for key, value in headers.items()]

        def answer(request: httpx.Request, status: int = status, listed: Any = listed, content: bytes = content) -> Any:
            assert request.url.host == "registry.example", "the token went elsewhere"
            return httpx.Response(status, headers=listed, stream=Streamed(content))

        for call in (lambda client: client.get_artifact("1"), lambda client: list(client.list_artifacts())):
            if (found := asked(answer, call)) is not None:
                wrong.append(f"{name}: {found}")
    assert wrong == []
    print(f"hostile answers {len(table)}/{len(table)} (tracebacks 0)")


CALLS: list[tuple[str, dict[str, Any], Call]] = [
    ("artifact", ARTIFACT, lambda client: read(client.get_artifact("1"), ARTIFACT)),
    ("repository", REPOSITORY, lambda client: read(client.get_repository("1"), REPOSITORY)),
    ("workload", WORKLOAD, lambda client: read(client.get_workload("1"), WORKLOAD)),
    ("created", ARTIFACT, lambda client: client.create_artifact({})),
    ("version", VERSION, lambda client: client.identity()),
    ("page", page(ARTIFACT), lambda client: [read(it, ARTIFACT) for it in client.list_artifacts()]),
]


def read(document: dict[str, Any], sound: dict[str, Any]) -> None:
    """Uses every value as whoever knows the contract does."""
    for name, value in sound.items():
        found = document[name]
        if found is None or name in ("spec", "runtime"):
            continue
        if isinstance(value, str):
            found.encode()
        elif isinstance(value, list):
            [item.get("id") for item in found if isinstance(value[:1], list) and value and isinstance(value[0], dict)]
        elif isinstance(value, dict):
            found.get("id")
        elif isinstance(value, int):
            assert found < 10**50


@pytest.mark.parametrize(("name", "sound", "call"), CALLS, ids=[name for name, *_ in CALLS])
def test_values_of_other_types(name: str, sound: dict[str, Any], call: Call) -> None:
    wrong, tried = [], 0
    for what, document in spoilt(sound):
        content, tried = json.dumps(document).encode(), tried + 1
        if (found := asked(lambda request, body=content: httpx.Response(200, content=body), call)) is not None:
            wrong.append(f"{what}: {found}")
    assert wrong == []
    assert tried >= 60
    assert asked(lambda request: httpx.Response(200, json=sound), call) is None, "the sound one is taken"


METHODS = sorted({name for name in vars(RegistryClient) if not name.startswith("_")} - {"identity", "close"})


@pytest.mark.parametrize("method", METHODS)
def test_each_call_on_each_type(method: str) -> None:
    def call(client: HttpRegistryClient) -> None:
        needed = {
            name: {"kind": "workloads", "body": {}, "runtime": {}, "tags": [], "roles": []}.get(name, "1")
            for name, parameter in signature(getattr(RegistryClient, method)).parameters.items()
            if name != "self" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        }
        found = getattr(client, method)(**needed)
        if isinstance(found, Iterator):
            list(found)

    whole = [*KINDS, page(), *(page(value) for value in KINDS), *({"tags": value, "id": value} for value in KINDS)]
    wrong = []
    for document in whole:
        content = json.dumps(document).encode()
        if (found := asked(lambda request, body=content: httpx.Response(200, content=body), call)) is not None:
            wrong.append(f"{document!r:.40}: {found}")
    assert wrong == []


@pytest.mark.parametrize("endless", [b"HTTP/1.1 100 Continue\r\n\r\n", b"x", b"HTTP/1.1 200 OK\r\n", b""])
def test_no_part_of_an_answer_outlives_the_deadline(endless: bytes) -> None:
    def drip(send: Callable[[bytes], None], stopped: threading.Event) -> None:
        if endless == b"x":
            send(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not stopped.wait(0.05):
            send(endless)
            if endless.startswith(b"HTTP/1.1 200"):
                send(b"X: ")

    with server(drip) as url:
        client = HttpRegistryClient(url, TOKEN, timeout_seconds=0.6, retry=ONCE)
        began = time.monotonic()
        with pytest.raises(LockyardError) as error:
            client.get_artifact("1")
        client.close()
    assert isinstance(error.value, TimedOutError) or endless.startswith(b"HTTP/1.1 200")
    assert time.monotonic() - began < 20


@contextmanager
def pages(*answers: dict[str, Any]) -> Iterator[tuple[HttpRegistryClient, list[httpx.Request]]]:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        body = answers[min(len(asked), len(answers)) - 1]
        return httpx.Response(200, json={**body, "next": f"{body['next']}{len(asked)}" if body.get("next") else None})

    client = HttpRegistryClient("http://a.example/api", TOKEN, retry=ONCE, transport=httpx.MockTransport(answer))
    yield client, asked
    client.close()


def test_lists_that_do_not_end() -> None:
    endless = page(next="http://evil.example/x?n=")
    with pages(endless) as (client, asked), pytest.raises(UnexpectedAnswerError, match="do not end"):
        list(client.list_artifacts())
    assert len(asked) == 100
    assert {request.url.host for request in asked} == {"a.example"}, "the token stays with its registry"


@pytest.mark.parametrize("address", [7, [], {"a": 1}, True, "x" * 20_000, "http://[", "?" + "a&" * 2000 + "a=1", NASTY])
def test_addresses_of_next_pages(address: Any) -> None:
    found = asked(lambda request: httpx.Response(200, json=page(next=address)), lambda it: list(it.list_artifacts()))
    assert found is None


@pytest.mark.parametrize(
    "text", [NASTY, "\x00\x07\x08\x1b\x7f\x85\x9b", "\u202a\u2066\ufeff\u200d\u2028", "\ud800", "a\nb"]
)
def test_text_of_others_becomes_plain(text: str) -> None:
    assert plain(text).isprintable() and len(plain(text)) == len(text)
    shown = escaped(json.dumps([text], indent=2, ensure_ascii=False))
    assert all(line.isprintable() for line in shown.split("\n"))
    assert json.loads(shown) == [text], "it stays the same document"
    assert str(LockyardError(text)).isprintable()


def test_plain_text_stays() -> None:
    assert plain("Grüße, 世界 [red] 😀") == "Grüße, 世界 [red] 😀"
    assert plain("x" * 9, 4) == "xxxx…"


@pytest.mark.parametrize(
    "content", [b"[]", b"7", b"", b'{"a":' * 200 + b"1" + b"}" * 200, b'{"a":NaN}', b'{"a":"\\udfff"}']
)
def test_documents_that_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        parse_document(content)
    assert parse_document(b'{"a":"\\ud83d\\ude00 \\\\ud800"}') == {"a": "\U0001f600 \\ud800"}
