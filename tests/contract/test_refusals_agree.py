"""What the server answers with 422, `check` refuses in the preview with the same paths and words, and the reverse.

The documents are the same in every run. Left out are mistakes that no program can make: keys that the constructors do
not have, and an inline artifact.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests import strategies
from tests.strategies import ARTIFACT_MISTAKES, NIM_MISTAKES, WORKLOAD_MISTAKES, Mutation

from lockyard.client import HttpRegistryClient, Settings
from lockyard.contract import ForbiddenError, Json, ValidationFailedError
from lockyard.handlers import Checked, Context, check_artifact, check_workload
from lockyard_registry import open_registry
from lockyard_registry.api import create_app, running_server

ID = "5f0c8b6e1d2a3b4c5d6e7f80"
ORIGIN = {"origin": "team", "originIsDefault": False}
NO_ARGUMENT = {"R3 unknown key", "R3 server-owned key", "R77 both artifact and id"}
OWN_WORDS = {"R77 neither artifact nor id"}
"""A program cannot bring an artifact inline, so it is not told to."""
ONLY_THE_SERVER_KNOWS = "there is no resource bundle of this id"
"""Which bundles there are differs from server to server, and `check` asks none."""

# The same 500 and more in every run.
repeatable = settings(
    derandomize=True, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpRegistryClient]:
    folder: Path = tmp_path_factory.mktemp("agree")
    registry = open_registry(folder / "registry.db")
    with running_server(create_app(registry, token="t")) as address:
        client = HttpRegistryClient(address, "t")
        yield client
        client.close()
    registry.close()


@pytest.fixture(scope="module")
def artifact_id(server: HttpRegistryClient) -> str:
    """A locked artifact with one container, `main`."""
    container = {"name": "main", "imageUri": "registry.example/a:1", "port": 8080}
    body = {"name": "a", "status": "locked", "spec": {"containerGroups": [{"containers": [container]}]}}
    return str(server.create_artifact(body)["id"])


def refusal(call: Callable[[], Any]) -> set[tuple[str, str]]:
    """Path and message of everything that the server refuses; empty when it accepts."""
    try:
        call()
    except ValidationFailedError as error:
        return {(problem.path, problem.message) for problem in error.problems} or {("", error.message)}
    except ForbiddenError as error:
        return {("spec", error.message.split(" (")[0])}
    return set()


def refused(checked: Checked) -> set[tuple[str, str]]:
    return {(problem.path, problem.message) for problem in checked.problems}


def context() -> Context:
    return Context(settings=Settings(), connect=pytest.fail, say=print)


def check_of_artifact(body: Json) -> set[tuple[str, str]]:
    return refused(check_artifact(context(), {}, {**copy.deepcopy(body), **ORIGIN, "artifactRepositoryId": ID}))


def check_of_workload(body: Json) -> set[tuple[str, str]]:
    facts = {"type": "service", "status": "locked", "containerGroups": {"default": ["main"]}}
    return refused(check_workload(context(), {}, {**copy.deepcopy(body), **ORIGIN, "artifactFacts": facts}))


@st.composite
def mistaken(draw: st.DrawFn, base: st.SearchStrategy[Json], mistakes: dict[str, Mutation]) -> tuple[Json, list[str]]:
    """A valid document with one to three mistakes."""
    document = draw(base)
    names = draw(st.lists(st.sampled_from(sorted(set(mistakes) - NO_ARGUMENT)), min_size=1, max_size=3, unique=True))
    made: list[str] = []
    for name in names:
        try:
            changed = copy.deepcopy(document)
            mistakes[name](changed)
        except (LookupError, TypeError, AttributeError, ValueError):
            continue  # an earlier mistake took away what this one is about
        document = changed
        made.append(name)
    return document, made


@st.composite
def distorted(draw: st.DrawFn, base: st.SearchStrategy[Json], keys: tuple[str, ...]) -> Json:
    """A valid document with any JSON value at one position; it may still be valid."""
    document = draw(base)
    places = [(holder, key) for key in keys if key in document for holder, key in _places(document, key)]
    holder, key = draw(st.sampled_from(places))
    odd = st.sampled_from([0, 1, -1, 1.5, 1e300, True, "", "x", "8080", "\ud800", [], {}, [None], {"x": 1}, None])
    holder[key] = draw(odd | strategies.json_values(max_leaves=3))
    return document


def _places(holder: Any, key: Any) -> Iterator[tuple[Any, Any]]:
    yield holder, key
    inner = holder[key]
    for next_key in list(inner) if isinstance(inner, dict) else range(len(inner)) if isinstance(inner, list) else ():
        yield from _places(inner, next_key)


def workload_bodies() -> st.SearchStrategy[Json]:
    runtime = strategies.runtimes(container_names=("main",))
    allocated = strategies.allocations().map(
        lambda allocation: {"containerGroups": [{"containers": [{"name": "main", "resourceAllocation": allocation}]}]}
    )
    return st.fixed_dictionaries(
        {"name": strategies.texts(1), "artifactId": st.just(ID), "runtime": allocated | runtime},
        optional={"description": strategies.texts(), "importance": st.sampled_from(["low", "high"])},
    )


def overridden() -> st.SearchStrategy[Json]:
    """Workloads of the shape that the mistakes expect."""
    return strategies.allocations().map(
        lambda allocation: {
            "name": "w",
            "artifactId": ID,
            "runtime": {"containerGroups": [{"containers": [{"name": "main", "resourceAllocation": allocation}]}]},
        }
    )


@pytest.mark.parametrize("rule", sorted(set(ARTIFACT_MISTAKES) - NO_ARGUMENT))
def test_each_mistake_of_an_artifact(server: HttpRegistryClient, rule: str) -> None:
    invalid = strategies.mistaken(_two_containers("service"), ARTIFACT_MISTAKES[rule], rule)
    agree_on_artifact(server, invalid.document, invalid.path)


@pytest.mark.parametrize("rule", sorted(NIM_MISTAKES))
def test_each_mistake_of_a_nim(server: HttpRegistryClient, rule: str) -> None:
    invalid = strategies.mistaken(_two_containers("nim"), NIM_MISTAKES[rule], rule)
    agree_on_artifact(server, invalid.document, invalid.path)


@pytest.mark.parametrize("rule", sorted(set(WORKLOAD_MISTAKES) - NO_ARGUMENT))
def test_each_mistake_of_a_workload(server: HttpRegistryClient, artifact_id: str, rule: str) -> None:
    override = {"containerGroups": [{"containers": [{"name": "main", "resourceAllocation": {"cpu": 1}}]}]}
    body = {"name": "w", "artifactId": artifact_id, "runtime": override}
    invalid = strategies.mistaken(body, WORKLOAD_MISTAKES[rule], rule)
    served, checked = refusal(lambda: server.create_workload(invalid.document)), check_of_workload(invalid.document)
    if rule in OWN_WORDS:
        served, checked = {(path, "") for path, _ in served}, {(path, "") for path, _ in checked}
    assert checked == served
    assert invalid.path in {path for path, _ in checked}


@given(mistaken(strategies.two_container_artifacts(), ARTIFACT_MISTAKES))
@settings(repeatable, max_examples=250)
def test_several_mistakes_of_an_artifact(server: HttpRegistryClient, found: tuple[Json, list[str]]) -> None:
    document, made = found
    agree_on_artifact(server, document)
    assert check_of_artifact(document), made


@given(mistaken(strategies.two_container_artifacts(artifact_type="nim"), NIM_MISTAKES))
@settings(repeatable, max_examples=50)
def test_several_mistakes_of_a_nim(server: HttpRegistryClient, found: tuple[Json, list[str]]) -> None:
    agree_on_artifact(server, found[0])


@given(mistaken(overridden(), WORKLOAD_MISTAKES))
@settings(repeatable, max_examples=100)
def test_several_mistakes_of_a_workload(
    server: HttpRegistryClient, artifact_id: str, found: tuple[Json, list[str]]
) -> None:
    document, made = found
    if OWN_WORDS.isdisjoint(made):
        agree_on_workload(server, artifact_id, document)


@given(distorted(strategies.artifacts(sidecars=1), ("name", "description", "type", "status", "spec")))
@settings(repeatable, max_examples=300)
def test_any_value_at_any_place_of_an_artifact(server: HttpRegistryClient, document: Json) -> None:
    agree_on_artifact(server, document)


@given(distorted(workload_bodies(), ("name", "description", "importance", "runtime")))
@settings(repeatable, max_examples=200)
def test_any_value_at_any_place_of_a_workload(server: HttpRegistryClient, artifact_id: str, document: Json) -> None:
    agree_on_workload(server, artifact_id, document)


@given(strategies.artifacts(sidecars=1))
@settings(repeatable, max_examples=100)
def test_what_is_right_is_accepted_by_both(server: HttpRegistryClient, document: Json) -> None:
    assert refusal(lambda: server.create_artifact(document)) == check_of_artifact(document) == set()


def _two_containers(kind: str) -> Json:
    containers = [
        {"name": "first", "imageUri": "registry.example/a:1", "primary": True, "port": 8080},
        {"name": "second", "imageUri": "registry.example/b:1"},
    ]
    return {"name": "a", "type": kind, "spec": {"containerGroups": [{"containers": containers}]}}


def agree_on_artifact(server: HttpRegistryClient, document: Json, path: str | None = None) -> None:
    served, checked = refusal(lambda: server.create_artifact(document)), check_of_artifact(document)
    assert checked == served
    assert path is None or path in {found for found, _ in checked}


def agree_on_workload(server: HttpRegistryClient, artifact_id: str, document: Json) -> None:
    body = {**document, "artifactId": artifact_id} if "artifactId" in document else document
    served = refusal(lambda: server.create_workload(body))
    checked = check_of_workload(body)
    assert checked == {(path, text) for path, text in served if not text.startswith(ONLY_THE_SERVER_KNOWS)}
