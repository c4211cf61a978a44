"""Real autoscalers on real pods: by CPU with metrics-server, by a NIM's cache use with Prometheus and KEDA.

What is rendered scales up after a minute and down after five, so that a model's start is not answered with more of
them. Here those windows are made seconds (`quickened`); metrics, targets, bounds and steps are as rendered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from tests.cluster.harness import eventually
from tests.cluster.node.harness import IMAGES, ONE, NodeCluster, ask, platform, web_spec

from lockyard_components.manifests import Manifest, WorkloadDescription, render_workload
from lockyard_components.placement import Cluster, Keda, PrometheusOperator

Json = dict[str, Any]

WINDOW, PERIOD = 10, 5


@pytest.fixture
def namespace(scaling_cluster: NodeCluster) -> Iterator[str]:
    with scaling_cluster.namespace("scaling") as name:
        yield name


def scaled(metric: str, target: float, most: int) -> Json:
    policies = [{"scalingMetric": metric, "target": target}]
    scaling = {"minReplicaCount": 1, "maxReplicaCount": most, "policies": policies}
    return {"containerGroups": [{"name": "main", "resourceBundles": [ONE], "autoscaling": scaling}]}


def describe(namespace: str, kind: str, spec: Json, runtime: Json) -> WorkloadDescription:
    return WorkloadDescription(
        name="chat",
        namespace=namespace,
        workload_id="6" * 24,
        artifact_id="a" * 24,
        artifact_digest="v1:" + "d" * 64,
        runtime_digest="v1:" + "e" * 64,
        version="0123456789ab",
        artifact_type=kind,
        draft=False,
        spec=spec,
        runtime=runtime,
    )


def quickened(behaviour: Json) -> Json:
    """Seconds for minutes; the steps stay."""
    found: Json = {}
    for direction, rules in behaviour.items():
        policies = [{**policy, "periodSeconds": PERIOD} for policy in rules["policies"]]
        found[direction] = {**rules, "stabilizationWindowSeconds": WINDOW, "policies": policies}
    return found


class Watched:
    """A workload whose number of ready pods is followed."""

    def __init__(self, cluster: NodeCluster, namespace: str) -> None:
        self._cluster, self._namespace = cluster, namespace
        self._started = time.monotonic()
        self.seen: list[tuple[float, int]] = []

    def ready(self) -> int:
        count = len(self._cluster.ready_pods(self._namespace))
        if not self.seen or self.seen[-1][1] != count:
            self.seen.append((round(time.monotonic() - self._started, 1), count))
        return count

    def reaches(self, count: int, *, seconds: float = 180) -> None:
        eventually(self.ready, lambda now: now == count, seconds=seconds, every=0.5, what=f"{count} ready pods")

    def stays(self, count: int, *, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.ready() == count
            time.sleep(0.5)


def create(cluster: NodeCluster, objects: dict[str, Manifest]) -> None:
    for manifest in objects.values():
        cluster.rest.create(manifest)


@pytest.mark.timeout(600)
def test_cpu_with_metrics_server(scaling_cluster: NodeCluster, namespace: str) -> None:
    """A HorizontalPodAutoscaler as it is rendered for a cluster without KEDA."""
    cluster: Cluster = platform(namespace)
    runtime = scaled("cpuAverageUtilization", 50, most=3)
    objects = render_workload(describe(namespace, "service", web_spec("1", DRAIN_SECONDS=1), runtime), cluster)
    autoscaler = objects["autoscaler"]
    assert autoscaler["kind"] == "HorizontalPodAutoscaler"
    autoscaler["spec"]["behavior"] = quickened(autoscaler["spec"]["behavior"])
    create(scaling_cluster, objects)
    chat = Watched(scaling_cluster, namespace)
    chat.reaches(1)

    # 0.4 cores over pods that ask for 0.1 each, of which half is wanted: eight pods; three is the most.
    url = f"{scaling_cluster.address(namespace, 'chat')}/burn?ms=20"
    with scaling_cluster.load(url, rate=20) as load:
        chat.reaches(3)
        print(scaling_cluster.kubectl("top", "pods", "-n", namespace))
        result = load.stop()
    chat.reaches(1)
    print(f"CPU: seconds and ready pods {chat.seen}; {result}")

    assert result.failed == 0
    assert max(count for _, count in chat.seen) == 3


def metric(prometheus: str, query: str) -> list[Json]:
    code, text = ask(f"{prometheus}/api/v1/query?query={quote(query)}")
    assert code == 200, text
    return json.loads(text)["data"]["result"]


def use_cache(cluster: NodeCluster, namespace: str, share: float) -> None:
    """Let every ready pod say that so much of its cache is in use."""
    for pod in cluster.ready_pods(namespace):
        url = f"{cluster.pod_url(namespace, pod, 8000)}/standin/metrics"
        assert ask(url, method="PUT", body={"gpu_cache_usage_perc": share})[0] == 200


@pytest.mark.timeout(600)
def test_cache_use_of_a_nim_with_keda_and_prometheus(
    scaling_cluster: NodeCluster, namespace: str, prometheus: str
) -> None:
    """A ScaledObject as it is rendered for a cluster with KEDA; the stand-in NIM says how full its cache is."""
    cluster = replace(platform(namespace), keda=Keda(), prometheus=PrometheusOperator(server_address=prometheus))
    container = {"name": "server", "imageUri": f"{IMAGES.nim}:1", "primary": True, "port": 8000}
    spec = {"containerGroups": [{"name": "main", "containers": [container]}]}
    objects = render_workload(describe(namespace, "nim", spec, scaled("gpuCacheUtilization", 80, most=3)), cluster)
    autoscaler = objects["autoscaler"]
    assert autoscaler["kind"] == "ScaledObject"
    query = autoscaler["spec"]["triggers"][0]["metadata"]["query"]
    settings = autoscaler["spec"]["advanced"]["horizontalPodAutoscalerConfig"]
    settings["behavior"] = quickened(settings["behavior"])
    scaling_cluster.volume()
    create(scaling_cluster, objects)
    chat = Watched(scaling_cluster, namespace)
    chat.reaches(1)
    path = f"/apis/keda.sh/v1alpha1/namespaces/{namespace}/scaledobjects/chat"
    eventually(
        lambda: {one["type"]: one["status"] for one in scaling_cluster.rest.get(path)["status"].get("conditions", [])},
        lambda found: found.get("Ready") == "True",
        what="KEDA to accept the ScaledObject",
    )
    eventually(lambda: metric(prometheus, query), what="Prometheus to have the series")
    chat.stays(1, seconds=WINDOW)

    use_cache(scaling_cluster, namespace, 0.95)  # one pod at 0.95, 0.8 wanted: two
    chat.reaches(2)
    chat.stays(2, seconds=WINDOW)
    use_cache(scaling_cluster, namespace, 0.95)  # two pods: three
    chat.reaches(3)
    print(scaling_cluster.kubectl("get", "hpa,scaledobject", "-n", namespace))
    use_cache(scaling_cluster, namespace, 0.05)
    chat.reaches(1)
    print(f"KEDA: seconds and ready pods {chat.seen}; query {query}")

    assert max(count for _, count in chat.seen) == 3
    [found] = metric(prometheus, query)
    assert float(found["value"][1]) < 0.8
