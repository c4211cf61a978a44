"""What a plan refuses, all at once and with paths."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.strategies import WORKLOAD_MISTAKES, mistaken
from tests.unit.manifests.cases import (
    CLUSTER,
    FULL,
    cached,
    container,
    described,
    errors_of,
    nim,
    rendered,
    runtime,
    scaled,
    spec,
)

from lockyard_components.manifests import PlanError, plan_workload, render_workload

CONTAINER = "spec.containerGroups.0.containers.0"


@pytest.mark.parametrize("name", ["", "a" * 53, "Chat", "chat_1", "-chat", "chat-", "1chat", "größe", "a.b", "chat\n"])
def test_names_that_name_no_object_are_refused(name: str) -> None:
    (found,) = errors_of(described(name=name))
    assert found.startswith("name: must be 1 to 52 lower-case letters")


def test_a_namespace_is_a_label() -> None:
    (found,) = errors_of(described(namespace="a.b"))
    assert found.startswith("namespace: ")
    assert errors_of(described(namespace="1a")) == []


@pytest.mark.parametrize("kind", ["agent", "mcp", "batch"])
def test_other_types_are_refused(kind: str) -> None:
    assert any(
        text.startswith("artifact_type: must be 'service' or 'nim'")
        for text in errors_of(described(artifact_type=kind))
    )


@pytest.mark.parametrize(
    ("labels", "bad"),
    [
        ({"a b": "c"}, True),
        ({"a": "c d"}, True),
        ({"a": "-x"}, True),
        ({"a": "x" * 64}, True),
        ({"a" * 64: "x"}, True),
        ({"example.com/team": "Search_1.0"}, False),
        ({"a": ""}, False),
    ],
)
def test_labels_are_kubernetes_labels(labels: dict[str, str], bad: bool) -> None:
    assert [text.split(":")[0] for text in errors_of(described(labels=labels))] == (["labels"] if bad else [])


@pytest.mark.parametrize(("name", "bad"), [("ngc", False), ("a" * 52, False), ("a" * 53, True), ("a b", True)])
def test_restarts_are_named_as_annotations_are(name: str, bad: bool) -> None:
    assert len(errors_of(described(restart_on={name: "x"}))) == bad


@pytest.mark.parametrize(("toleration", "bad"), [({"key": "a"}, False), ({"operator": "Exists"}, False), ({}, True)])
def test_a_toleration_tolerates_something(toleration: dict[str, str], bad: bool) -> None:
    assert len(errors_of(described(tolerations=(toleration,)))) == bad


@pytest.mark.parametrize(
    ("toleration", "path"),
    [
        ({"key": "a", "efect": "NoSchedule"}, "efect"),
        ({"key": "a", "effect": "Never"}, "effect"),
        ({"key": "a", "operator": "Is"}, "operator"),
        ({"key": "a b"}, "key"),
        ({"key": "a", "operator": "Exists", "value": "x"}, "value"),
        ({"key": "a", "tolerationSeconds": 5}, "tolerationSeconds"),
    ],
)
def test_a_toleration_that_the_api_server_refuses(toleration: dict[str, Any], path: str) -> None:
    (found,) = errors_of(described(tolerations=({"key": "fine"}, toleration)))
    assert found.startswith(f"tolerations.1.{path}: ")


def test_an_image_that_is_not_built_yet_cannot_run() -> None:
    built = {"name": "server", "port": 8000, "imageBuildConfig": {"dockerfile": {}}}
    (found,) = errors_of(described(spec=spec(built)))
    assert found.startswith(f"{CONTAINER}.imageUri: there is no image yet")
    stored = {**built, "imageUri": "registry.example/built:1"}
    assert errors_of(described(spec=spec(stored))) == []


def test_k29_replicas_and_autoscaling_together_are_refused() -> None:
    group = scaled()["containerGroups"][0] | {"replicaCount": 2}
    (found,) = errors_of(nim(runtime=runtime(**group)))
    assert found.startswith("runtime.containerGroups.0.replicaCount: ") and "mutually exclusive" in found


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        (scaled(least=5, most=4), "minReplicaCount"),
        (scaled("cpuAverageUtilization", least=0), "minReplicaCount"),
        (scaled("gpuCacheUtilization", least=0), "minReplicaCount"),
    ],
)
def test_k29_bounds_are_in_order_and_zero_needs_something_that_wakes(wanted: Any, path: str) -> None:
    found = errors_of(nim(runtime=wanted), FULL)
    assert found and found[0].startswith(f"runtime.containerGroups.0.autoscaling.{path}: ")


@pytest.mark.parametrize("metric", ["gpuCacheUtilization", "gpuRequestQueueDepth", "vllm:kv_cache_usage_perc"])
def test_k29_metrics_of_a_nim_are_refused_elsewhere(metric: str) -> None:
    found = errors_of(described(runtime=scaled(metric, 0.5)), FULL)
    assert any(
        text.startswith("runtime.containerGroups.0.autoscaling.policies.0.scalingMetric: needs") for text in found
    )
    assert errors_of(nim(runtime=scaled(metric, 0.5)), FULL) == []


def test_k29_what_the_cluster_lacks_is_named() -> None:
    found = errors_of(nim(runtime=scaled("httpRequestsConcurrency", least=0)), CLUSTER)
    assert any("HTTP add-on" in text for text in found)


def test_k45_names_that_the_artifact_does_not_have_are_refused() -> None:
    overrides = [{"name": "other", "resourceAllocation": {"cpu": 1}}]
    (found,) = errors_of(described(runtime=runtime(containers=overrides, resourceBundles=["cpu.small"])))
    assert found.startswith("runtime.containerGroups.0.containers.0.name: ") and "it has: server" in found
    (found,) = errors_of(described(runtime=runtime(name="other", resourceBundles=["cpu.small"])))
    assert found.startswith("runtime.containerGroups.0.name: ")


@pytest.mark.parametrize("port", [80, 1023, 65536, None])
def test_k19_ports_are_what_an_unprivileged_server_can_open(port: int | None) -> None:
    (found,) = errors_of(described(spec=spec(container(port=port))))
    assert found.startswith(f"{CONTAINER}.port: ")


def test_an_artifact_without_containers_cannot_run() -> None:
    for empty in ({"containerGroups": []}, {"containerGroups": [{"containers": []}]}):
        (found,) = errors_of(described(spec=empty))
        assert found.startswith("spec.containerGroups: there is no container to run")


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = nim(
        name="Chat",
        spec=spec(
            container(
                environmentVars=[{"name": "A B", "value": "x"}],
                livenessProbe={"path": "/", "port": 8000, "successThreshold": 3},
            ),
            storage={"pvcSize": "0Gi"},
        ),
        runtime=runtime(resourceBundles=["nothing"], replicaCount=3),
        grace_seconds=1,
        security=replace(nim().security, run_as_user=0),
        cache_claim="c",
    )
    with pytest.raises(PlanError) as error:
        render_workload(wrong, replace(CLUSTER, storage_classes=CLUSTER.storage_classes[:1]))
    assert [problem.path for problem in error.value.problems] == [
        "name",
        "security.run_as_user",
        f"{CONTAINER}.environmentVars.0.name",
        f"{CONTAINER}.livenessProbe.successThreshold",
        "runtime.containerGroups.0.resourceBundles.0",
        "nim_cache",
        "spec.storage.pvcSize",
        "spec.storage.mode",
        "grace_seconds",
    ]
    assert "\n" not in str(error.value) and all(str(problem) in str(error.value) for problem in error.value.problems)


@pytest.mark.parametrize("rule", sorted(WORKLOAD_MISTAKES))
def test_mistakes_that_the_registry_refuses_are_refused_here_too(rule: str) -> None:
    document = {
        "name": "w",
        "artifactId": "a",
        "runtime": {"containerGroups": [{"containers": [{"name": "main", "resourceAllocation": {"cpu": 0.1}}]}]},
    }
    invalid = mistaken(document, WORKLOAD_MISTAKES[rule], rule)
    if not invalid.path.startswith("runtime."):
        return  # not a mistake of the runtime
    found = errors_of(described(spec=spec(container(name="main")), runtime=invalid.document["runtime"]))
    assert any(text.startswith(f"{invalid.path}: ") for text in found), found


def test_a_plan_may_be_made_first_and_used() -> None:
    for description in (described(), nim(), cached()):
        plan = plan_workload(description, CLUSTER)
        assert render_workload(description, CLUSTER, plan) == rendered(description)
        assert plan.require() is plan


def test_feasibility_is_part_of_the_plan() -> None:
    bounded = replace(CLUSTER, pools=tuple(replace(pool, max_nodes=1) for pool in CLUSTER.pools))
    many = nim(runtime=runtime(resourceBundles=["gpu.l4.small"], replicaCount=50))
    (found,) = errors_of(many, bounded)
    assert found.startswith("runtime.containerGroups.0: ") and "50" in found
