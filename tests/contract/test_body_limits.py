"""What a body may hold, by route: the same refusals on the server and in `check`, and none after the work is done."""

from __future__ import annotations

import copy
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockyard.client import Settings
from lockyard.contract import oversized
from lockyard.contract._bounds import Bound, bounds_of
from lockyard.contract._limits import (
    DEFAULT_CHARACTERS,
    DEFAULT_ITEMS,
    LIMITS,
    MAX_DEPTH,
    MAX_KEY_CHARACTERS,
    MAX_PROBLEMS,
    MAX_SPEC_BYTES,
    MAX_UNKNOWN_KEYS,
    MAX_VALUES,
    TOTALS,
)
from lockyard.handlers import Context, check_artifact
from lockyard_registry import operations
from lockyard_registry.api import _connection, _requests, _tls_server
from lockyard_registry.api._bodies import (
    MAX_CREDENTIAL_BYTES,
    MAX_JSON_BYTES,
    MAX_TELEMETRY_BYTES,
    RULES,
    SMALL_BODY_BYTES,
    rule_of,
)

from .house import CONTAINER, SPEC, House, open_house
from .large_bodies import as_json, refused, taken, within_limits
from .others import Others


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("limits") / "registry.db") as opened:
        yield opened


BOUND_SECONDS = 0.5


def slowness() -> float:
    """How many times longer than on a machine of two free cores things take at the moment; at least 1."""
    began = time.monotonic()
    json.loads(json.dumps(list(range(300_000))))
    return max(1.0, (time.monotonic() - began) / 0.05)


def places(bound: Bound, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Bound]]:
    yield path, bound
    for name, inner in bound.fields.items():
        yield from places(inner, (*path, name))
    if bound.item is not None and bound.kind == "list":
        yield from places(bound.item, (*path, 0))


def one_too_many(path: tuple[Any, ...], bound: Bound) -> Any:
    size = bound.most + 1
    value: Any = "x" * size if bound.kind == "text" else [None] * size
    if bound.kind == "map":
        value = {f"k{number}": "x" for number in range(size)}
    for part in reversed(path):
        value = [value] if part == 0 else {part: value}
    return value


def test_every_route_that_takes_a_body_has_its_rule(house: House) -> None:
    assert set(house.models) == set(RULES)


def test_each_bound_is_refused_by_every_route_with_its_path(house: House) -> None:
    tried = 0
    for (method, path), model in house.models.items():
        for place, bound in places(bounds_of(model)):
            if bound.kind not in ("text", "list", "map") or place[-1:] == ("routes",) or "routes" in place:
                continue
            content = json.dumps(one_too_many(place, bound)).encode()
            if len(content) > rule_of(method, path).most:
                continue
            answer = house.send("owner", method, path, content)
            where = f"{method} {path} {place}: {answer.text[:300]}"
            assert answer.status_code == 422, where
            wanted = [problem for _, problem in oversized(model, one_too_many(place, bound))]
            assert len(wanted) == 1
            told = {(problem["path"], problem["message"]) for problem in answer.json()["detail"]}
            assert (wanted[0].path, wanted[0].message) in told, where
            tried += 1
    assert tried > 150


WHOLE_DOCUMENTS = {
    "size of an artifact's spec, as canonical JSON without defaults": MAX_SPEC_BYTES,
    "objects, lists, texts and numbers of a document in all": MAX_VALUES,
    "objects and lists inside each other": MAX_DEPTH,
    "length of a key": MAX_KEY_CHARACTERS,
    "unknown keys of one object that are named one by one": MAX_UNKNOWN_KEYS,
    "problems that a refusal names": MAX_PROBLEMS,
    "a text without a row below": DEFAULT_CHARACTERS,
    "a list or map without a row below": DEFAULT_ITEMS,
}


def test_the_page_of_limits_is_the_tables() -> None:
    page = (Path(__file__).parents[2] / "docs" / "limits.md").read_text()
    listed = dict(re.findall(r"^\| `([\w.]+)` \| (\d+) \|$", page, re.MULTILINE))
    assert listed == {field: str(most) for field, most in (LIMITS | TOTALS).items()}
    whole = page.partition("## Documents")[2].partition("## Fields")[0]
    rows = re.findall(r"^\| ([a-z].*) \| (\d+)(?: bytes| characters| items)? \|$", whole, re.MULTILINE)
    assert dict(rows) == {what: str(most) for what, most in WHOLE_DOCUMENTS.items()}
    for text in (
        f"{MAX_JSON_BYTES // 2**20} MiB | 413",
        f"{MAX_TELEMETRY_BYTES // 2**20} MiB | 413",
        f"{MAX_CREDENTIAL_BYTES // 1024} KiB | 413",
        f"{_connection.MAX_HEADER_BYTES // 1024} KiB | 431",
        f"{_connection.MAX_HEADERS} | 431",
        f"{_connection.MAX_URL_BYTES // 1024} KiB | 414",
        f"{_connection.HEADER_SECONDS:g} s | 408",
        f"{_requests.BODY_SECONDS:g} s | 408",
        f"{_connection.MAX_CONNECTIONS} | 503",
        f"{_connection.MAX_CONNECTIONS_PER_ADDRESS} | 503",
        f"{_connection.MAX_PIPELINED} | 503",
        f"{_tls_server.HANDSHAKE_SECONDS:g} s | closed",
    ):
        assert f"| {text} |" in page, text


def of_containers(*containers: dict[str, Any]) -> dict[str, Any]:
    return {"spec": {"containerGroups": [{"containers": list(containers)}]}}


VARIABLES = [{"name": f"V{number}", "value": "x"} for number in range(501)]
ARTIFACTS = {
    "containers": of_containers(*[CONTAINER] * 21),
    "variables": of_containers({**CONTAINER, "environmentVars": VARIABLES}),
    "groups": {"spec": {"containerGroups": [{"containers": [CONTAINER]}] * 11}},
    "a description": {"description": "x" * 10_001},
    "the size of the spec": of_containers(
        {**CONTAINER, "environmentVars": [{"name": "A", "value": "x" * (2**20 - 100)}]}
    ),
}


@pytest.mark.parametrize("name", ARTIFACTS)
def test_check_refuses_the_same(house: House, name: str) -> None:
    body = {"name": "a", "spec": SPEC, **ARTIFACTS[name]}
    answer = house.send("owner", "POST", "/artifacts", json.dumps(body).encode())
    assert answer.status_code == 422
    context = Context(settings=Settings(), connect=pytest.fail, say=print)
    given = {**copy.deepcopy(body), "origin": "team", "originIsDefault": False, "artifactRepositoryId": "ab" * 12}
    checked = {(problem.path, problem.message) for problem in check_artifact(context, {}, given).problems}
    assert checked == {(problem["path"], problem["message"]) for problem in answer.json()["detail"]}


@pytest.mark.parametrize(("scope", "wanted"), [("none", 401), ("read-only", 403), ("stranger", 404), ("consumer", 403)])
def test_who_may_not_send_a_body_is_refused_before_it_is_parsed(
    house: House, scope: str, wanted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    whole = _requests.parsed
    monkeypatch.setattr(_requests, "parsed", lambda content: (parsed.append(content), whole(content))[1])
    for method, path in RULES:
        rule = rule_of(method, path)
        if (scope == "read-only" and not rule.changes) or (scope in ("stranger", "consumer") and not rule.kind):
            continue
        # A credential has no other roles than its owner's.
        status = 404 if scope == "consumer" and rule.kind == "credentials" else wanted
        answer = house.send(scope, method, path, b"[" + b" " * SMALL_BODY_BYTES + b"]")
        assert answer.status_code == status, (method, path, answer.text)
    assert parsed == []
    house.send("owner", "POST", "/artifacts", b"[" + b" " * SMALL_BODY_BYTES + b"]")
    assert len(parsed) == 1


def test_a_body_without_a_length_is_no_way_around(house: House) -> None:
    path = house.path("/artifacts/{id}")
    for scope, status in (("stranger", 404), ("consumer", 403), ("owner", 413)):
        headers = {"Authorization": f"Bearer {house.tokens[scope]}"}
        pieces = (b" " * 2**16 for _ in range(MAX_JSON_BYTES // 2**16 + 2))
        assert house.client.patch(path, content=pieces, headers=headers).status_code == status


def test_the_costliest_bodies_are_within_the_limits(house: House) -> None:
    for (method, path), model in house.models.items():
        for name, document in taken(house, method, path).items():
            assert within_limits(method, path, model, document), (method, path, name)


def test_the_costliest_refusals_are_small(house: House) -> None:
    one_of_each = {model: route for route, model in house.models.items()}
    for model, (method, path) in one_of_each.items():
        for name, content in refused(method, path, model).items():
            if name != "wrong values" and path != "/entitlements/evaluate":
                continue  # the same reader refuses it
            assert len(content) <= rule_of(method, path).most
            answer = house.send("owner", method, path, content)
            # Where little may be said, little can be wrong with it.
            fine = name == "wrong values" and answer.is_success
            assert answer.status_code == 422 or fine, (method, path, name, answer.text[:300])
            assert len(answer.content) < 64 * 1024


@pytest.mark.timeout(900)
def test_nobody_waits_long_for_anothers_body(house: House) -> None:
    """Coarse, since other tests run beside it. The bound itself, by token: `tests/attacks/test_stalls.py`."""
    others = Others(house)
    try:
        others.in_calm(0.5)
        for method, path in house.models:
            for name, document in taken(house, method, path).items():
                content = as_json(document)
                # Other tests run beside this one: a body that keeps others waiting does so each time.
                for attempt in range(3):
                    bound = 4 * BOUND_SECONDS * slowness() + 4 * others.in_calm(0.1).worst
                    house.calm()
                    others.begin()
                    answer = house.send("owner", method, path, content)
                    waited = others.waited()
                    assert answer.status_code < 300, (method, path, name, answer.text[:300])
                    if waited.worst < bound:
                        break
                    assert attempt < 2, (method, path, name, waited, bound)
    finally:
        others.close()


def test_an_artifact_from_before_the_limits_is_read_but_not_cloned(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lockyard.contract._base.oversized", lambda model, data: [])
    body = {"name": "old", "description": "x" * 20_000, "spec": SPEC}
    old = operations.create_artifact(house.registry, house.caller, body).document
    monkeypatch.undo()
    path = f"/artifacts/{old['id']}"
    headers = {"Authorization": f"Bearer {house.tokens['owner']}"}
    assert house.client.get(path, headers=headers).json()["description"] == "x" * 20_000
    refused = house.client.post(f"{path}/clone", json={"name": "copy"}, headers=headers)
    assert (refused.status_code, refused.json()["detail"][0]["path"]) == (422, "description")
    assert house.client.patch(path, json={"name": "renamed"}, headers=headers).status_code == 200
    assert house.client.patch(path, json={"spec": SPEC}, headers=headers).status_code == 200
