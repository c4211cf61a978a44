"""The arithmetic of autoscaling, by Kubernetes' own controller on what is rendered; only the load is made up.

The metrics APIs are a stand-in (`FakeMetricsApi`). What the autoscaler waits for is shortened here (`quickened`):
windows of minutes become none and a minute becomes two seconds; the steps of the rendered policies stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.cluster.combinations import Combination, combination
from tests.cluster.harness import FakeMetricsApi, TestCluster, eventually

from lockyard_components.manifests import Manifest, render_workload
from lockyard_components.placement import GpuNodePool

POOL = GpuNodePool(name="scaled", flavour="gke", gpu="H100", gpus_per_node=8, node_cpu=190, node_memory="2000GiB")
TWO_SECONDS = 2


@pytest.fixture(scope="module")
def metrics(cluster: TestCluster) -> Iterator[FakeMetricsApi]:
    with cluster.pools((POOL, 2)), FakeMetricsApi(cluster) as api:
        yield api


@pytest.fixture
def namespace(cluster: TestCluster) -> Iterator[str]:
    with cluster.namespace("scaling") as name:
        yield name


def rendered(scaling: str, services: str, namespace: str) -> dict[str, Manifest]:
    one: Combination = combination("NIM, claim for many nodes", scaling, "gke", services)
    return render_workload(replace(one.description, namespace=namespace, exposure=None), one.cluster)


def apply(cluster: TestCluster, objects: dict[str, Manifest]) -> None:
    for manifest in objects.values():
        if manifest["kind"] != "ServiceMonitor":
            cluster.rest.create(manifest)


def quickened(autoscaler: Manifest) -> Manifest:
    """The same with seconds for minutes; steps, bounds, metrics and targets as rendered."""
    found: dict[str, Any] = {}
    for direction, rules in autoscaler["spec"]["behavior"].items():
        policies = [{**policy, "periodSeconds": TWO_SECONDS} for policy in rules["policies"]]
        found[direction] = {**rules, "stabilizationWindowSeconds": 0, "policies": policies}
    return {**autoscaler, "spec": {**autoscaler["spec"], "behavior": found}}


def as_keda_does(scaled_object: Manifest) -> Manifest:
    """The HorizontalPodAutoscaler that KEDA makes of a ScaledObject: an external metric for each trigger."""
    spec = scaled_object["spec"]
    name = scaled_object["metadata"]["name"]
    selector = {"matchLabels": {"scaledobject.keda.sh/name": name}}
    metrics = [
        {
            "type": "External",
            "external": {
                "metric": {"name": f"s{number}-{trigger['type']}", "selector": selector},
                "target": {"type": trigger["metricType"], "averageValue": trigger["metadata"]["threshold"]},
            },
        }
        for number, trigger in enumerate(spec["triggers"])
    ]
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": f"keda-hpa-{name}", "namespace": scaled_object["metadata"]["namespace"]},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", **spec["scaleTargetRef"]},
            "minReplicas": spec["minReplicaCount"],
            "maxReplicas": spec["maxReplicaCount"],
            "metrics": metrics,
            "behavior": spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"],
        },
    }


class Watched:
    """A Deployment and what its autoscaler did to it."""

    def __init__(self, cluster: TestCluster, namespace: str) -> None:
        self._rest, self._namespace = cluster.rest, namespace

    def replicas(self) -> int:
        return self._rest.get(f"/apis/apps/v1/namespaces/{self._namespace}/deployments/chat")["spec"]["replicas"]

    def reaches(self, wanted: int) -> None:
        eventually(self.replicas, lambda now: now == wanted, seconds=60, what=f"{wanted} replicas")

    def stays(self, wanted: int, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.replicas() == wanted
            time.sleep(0.1)

    def sizes(self) -> list[int]:
        """Every number that the autoscaler set, in order, from its events."""
        path, choice = f"/api/v1/namespaces/{self._namespace}/events", {"fieldSelector": "reason=SuccessfulRescale"}
        found = sorted(self._rest.items(path, **choice), key=lambda event: int(event["metadata"]["resourceVersion"]))
        return [int(event["message"].removeprefix("New size: ").partition(";")[0]) for event in found]


def test_custom_metrics_scale_up_and_down(cluster: TestCluster, metrics: FakeMetricsApi, namespace: str) -> None:
    """Without KEDA: the greater of two metrics decides, per pod; two pods at a time up, one down."""
    objects = rendered("GPU cache and queue", "bare", namespace)
    objects["autoscaler"] = quickened(objects["autoscaler"])
    metrics.load = {"gpu_cache_usage_perc": 0.4, "num_requests_waiting": 0}
    apply(cluster, objects)
    chat = Watched(cluster, namespace)
    chat.reaches(2)  # the least
    chat.stays(2, seconds=3)

    metrics.load["gpu_cache_usage_perc"] = 3.8  # 0.8 a pod wanted: 4.75 pods
    chat.reaches(5)
    metrics.load["num_requests_waiting"] = 100  # 4 a pod wanted: 25 pods; 6 is the most
    chat.reaches(6)
    chat.stays(6, seconds=3)
    metrics.load = {"gpu_cache_usage_perc": 0.2, "num_requests_waiting": 1}
    chat.reaches(2)
    chat.stays(2, seconds=3)

    assert chat.sizes() == [2, 4, 5, 6, 5, 4, 3, 2]
    assert any("/custom.metrics.k8s.io/v1beta2/" in path and "/pods/*/" in path for path in metrics.asked)


def test_external_metrics_of_a_scaled_object(cluster: TestCluster, metrics: FakeMetricsApi, namespace: str) -> None:
    """With KEDA: the autoscaler that KEDA derives holds the mean over all pods, since the query gives the sum."""
    objects = rendered("a metric of the server", "full", namespace)
    hpa = quickened(as_keda_does(objects.pop("autoscaler")))
    metrics.load = {"s0-prometheus": 2}
    apply(cluster, {**objects, "hpa": hpa})
    chat = Watched(cluster, namespace)
    chat.stays(1, seconds=3)

    metrics.load["s0-prometheus"] = 23  # 8 a pod wanted: 2.9 pods
    chat.reaches(3)
    chat.stays(3, seconds=3)
    metrics.load["s0-prometheus"] = 25.5  # 3.2 pods, within the 10 % that the controller ignores
    chat.stays(3, seconds=3)
    metrics.load["s0-prometheus"] = 80
    chat.reaches(4)  # the most
    chat.stays(4, seconds=3)  # the step down counts from the number of a period ago
    metrics.load["s0-prometheus"] = 1
    chat.reaches(1)

    assert chat.sizes() == [3, 4, 3, 2, 1]


def test_a_metric_that_is_gone_takes_no_replica(cluster: TestCluster, metrics: FakeMetricsApi, namespace: str) -> None:
    objects = rendered("a metric of the server", "full", namespace)
    hpa = quickened(as_keda_does(objects.pop("autoscaler")))
    metrics.load = {"s0-prometheus": 16}
    apply(cluster, {**objects, "hpa": hpa})
    chat = Watched(cluster, namespace)
    chat.reaches(2)
    metrics.load = {}
    chat.stays(2, seconds=5)


def test_rendered_windows_hold_a_short_peak_back(cluster: TestCluster, metrics: FakeMetricsApi, namespace: str) -> None:
    """Nothing shortened: a peak shorter than the minute of `scaleUp` starts no model server."""
    objects = rendered("a metric of the server", "full", namespace)
    hpa = as_keda_does(objects.pop("autoscaler"))
    metrics.load = {"s0-prometheus": 2}
    apply(cluster, {**objects, "hpa": hpa})
    path = f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers/keda-hpa-chat"
    eventually(lambda: cluster.rest.get(path)["status"].get("currentMetrics"), what="the first look")
    chat = Watched(cluster, namespace)
    metrics.load["s0-prometheus"] = 80
    chat.stays(1, seconds=8)

    reasons = {one["type"]: one["reason"] for one in cluster.rest.get(path)["status"]["conditions"]}
    assert reasons["AbleToScale"] == "ScaleUpStabilized"
