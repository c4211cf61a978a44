"""What resources do with a hostile server's answers: each call ends with a state, or with one plain line of ours."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import httpx
import pytest
from tests.hostile_servers import ARTIFACT, REPOSITORY, TOKEN, VERSION, WORKLOAD, page, spoilt
from tests.unit.handlers import examples

from lockyard import handlers
from lockyard.client import HttpRegistryClient, RetryPolicy, Settings
from lockyard.contract import Json, LockyardError, UnexpectedAnswerError
from lockyard.handlers import Context
from lockyard.handlers._polling import wait_for
from lockyard.handlers._workload_diff import served_runtime_differs

URL = "http://registry.example/api"
SOUND: dict[str, Json] = {"artifactRepositories": REPOSITORY, "artifacts": ARTIFACT, "workloads": WORKLOAD}
KINDS = {"repository": "artifactRepositories", "artifact": "artifacts", "workload": "workloads"}
OTHER: dict[str, Json] = {
    "repository": {"name": "other"},
    "artifact": {"name": "other", "status": "locked"},
    "workload": {"name": "other", "importance": "high", "running": False},
}


class Peer:
    """A server that answers one kind of object as the test says, and the others soundly."""

    def __init__(self) -> None:
        self.records: dict[str, Any] = dict(SOUND)
        client = HttpRegistryClient(
            URL,
            TOKEN,
            retry=RetryPolicy(max_tries=1),
            transport=httpx.MockTransport(self._answer),
        )
        self.said: list[str] = []
        self.context = Context(
            settings=Settings(endpoint=URL, token=TOKEN), connect=lambda _: client, say=self.said.append
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        kind, _, rest = request.url.path.removeprefix("/api/").strip("/").partition("/")
        if request.method == "DELETE":
            return httpx.Response(204)
        if kind == "version":
            return httpx.Response(200, json=VERSION)
        record = self.records.get(kind, {})
        one = rest or request.method != "GET"
        return httpx.Response(200, content=json.dumps(record if one else page(record)))


def checked(kind: str, context: Context, inputs: Json, old: Json) -> Json:
    found = getattr(handlers, f"check_{kind}")(context, old, inputs)
    assert found.problems == (), found.problems
    return found.inputs


def calls(peer: Peer, kind: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each thing that the engine asks of a resource."""
    context = peer.context
    inputs = checked(kind, context, getattr(examples, kind)(), {})
    changed = checked(kind, context, {**getattr(examples, kind)(), **OTHER[kind]}, inputs)
    peer.records = dict(SOUND)
    adopting = {**inputs, "adoptId": "a" * 24}
    state = {**copy.deepcopy(inputs), "registryId": VERSION["registryId"], "contentDigest": "v1:x"}
    ask = {name: getattr(handlers, f"{name}_{kind}") for name in ("create", "read", "update", "delete")}
    yield "create", lambda: ask["create"](context, inputs)
    yield "adopt", lambda: ask["create"](context, adopting)
    yield "read", lambda: ask["read"](context, "a" * 24, state)
    yield "import", lambda: ask["read"](context, "a" * 24, {})
    yield "update", lambda: ask["update"](context, "a" * 24, state, changed)
    yield "delete", lambda: ask["delete"](context, "a" * 24, state)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines of polling pass after a few looks."""
    times = count(step=40.0)
    monkeypatch.setattr("lockyard.handlers._polling.time.monotonic", lambda: next(times))
    monkeypatch.setitem(wait_for.__kwdefaults__ or {}, "sleep", lambda seconds: None)


def walk(kind: str, *, every: int) -> int:
    """Asks everything of a resource for one in `every` spoilt documents of its kind; answers how often."""
    peer, wrong, tried = Peer(), [], 0
    asked = list(calls(peer, kind))
    for number, (what, record) in enumerate(spoilt(SOUND[KINDS[kind]])):
        if number % every:
            continue
        peer.records = {**SOUND, KINDS[kind]: record}
        for name, call in asked:
            tried += 1
            try:
                call()
            except LockyardError as error:
                text = str(error)
                if not text.isprintable() or len(text) > 4000 or TOKEN in text:
                    wrong.append(f"{name}, {what}: {text[:200]!r}")
            except Exception as error:
                wrong.append(f"{name}, {what}: {error!r:.200}")
    assert wrong == []
    print(f"hostile peers {tried}/{tried} (a {kind}'s answers, tracebacks 0)")
    return tried


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("kind", KINDS)
def test_resources_on_a_hostile_server(kind: str) -> None:
    assert walk(kind, every=17) > 100, "all of them are in `make test-attacks`"


FOUND: list[tuple[str, str, Json]] = [
    ("repository", "read", {**REPOSITORY, "tags": [{}]}),
    ("artifact", "adopt", {name: value for name, value in ARTIFACT.items() if name != "id"}),
    ("workload", "update", {**WORKLOAD, "id": None}),
    ("workload", "read", {name: value for name, value in WORKLOAD.items() if name != "status"}),
]


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(("kind", "name", "record"), FOUND, ids=[f"{kind}-{name}" for kind, name, _ in FOUND])
def test_what_an_answer_lacks_is_named(kind: str, name: str, record: Json) -> None:
    peer = Peer()
    asked = dict(calls(peer, kind))
    peer.records[KINDS[kind]] = record
    with pytest.raises(UnexpectedAnswerError, match="answered a document"):
        asked[name]()


@pytest.mark.parametrize("name", [["x"], {"a": 1}, 7, [{}], [], {}])
def test_groups_whose_names_are_no_texts(name: Any) -> None:
    served = {"containerGroups": [{"name": name, "replicaCount": 2}]}
    assert served_runtime_differs(examples.runtime(), served) == bool(name), "what is empty counts as left out"
