"""Requests made up from the server's own OpenAPI document: nothing breaks it, and answers are what it says they are.

Bounded by time: `LOCKYARD_SCHEMATHESIS_SECONDS` (default 60) is shared by all operations. Longer runs find more.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import ALL_COMPAT
from lockyard_registry import Registry, open_registry
from lockyard_registry.api import create_app
from lockyard_registry.runtime import ManualClock

from .world import TOKEN, container, runtime, spec

SECONDS = float(os.environ.get("LOCKYARD_SCHEMATHESIS_SECONDS", "60"))
AUTHORIZATION = {"Authorization": f"Bearer {TOKEN}"}
ROUND = 5
"""Requests between two looks at the clock."""


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
    return {
        "artifacts": [artifact["id"] for artifact in artifacts],
        "artifactRepositories": [artifact["artifactRepositoryId"] for artifact in artifacts],
        "workloads": [workload["id"] for workload in workloads],
    }


def test_nothing_breaks_the_server(registry):
    app = create_app(registry, token=TOKEN)
    schema = schemathesis.openapi.from_asgi("/api/v2/openapi.json", app, headers=AUTHORIZATION)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 30
    deadline = time.monotonic() + SECONDS
    problems: list[str] = []
    statuses: Counter[int] = Counter()
    for number, operation in enumerate(operations):
        ids = objects(registry).get(operation.path.split("/")[3], [])
        share = (deadline - time.monotonic()) / (len(operations) - number)
        try:
            statuses += _try(operation, ids, time.monotonic() + share)
        except Exception as error:
            problems.append(f"{operation.label}: {error}")
    assert not problems, "\n\n".join(problems)
    assert {200, 204, 404, 422} <= set(statuses)
    print(f"{sum(statuses.values())} requests to {len(operations)} operations: {dict(sorted(statuses.items()))}")


def _try(operation, ids: list[str], deadline: float) -> Counter[int]:
    statuses: Counter[int] = Counter()

    @hypothesis.settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(), known=hypothesis.strategies.booleans())
    def requests(case, known):
        if known and ids and "id" in (case.path_parameters or {}):
            case.path_parameters["id"] = ids[statuses.total() % len(ids)]
        response = case.call(headers=AUTHORIZATION)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
        if response.content:
            json.loads(response.content)

    seed = 0
    while not statuses or time.monotonic() < deadline:
        hypothesis.seed(seed)(requests)()
        seed += 1
    return statuses
