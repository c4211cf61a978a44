"""Whether a server runs what is wanted: what it fills in by itself is not a difference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from tests.unit.handlers import generated

from lockyard.contract import Json, dump, parse_runtime
from lockyard.handlers._workload_diff import served_runtime_differs


def group(**fields: Any) -> Json:
    return {"containerGroups": [{"name": "default", **fields}]}


ALLOCATED = {"containers": [{"name": "primary", "resourceAllocation": {"cpu": 2, "memory": "8GiB"}}]}
SERVED_ALLOCATED = {"containers": [{"name": "primary", "resourceAllocation": {"cpu": 2.0, "memory": 8589934592}}]}
SCALED = {
    "autoscaling": {
        "enabled": True,
        "minReplicaCount": 1,
        "maxReplicaCount": 3,
        "policies": [{"scalingMetric": "cpuAverageUtilization", "target": 70}],
    }
}
BUNDLE = {"resourceBundles": ["gpu.small"], "resolvedBundle": {"id": "gpu.small"}}

SAME = {
    "nothing wanted, everything served": ({}, group(replicaCount=1, **BUNDLE, **SERVED_ALLOCATED)),
    "no runtime wanted": (None, group(replicaCount=1)),
    "the inferred bundle": (group(replicaCount=2, **ALLOCATED), group(replicaCount=2, **SERVED_ALLOCATED, **BUNDLE)),
    "the resolved bundle": (group(replicaCount=2), group(replicaCount=2, resolvedBundle={"id": "x", "gpu": 1})),
    "replicas that the cluster chose": (group(**ALLOCATED), group(replicaCount=5, **ALLOCATED)),
    "autoscaling that the cluster chose": (group(**ALLOCATED), group(**SCALED, **ALLOCATED)),
    "allocations that follow from the bundle": (
        group(resourceBundles=["gpu.small"]),
        group(**BUNDLE, **SERVED_ALLOCATED, replicaCount=1),
    ),
    "units": (group(replicaCount=1, **ALLOCATED), group(replicaCount=1, **SERVED_ALLOCATED)),
    "a group without a name is the default one": (
        {"containerGroups": [{"replicaCount": 2}]},
        group(replicaCount=2, bundleSelectionPolicy="availability"),
    ),
}
DIFFERENT = {
    "replicas": (group(replicaCount=2), group(replicaCount=3)),
    "replicas wanted, scaling served": (group(replicaCount=2), group(**SCALED)),
    "scaling wanted, replicas served": (group(**SCALED), group(replicaCount=2)),
    "another bundle": (group(resourceBundles=["gpu.large"]), group(**BUNDLE)),
    "a bundle wanted, none served": (group(resourceBundles=["gpu.large"]), group()),
    "another allocation": (
        group(**ALLOCATED),
        group(containers=[{"name": "primary", "resourceAllocation": {"cpu": 4, "memory": "8GiB"}}]),
    ),
    "an allocation wanted, none served": (group(**ALLOCATED), group()),
    "another group": (group(replicaCount=2), {"containerGroups": [{"name": "other", "replicaCount": 2}]}),
}


@pytest.mark.parametrize(("wanted", "served"), SAME.values(), ids=SAME)
def test_what_the_server_fills_in_is_no_difference(wanted: Any, served: Json) -> None:
    assert not served_runtime_differs(wanted, served)


@pytest.mark.parametrize(("wanted", "served"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_was_asked_for_is_compared(wanted: Json, served: Json) -> None:
    assert served_runtime_differs(wanted, served)


@pytest.mark.parametrize("odd", [None, 3, "x", [], {"containerGroups": 3}, {"containerGroups": [3]}, {"unknown": 1}])
def test_answers_that_are_no_runtime_are_compared_as_they_are(odd: Any) -> None:
    served_runtime_differs(odd, group(replicaCount=1))
    served_runtime_differs(group(replicaCount=1), odd)
    assert not served_runtime_differs(odd, odd)


@given(generated.runtimes())
@settings(max_examples=60, deadline=None)
def test_the_full_form_of_a_runtime_is_that_runtime(wanted: Json) -> None:
    assert not served_runtime_differs(wanted, dump(parse_runtime(wanted)))
