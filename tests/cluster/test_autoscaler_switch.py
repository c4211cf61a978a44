"""From fixed replicas to an autoscaler, to the other one and back: one update each, no dip, no orphan, no conflict."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.cluster.harness import TestCluster, eventually
from tests.cluster.scene import Scene
from tests.cluster.workloads import CPU_POOL, autoscaled, cluster_of, fixed, program
from tests.engine.harness import Project

from lockyard_components.placement import Keda

pytestmark = pytest.mark.timeout(420)


@contextmanager
def watched(scene: Scene) -> Iterator[list[int]]:
    """The numbers of wanted replicas that the Deployment had during the block, in order; filled at its end."""
    seen: list[int] = []
    before = scene.deployment
    yield seen
    last = scene.deployment["metadata"]["resourceVersion"]
    seen.append(before["spec"]["replicas"])
    version = before["metadata"]["resourceVersion"]
    if version == last:
        return
    # The API server tells all changes since then, in their order: none is missed between two looks.
    for change in scene.cluster.rest.watch(f"/apis/apps/v1/namespaces/{scene.namespace}/deployments", version):
        assert change["type"] == "MODIFIED", change
        found = change["object"]
        if found["metadata"]["name"] == "chat":
            if found["spec"]["replicas"] != seen[-1]:
                seen.append(found["spec"]["replicas"])
            if found["metadata"]["resourceVersion"] == last:
                return


def autoscalers(scene: Scene) -> list[str]:
    return sorted(scene.names("horizontalpodautoscalers.autoscaling,scaledobjects.keda.sh"))


def replicas(scene: Scene) -> int:
    return scene.deployment["spec"]["replicas"]


def test_fixed_to_hpa_and_back(cluster: TestCluster, cluster_project: Project) -> None:
    project = cluster_project
    with cluster.namespace("switch") as namespace, cluster.pools((CPU_POOL, 1)):
        where = cluster_of(namespace)
        scene = Scene(project, cluster, namespace)

        def workload(runtime: Any, version: str = "1") -> Any:
            return program(where, version, status="locked", runtime=runtime)

        project.up(workload(fixed(4)))
        with watched(scene) as seen:
            project.up(workload(autoscaled(2, 8)))
            time.sleep(2)
        # Nothing measures load here, so the controller keeps what it finds within the bounds.
        assert seen == [4]
        assert autoscalers(scene) == ["horizontalpodautoscaler.autoscaling/chat"]

        # Its least number rises: the controller adds, the stack does not see a difference, a rollout keeps it.
        project.up(workload(autoscaled(6, 8)))
        eventually(lambda: replicas(scene) == 6, what="the autoscaler to add replicas")
        assert all(step.kind != "RolloutReport" for step in project.refresh().refreshed)
        with watched(scene) as seen:
            project.up(workload(autoscaled(6, 8), "2"))
        assert seen == [6]
        scene.agree("2", replicas=6)

        # Off again: the declared number, though the autoscaler wants more until the engine deletes it at the end.
        with watched(scene) as seen:
            project.up(workload(fixed(4), "2"))
            time.sleep(3)
        assert autoscalers(scene) == [] and replicas(scene) == 4
        assert seen == [6, 4]
        project.assert_empty_preview(None, "--refresh")
        project.destroy()


def test_stop_and_start(cluster: TestCluster, cluster_project: Project) -> None:
    project = cluster_project
    with cluster.namespace("switch") as namespace, cluster.pools((CPU_POOL, 1)):
        where = cluster_of(namespace)
        scene = Scene(project, cluster, namespace)
        project.up(program(where, status="locked", runtime=autoscaled(3, 8)))
        endpoint = scene.record["endpoint"]
        project.up(program(where, status="locked", runtime=autoscaled(3, 8), running=False))
        assert (replicas(scene), autoscalers(scene), scene.record["status"]) == (0, [], "stopped")
        assert cluster.pods(namespace) == []
        project.assert_empty_preview()
        assert project.refresh().refreshed == []
        project.up(program(where, status="locked", runtime=autoscaled(3, 8)))
        scene.agree("1", replicas=3)
        assert scene.record["endpoint"] == endpoint
        assert autoscalers(scene) == ["horizontalpodautoscaler.autoscaling/chat"]
        project.assert_empty_preview()
        project.destroy()


def test_keda_hpa_and_back(cluster: TestCluster, cluster_project: Project) -> None:
    """KEDA itself does not run here; what it says about a ScaledObject is said by the test."""
    project = cluster_project
    with cluster.namespace("switch") as namespace, cluster.pools((CPU_POOL, 1)):
        plain, with_keda = cluster_of(namespace), cluster_of(namespace, keda=Keda())
        scene = Scene(project, cluster, namespace)

        def workload(where: Any, runtime: Any) -> Any:
            return program(where, status="locked", runtime=runtime)

        project.up(workload(with_keda, fixed(3)))
        with keda(scene), watched(scene) as seen:
            project.up(workload(with_keda, autoscaled(3, 8)))
        assert seen == [3]
        assert autoscalers(scene) == ["scaledobject.keda.sh/chat"]
        project.assert_empty_preview()
        with watched(scene) as seen:
            project.up(workload(plain, autoscaled(3, 8)))
        assert seen == [3]
        assert autoscalers(scene) == ["horizontalpodautoscaler.autoscaling/chat"]

        with keda(scene), watched(scene) as seen:
            project.up(workload(with_keda, autoscaled(3, 8)))
        assert seen == [3]
        assert autoscalers(scene) == ["scaledobject.keda.sh/chat"]
        with watched(scene) as seen:
            project.up(workload(with_keda, fixed(5)))
        assert seen == [3, 5]
        assert autoscalers(scene) == []
        scene.agree("1", replicas=5)
        project.destroy()


@contextmanager
def keda(scene: Scene) -> Iterator[None]:
    """Says of every ScaledObject that it is ready, as KEDA would."""
    over = threading.Event()

    def tell() -> None:
        path = f"/apis/keda.sh/v1alpha1/namespaces/{scene.namespace}/scaledobjects"
        while not over.wait(0.2):
            for found in scene.cluster.rest.get(path)["items"]:
                if not found.get("status", {}).get("conditions"):
                    condition = {"type": "Ready", "status": "True", "reason": "ScaledObjectReady", "message": "ready"}
                    scene.cluster.kubectl(
                        *("patch", "scaledobject", found["metadata"]["name"], "-n", scene.namespace),
                        *("--subresource=status", "--type=merge", "-p"),
                        f'{{"status": {{"conditions": [{json.dumps(condition)}]}}}}',
                    )

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=30)
