"""Runtimes (R97 to R100, D26) and autoscaling."""

from typing import Any

import pytest
from hypothesis import given
from tests import strategies

from lockyard.contract import UNKNOWN, ValidationFailedError, compact, dump, parse_runtime, requested_replicas

SCALING = {
    "minReplicaCount": 1,
    "maxReplicaCount": 3,
    "policies": [{"scalingMetric": "cpuAverageUtilization", "target": 50}],
}


def group(**fields: Any) -> dict[str, Any]:
    return {"containerGroups": [fields]}


def problems(document: object) -> dict[str, str]:
    try:
        parse_runtime(document, prefix="")
    except ValidationFailedError as error:
        return {problem.path.removeprefix("containerGroups.0."): problem.code for problem in error.problems}
    return {}


def test_full_form_of_an_empty_group() -> None:
    assert dump(parse_runtime(group())) == {
        "containerGroups": [
            {
                "name": "default",
                "replicaCount": None,
                "autoscaling": None,
                "resourceBundles": [],
                "bundleSelectionPolicy": "availability",
                "containers": [],
            }
        ]
    }


@pytest.mark.parametrize("scaling", [SCALING, SCALING | {"enabled": True}, SCALING | {"enabled": None}])
def test_r97_replicas_with_autoscaling(scaling: dict[str, Any]) -> None:
    assert set(problems(group(replicaCount=2, autoscaling=scaling))) == {"replicaCount"}
    assert problems(group(replicaCount=None, autoscaling=scaling)) == {}


def test_r97_replicas_with_autoscaling_switched_off() -> None:
    assert problems(group(replicaCount=2, autoscaling={"enabled": False})) == {}
    assert problems(group(replicaCount=2, autoscaling=SCALING | {"enabled": False})) == {}


@pytest.mark.parametrize(
    ("count", "fine"),
    [(1, True), (2**31 - 1, True), (3.0, True), (0, False), (-1, False), (2**31, False), (True, False), ("1", False)],
)
def test_replica_count(count: object, fine: bool) -> None:
    assert set(problems(group(replicaCount=count))) == (set() if fine else {"replicaCount"})


def test_r98_old_bounds_move_to_the_group() -> None:
    policies = [
        {"scalingMetric": "cpuAverageUtilization", "target": 50, "minCount": 2, "maxCount": 4, "priority": 1},
        {"scalingMetric": "httpRequestsConcurrency", "target": 9, "minCount": 1, "maxCount": 3},
    ]
    runtime = parse_runtime(group(autoscaling={"policies": policies}))
    scaling = dump(runtime)["containerGroups"][0]["autoscaling"]
    assert scaling == {
        "enabled": True,
        "minReplicaCount": 1,
        "maxReplicaCount": 4,
        "policies": [
            {"scalingMetric": "cpuAverageUtilization", "target": 50.0},
            {"scalingMetric": "httpRequestsConcurrency", "target": 9.0},
        ],
        "cooldownPeriodMinutes": None,
    }
    assert parse_runtime(dump(runtime)) == parse_runtime(compact(runtime)) == runtime


def test_r98_bounds_of_the_group_win() -> None:
    policies = [{"scalingMetric": "cpuAverageUtilization", "target": 50, "minCount": 2, "maxCount": 4}]
    scaling = parse_runtime(group(autoscaling=SCALING | {"policies": policies})).container_groups[0].autoscaling
    assert scaling is not None
    assert (scaling.min_replica_count, scaling.max_replica_count) == (1, 3)


def test_r98_old_bounds_are_checked() -> None:
    policies = [{"scalingMetric": "httpRequestsConcurrency", "target": 1, "minCount": -1, "maxCount": 0}]
    assert set(problems(group(autoscaling={"policies": policies}))) == {
        "autoscaling.policies.0.minCount",
        "autoscaling.maxReplicaCount",
    }


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"minReplicaCount": 4}, "minReplicaCount"),
        ({"minReplicaCount": 0}, "minReplicaCount"),
        ({"minReplicaCount": 0, "policies": []}, "minReplicaCount"),
        (
            {"minReplicaCount": 0, "policies": [{"scalingMetric": "gpuRequestQueueDepth", "target": 1}]},
            "minReplicaCount",
        ),
        ({"minReplicaCount": -1}, "minReplicaCount"),
        ({"maxReplicaCount": 0}, "maxReplicaCount"),
        ({"maxReplicaCount": None}, "maxReplicaCount"),
        ({"minReplicaCount": None}, "minReplicaCount"),
        ({"policies": [{"scalingMetric": "httpRequestsConcurrency", "target": -0.1}]}, "policies.0.target"),
        ({"policies": [{"scalingMetric": "httpRequestsConcurrency"}]}, "policies.0.target"),
        ({"policies": [{"target": 1}]}, "policies.0.scalingMetric"),
        ({"policies": {}}, "policies"),
        ({"enabled": "yes"}, "enabled"),
        ({"cooldownPeriodMinutes": -1}, "cooldownPeriodMinutes"),
        ({"policies": [{"scalingMetric": "httpRequestsConcurrency", "target": float("inf")}]}, "policies.0.target"),
    ],
)
def test_r99_refused(changes: dict[str, Any], path: str) -> None:
    found = problems(group(autoscaling=SCALING | changes))
    assert f"autoscaling.{path}" in found
    assert all(key.startswith("autoscaling.") for key in found)


@pytest.mark.parametrize(
    "changes",
    [
        {"minReplicaCount": 3},
        {"minReplicaCount": 0, "policies": [{"scalingMetric": "httpRequestsConcurrency", "target": 0}]},
        {"policies": []},
        {"minReplicaCount": 0, "enabled": False},
        {"minReplicaCount": 0, "policies": UNKNOWN},
        {"minReplicaCount": 0, "policies": [{"scalingMetric": UNKNOWN, "target": 1}]},
        {"minReplicaCount": 0, "enabled": UNKNOWN},
        {"minReplicaCount": UNKNOWN},
        {"minReplicaCount": 9, "maxReplicaCount": UNKNOWN},
    ],
)
def test_r99_accepted(changes: dict[str, Any]) -> None:
    assert problems(group(autoscaling=SCALING | changes)) == {}


@pytest.mark.parametrize("autoscaling", [True, [], "on", 1])
def test_autoscaling_is_an_object(autoscaling: object) -> None:
    assert set(problems(group(autoscaling=autoscaling))) == {"autoscaling"}


@pytest.mark.parametrize(
    ("given_", "read"), [("512MB", 512_000_000), (536870912, 536870912), ("1GiB", 2**30), (None, None), (512.0, 512)]
)
def test_r100_memory(given_: object, read: int | None) -> None:
    document = group(containers=[{"name": "a", "resourceAllocation": {"memory": given_, "gpuMemory": given_}}])
    allocation = parse_runtime(document).container_groups[0].containers[0].resource_allocation
    assert allocation is not None
    assert (allocation.memory, allocation.gpu_memory) == (read, read)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory", "16Gi"),
        ("memory", -1),
        ("memory", True),
        ("memory", []),
        ("memory", 0.5),
        ("gpuMemory", "x"),
        ("cpu", "1"),
        ("cpu", -1),
        ("gpu", True),
        ("env", {}),
    ],
)
def test_allocation_refused(field: str, value: object) -> None:
    found = problems(group(containers=[{"name": "a", "resourceAllocation": {field: value}}]))
    assert set(found) == {f"containers.0.resourceAllocation.{field}"}


def test_d26_one_bundle() -> None:
    assert problems(group(resourceBundles=["cpu.small"])) == {}
    assert set(problems(group(resourceBundles=["a", "b", "c"]))) == {"resourceBundles.1", "resourceBundles.2"}
    assert set(problems(group(resourceBundles=[""]))) == {"resourceBundles.0"}
    assert set(problems(group(bundleSelectionPolicy="price"))) == {"bundleSelectionPolicy"}


@pytest.mark.parametrize("value", [{"id": "cpu.small"}, "cpu.small", {}])
def test_resolved_bundle_is_the_servers(value: object) -> None:
    assert set(problems(group(resolvedBundle=value))) == {"resolvedBundle"}


def test_resolved_bundle_null_is_absent() -> None:
    assert parse_runtime(group(resolvedBundle=None)) == parse_runtime(group())


@pytest.mark.parametrize("extra", [{"enclaves": []}, {"enclaves": None}, {"enclaveSelectionPolicy": None}])
def test_empty_enclave_keys_are_ignored(extra: dict[str, Any]) -> None:
    assert dump(parse_runtime(extra)) == {"containerGroups": []}


@pytest.mark.parametrize("extra", [{"enclaves": ["e"]}, {"enclaveSelectionPolicy": "manual"}, {"enclaves": "e"}])
def test_enclaves_are_refused(extra: dict[str, Any]) -> None:
    assert set(problems(extra)) == set(extra)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"env": {}}, "env"),
        (group(environmentVars=[]), "environmentVars"),
        (group(containers=[{"name": "a", "env": {}}]), "containers.0.env"),
        (group(autoscaling=SCALING | {"env": 1}), "autoscaling.env"),
    ],
)
def test_r109_no_environment_in_a_runtime(document: dict[str, Any], path: str) -> None:
    assert problems(document) == {path: "extra_forbidden"}


def test_containers_are_named_once() -> None:
    assert set(problems(group(containers=[{"name": "a"}, {"name": "a"}]))) == {"containers.1.name"}
    assert set(problems(group(containers=[{}]))) == {"containers.0.name"}


def test_one_group_only() -> None:
    assert set(problems({"containerGroups": [{}, {}]})) == {"containerGroups.1"}


@pytest.mark.parametrize(
    ("document", "count"),
    [
        ({}, 0),
        (group(), 1),
        (group(replicaCount=4), 4),
        (group(autoscaling=SCALING), 3),
        (group(replicaCount=4, autoscaling=SCALING | {"enabled": False}), 4),
    ],
)
def test_r96_requested_replicas(document: dict[str, Any], count: int) -> None:
    assert requested_replicas(parse_runtime(document)) == count


@given(strategies.runtimes(group="main", container_names=("a", "b"), artifact_type="nim"))
def test_valid_runtimes_round_trip(document: dict[str, Any]) -> None:
    runtime = parse_runtime(document)
    assert parse_runtime(compact(runtime)) == parse_runtime(dump(runtime)) == runtime
