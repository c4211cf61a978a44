"""Requests made up from the server's own OpenAPI document: nothing breaks it, and answers are what it says they are.

All checks of schemathesis run on every operation, with valid and with invalid requests. Bounded by time:
`LOCKYARD_SCHEMATHESIS_SECONDS` (default 30) is shared by all operations; `make test-api-long` takes ten minutes.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.config import ChecksConfig, PositiveDataAcceptanceConfig, ProjectConfig, ProjectsConfig
from schemathesis.config import SchemathesisConfig as Config
from schemathesis.generation import GenerationMode

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import ALL_COMPAT
from lockyard_registry import Registry, open_registry
from lockyard_registry.api import create_app
from lockyard_registry.runtime import ManualClock

from .world import TOKEN, container, runtime, spec

SECONDS = float(os.environ.get("LOCKYARD_SCHEMATHESIS_SECONDS", "30"))
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}
ROUND = 2
"""Requests between two looks at the clock; each brings further ones along, such as the same without its token."""

# A JSON schema cannot say all rules of the contract: a value that fits it may still be refused, by rules over several
# fields (400, 422) or because the object has another state or version (412).
_REFUSALS = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "422", "503"]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    folder = tmp_path_factory.mktemp("schemathesis")
    opened = open_registry(folder / "registry.db", driver="simulated", compat=ALL_COMPAT, clock=ManualClock())
    yield opened
    opened.close()


def objects(registry: Registry) -> dict[str, list[str]]:
    """Ids of new objects of every kind, for the calls to work on."""
    client = EmbeddedRegistryClient(registry=registry)
    artifacts = [
        client.create_artifact({"name": "a", "status": status, "type": type, "spec": spec(container())})
        for status in ("draft", "draft", "locked")
        for type in ("service", "nim")
    ]
    workloads = [
        client.create_workload({"name": "w", "artifactId": artifact["id"], "runtime": runtime()})
        for artifact in artifacts[2:]
    ]
    found = [workload["id"] for workload in workloads]
    # Not for the invoke endpoint: workloads that nobody told the address of answer 503, as they should.
    return {
        "artifacts": [artifact["id"] for artifact in artifacts],
        "artifactRepositories": [artifact["artifactRepositoryId"] for artifact in artifacts],
        "workloads": found,
        "otel": found,
        "useCases": found,
    }


# A single operation may take long on a busy machine, and the time is only looked at between operations.
@pytest.mark.timeout(SECONDS + 240)
def test_nothing_breaks_the_server(registry):
    app = create_app(registry, token=TOKEN)
    checks = ChecksConfig(positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=_REFUSALS))
    config = Config(projects=ProjectsConfig(default=ProjectConfig(checks=checks)))
    schema = schemathesis.openapi.from_asgi("/api/v2/openapi.json", app, headers=AUTHORIZATION, config=config)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 60
    deadline = time.monotonic() + SECONDS
    problems: list[str] = []
    statuses: Counter[int] = Counter()
    for number, operation in enumerate(operations):
        ids = objects(registry).get(operation.path.split("/")[3], [])
        share = (deadline - time.monotonic()) / (len(operations) - number)
        try:
            statuses += _try(operation, ids, time.monotonic() + share)
        except Exception as error:
            problems.append(f"{operation.label}: {_shown(error)}")
    assert not problems, "\n\n".join(problems)
    assert {200, 204, 404, 422} <= set(statuses)
    print(f"{sum(statuses.values())} requests to {len(operations)} operations: {dict(sorted(statuses.items()))}")


def _try(operation: Any, ids: list[str], deadline: float) -> Counter[int]:
    statuses: Counter[int] = Counter()

    def requests(case: Any) -> None:
        # Every other round is about objects that are there; a path that shall be wrong stays as it is.
        if mode is GenerationMode.POSITIVE and seed % 2 == 0 and ids and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = ids[statuses.total() % len(ids)]
        response = case.call(headers=AUTHORIZATION if _wants_token(case) else None)
        statuses[response.status_code] += 1
        # Without a list of checks all of them run.
        case.validate_response(response)
        if response.content:
            json.loads(response.content)

    settings = hypothesis.settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed = 0
    while not seed or time.monotonic() < deadline:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                cases = operation.as_strategy(generation_mode=mode)
                hypothesis.seed(seed)(settings(hypothesis.given(case=cases)(requests)))()
            except hypothesis.errors.Unsatisfiable:
                # Nothing can be wrong about a request without parameters.
                assert mode is GenerationMode.NEGATIVE
        seed += 1
    return statuses


def _wants_token(case: Any) -> bool:
    """Whether the call shall be let in: the token is a header like others, and one of its wrong values is none."""
    parts = case.meta.components.items() if case.meta else ()
    return not any(place.name == "HEADER" and part.mode is GenerationMode.NEGATIVE for place, part in parts)


def _shown(error: Exception) -> str:
    parts = getattr(error, "exceptions", None)
    return "; ".join(map(_shown, parts)) if parts else f"{type(error).__name__}: {error}"
