"""Every endpoint, for everything that a caller can be to an object, against the declared matrix."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from lockyard_registry import Caller, Registry, open_registry, operations, people
from lockyard_registry.api import API_PATH, create_app, running_server
from lockyard_registry.store import audit

from .permission_matrix import NEEDS, NONE, OK, ROWS, RUNTIME, SPEC, SUBJECTS, Row

_GRANTED = {"owner": "OWNER", "editor": "EDITOR", "member": "EDITOR", "consumer": "CONSUMER", "everybody": "CONSUMER"}

_LINKED = "cb" * 12
_IN_PATHS = (
    ("metric", "totalRequests"),
    ("rest:path", "v1/run"),
    ("entity_type", "workload"),
    ("trace_id", "ab" * 16),
)
"""The use case that holds the workload."""

_SPAN = {"traceId": "ab" * 16, "spanId": "cd" * 8, "startTimeUnixNano": "1", "endTimeUnixNano": "2"}
_TRACE = {"resourceSpans": [{"scopeSpans": [{"spans": [_SPAN]}]}]}


class House:
    """A served registry, one user for each subject, and objects of the creator."""

    def __init__(self, registry: Registry, client: httpx.Client) -> None:
        self.registry = registry
        self.client = client
        self.tokens: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self._shared: dict[tuple[str, bool], dict[str, str]] = {}
        store = registry.store
        self.tokens["administrator"] = people.bootstrap(store).token.secret
        for name in (*SUBJECTS[2:], "newcomer"):
            if name != "reader":
                self.ids[name] = people.add_user(store, name).id
                self.tokens[name] = people.add_token(store, name, "test").secret
        self.tokens["reader"] = people.add_token(store, "creator", "reading", scope="read").secret
        self.group = people.add_group(store, "team")
        people.join_group(store, "team", "member")
        self.creator = Caller(self.ids["creator"], "creator", "http://registry.example/api/v2")

    def scene(self, subject: str, *, rolling: bool) -> dict[str, str]:
        """Objects that are to a subject what its name says."""
        reg, caller = self.registry, self.creator

        def make(**over: Any) -> dict[str, Any]:
            return operations.create_artifact(reg, caller, {"name": "chat", "spec": SPEC, **over}).document

        running, alone = make(), make()
        candidate = make(artifactRepositoryId=running["artifactRepositoryId"])
        body = {"name": "chat", "artifactId": running["id"], "runtime": RUNTIME}
        workload = operations.create_workload(reg, caller, body).document["id"]
        seen = {"artifactId": running["id"], "phase": "ready", "observedAt": "2026-09-30T15:00:00Z"}
        operations.report_workload(reg, caller, workload, seen)
        proton = operations.get_workload(reg, caller, workload)["protonId"]
        if rolling:
            operations.start_replacement(reg, caller, workload, {"artifactId": candidate["id"]})
        operations.link_use_case(reg, caller, _LINKED, workload)
        operations.take_traces(reg, caller, "workload", workload, _TRACE)
        made = {
            "credential": operations.create_credential(
                reg, caller, {"name": f"credential of {workload}", "credentialType": "bearer", "token": "t"}
            )["credentialId"],
            "fresh": f"new, beside {workload}",
            "environment": f"1e{1:022x}",
            "running": running["id"],
            "candidate": candidate["id"],
            "artifact": alone["id"],
            "repository": alone["artifactRepositoryId"],
            "workload": workload,
            "proton": proton,
            "newcomer": self.ids["newcomer"],
        }
        if subject in _GRANTED:
            entry = {"role": _GRANTED[subject], **self._recipient(subject)}
            change = {"operation": "updateRoles", "roles": [entry]}
            for repository in (running["artifactRepositoryId"], alone["artifactRepositoryId"]):
                operations.update_shared_roles(reg, caller, "artifactRepositories", repository, change)
            operations.update_shared_roles(reg, caller, "workloads", workload, change)
        return made

    def kept_scene(self, subject: str, *, rolling: bool) -> dict[str, str]:
        """The same for calls that change nothing."""
        key = (subject, rolling)
        if key not in self._shared:
            self._shared[key] = self.scene(subject, rolling=rolling)
        return self._shared[key]

    def _recipient(self, subject: str) -> dict[str, str]:
        if subject == "member":
            return {"id": self.group.id, "shareRecipientType": "group"}
        if subject == "everybody":
            return {"id": self.registry.registry_id, "shareRecipientType": "organization"}
        return {"username": subject, "shareRecipientType": "user"}

    def call(self, subject: str, row: Row, scene: dict[str, str]) -> httpx.Response:
        path = row.path.replace("{id}", scene.get(row.on, "")).replace("{proton_id}", scene["proton"])
        use_case = _LINKED if row.method == "DELETE" else "ca" * 12
        for name, value in (
            ("use_case_id", use_case),
            ("metric", "totalRequests"),
            ("rest:path", "v1/run"),
            ("entity_type", "workload"),
            ("trace_id", "ab" * 16),
        ):
            path = path.replace(f"{{{name}}}", value)
        headers = {"Authorization": f"Bearer {self.tokens[subject]}"} if subject in self.tokens else {}
        options: dict[str, Any] = {"headers": headers, "params": _filled(row.query, scene)}
        if row.body is not None:
            options["json"] = _filled(row.body, scene)
        return self.client.request(row.method, path, **options)

    def records(self) -> int:
        """How many changes the log has."""
        from sqlalchemy import func, select

        with self.registry.store.read() as tx:
            return tx.execute(select(func.count()).select_from(audit)).scalar_one()


def _filled(value: Any, scene: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, scene) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, scene) for item in value]
    return scene[value[1:]] if isinstance(value, str) and value.startswith("$") else value


@contextmanager
def _opened(location: Path | str) -> Iterator[House]:
    registry = open_registry(location)
    app = create_app(registry, users=True)
    with running_server(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield House(registry, client)
    registry.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with _opened(tmp_path_factory.mktemp("permissions") / "registry.db") as house:
        yield house


def test_every_endpoint_is_in_the_matrix(tmp_path):
    registry = open_registry(tmp_path / "registry.db")
    routes = create_app(registry, users=True).routes
    declared = {
        (method, route.path.removeprefix(API_PATH).rstrip("/"))
        for route in routes
        if route.path.startswith(f"{API_PATH}/")
        for method in route.methods - {"HEAD"}
    }
    registry.close()
    assert {(row.method, row.path) for row in ROWS} == declared
    assert all(len(line) == len(SUBJECTS) for line in NEEDS.values())
    assert {row.need for row in ROWS} == set(NEEDS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path} {row.need}")
def test_everybody_gets_what_the_matrix_says(house, row):
    assert _differences(house, row) == []


def test_postgresql_refuses_and_shows_the_same(postgres_url):
    with _opened(postgres_url) as house:
        assert [line for row in ROWS for line in _differences(house, row, changes=False)] == []


def _differences(house: House, row: Row, *, changes: bool = True) -> list[str]:
    """Where the answers are not those of the matrix; without `changes` only calls that shall change nothing."""
    wrong: list[str] = []
    for subject, expected in zip(SUBJECTS, NEEDS[row.need], strict=True):
        fresh = row.changes and expected == OK
        if fresh and not changes:
            continue
        scene = (house.scene if fresh else house.kept_scene)(subject, rolling=row.rolling)
        before = house.records()
        answer = house.call(subject, row, scene)
        status = row.status if expected in (OK, NONE) else expected
        if answer.status_code != status:
            wrong.append(f"{subject}: {answer.status_code} instead of {status}: {answer.text}")
            continue
        if row.need == "list" and expected in (OK, NONE):
            total = answer.json()["totalCount"]
            if total != (0 if expected == NONE else 1) or len(answer.json()["data"]) != total:
                wrong.append(f"{subject}: sees {total}")
        if expected not in (OK, NONE) and house.records() != before:
            wrong.append(f"{subject}: was refused, but something changed")
        if expected == 404 and any(id in answer.text for id in scene.values()) and row.on != "credential":
            wrong.append(f"{subject}: the refusal tells of the object")
    return [f"{row.method} {row.path}: {line}" for line in wrong]


_HIDDEN = [row for row in ROWS if row.on and row.need != "nothing"]


@pytest.mark.parametrize("row", _HIDDEN, ids=lambda row: f"{row.method} {row.path}")
def test_hidden_and_missing_look_the_same(house, row):
    scene = house.kept_scene("stranger", rolling=row.rolling)
    hidden = house.call("stranger", row, scene)
    missing = house.call("stranger", row, {**scene, row.on: "f" * 24})
    # The platform's words name a credential by the id that was asked for.
    content = hidden.content.replace(scene[row.on].encode(), b"f" * 24)
    assert (hidden.status_code, content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404


def test_statistics_count_what_the_caller_may_see(house):
    house.kept_scene("stranger", rolling=False)
    counts: dict[str, int] = {}
    for subject in SUBJECTS[1:]:
        found = house.call(subject, Row("GET", "/workloads/stats", "nothing"), {"proton": ""}).json()
        listed = house.call(subject, Row("GET", "/workloads", "list"), {"proton": ""}).json()
        counts[subject] = found["workloads"]["total"]
        assert counts[subject] == listed["totalCount"]
    assert counts["stranger"] < counts["creator"]


@pytest.mark.parametrize(
    ("subject", "on_objects"),
    [
        ("administrator", ["CAN_VIEW", "CAN_UPDATE", "CAN_DELETE", "CAN_SHARE"]),
        ("creator", ["CAN_VIEW", "CAN_UPDATE", "CAN_DELETE", "CAN_SHARE"]),
        ("reader", ["CAN_VIEW"]),
        ("editor", ["CAN_VIEW", "CAN_UPDATE"]),
        ("member", ["CAN_VIEW", "CAN_UPDATE"]),
        ("consumer", ["CAN_VIEW"]),
    ],
)
def test_documents_say_what_the_caller_may_do(house, subject, on_objects):
    scene = house.kept_scene(subject, rolling=False)
    for on, collection in (
        ("artifact", "artifacts"),
        ("repository", "artifactRepositories"),
        ("workload", "workloads"),
    ):
        single = house.call(subject, Row("GET", f"/{collection}/{{id}}", "view", on=on), scene).json()
        (listed,) = house.call(subject, Row("GET", f"/{collection}", "list", query={"ids": f"${on}"}), scene).json()[
            "data"
        ]
        more = ["CAN_MAKE_PREDICTIONS"] if on == "workload" else []
        assert single["permissions"] == listed["permissions"] == [*on_objects, *more]


@pytest.mark.parametrize("row", [row for row in ROWS if row.on], ids=lambda row: f"{row.method} {row.path}")
def test_a_stranger_cannot_tell_what_is_there(house, row):
    """What one may not see is answered in the same words as what is not there."""
    there = house.kept_scene("stranger", rolling=row.rolling)
    hidden = {row.on, "proton", "running", "candidate", "artifact", "repository", "workload", "credential"} & set(there)
    nowhere = {**there, **{name: f"{number:02x}" * 12 for number, name in enumerate(sorted(hidden), 0xA0)}}

    def answer(scene: dict[str, str]) -> tuple[int, str]:
        found = house.call("stranger", row, scene)
        text = found.text.replace(found.headers.get("x-request-id", "-"), "ID")
        for name in hidden:
            text = text.replace(scene[name], name)
        return found.status_code, text

    if row.status in (200, 201, 202, 204) and NEEDS[row.need][-1] in (OK, NONE):
        return  # nobody's object is asked for
    assert answer(there) == answer(nowhere)
