"""Times the pure functions that run for every artifact in every preview."""

from __future__ import annotations

import time
import timeit
from collections.abc import Callable
from typing import Any

from lockyard.client import Settings
from lockyard.contract import STRICT, content_digest
from lockyard.dynamic._engine_values import from_engine, to_engine
from lockyard.handlers import Context, check_artifact, diff_artifact

REPEATS, CALLS = 7, 200


def measure() -> dict[str, float]:
    """Best processor seconds of one call, by what is called."""
    context = Context(settings=Settings(), connect=_never, say=lambda line: None)
    inputs = artifact_inputs()
    checked = check_artifact(context, {}, inputs).inputs
    state = {**checked, "etag": '"1"', "claim": 1, "registryId": "0" * 24, "registryEndpoint": "embedded"}
    calls: dict[str, Callable[[], Any]] = {
        "check": lambda: check_artifact(context, {}, inputs),
        "diff": lambda: diff_artifact(state, checked, STRICT),
        "content digest": lambda: content_digest(
            name=inputs["name"], description="", type=inputs["type"], spec=inputs["spec"]
        ),
        "values from and to the engine": lambda: to_engine(from_engine(inputs)),
    }
    return {name: _best(call) for name, call in calls.items()}


def _best(call: Callable[[], Any]) -> float:
    return min(timeit.repeat(call, timer=time.process_time, number=CALLS, repeat=REPEATS)) / CALLS


def artifact_inputs() -> dict[str, Any]:
    """An artifact as the benchmark program declares it."""
    container = {
        "name": "server",
        "imageUri": "registry.example/bench:1",
        "port": 8080,
        "primary": True,
        "environmentVars": [{"name": f"SETTING_{number}", "value": f"value {number}"} for number in range(5)],
        "readinessProbe": {"path": "/ready", "port": 8080},
    }
    return {
        "artifactRepositoryId": "0" * 24,
        "name": "bench-1",
        "type": "service",
        "status": "draft",
        "spec": {"containerGroups": [{"containers": [container]}]},
        "origin": "organization/bench/bench|lockyard:Artifact|bench-1",
        "originIsDefault": True,
        "contentDigest": "",
    }


def _never(settings: Settings) -> Any:
    raise AssertionError("check and diff use no network")
