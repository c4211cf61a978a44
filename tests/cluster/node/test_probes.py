"""Probes: a pod that is not ready is asked nothing, and the startup budget is what it says (K21)."""

from __future__ import annotations

from collections.abc import Callable

from tests.cluster.harness import eventually
from tests.cluster.node.harness import ONE, NodeCluster, ask, platform, runtime, web_spec, workload
from tests.cluster.node.harness.programs import chat
from tests.cluster.scene import Scene
from tests.engine.harness import Project

BUDGET = 20


def test_readiness_gates_traffic(node_cluster: NodeCluster) -> None:
    with node_cluster.namespace() as namespace:
        pair = workload(node_cluster, namespace)
        pair.apply(web_spec("1"), runtime(2, ONE), "1")
        pair.serves()
        first, second = node_cluster.ready_pods(namespace)
        addresses = {name: node_cluster.pod_url(namespace, name) for name in (first, second)}
        ask(f"{addresses[first]}/ready?is=false", method="POST")
        eventually(lambda: node_cluster.ready_pods(namespace), lambda ready: ready == [second], seconds=20)
        with node_cluster.load(f"{pair.url}/work", rate=50) as load:
            result = load.stop(after=3)
        assert result.failed == 0, result
        assert node_cluster.restarts(namespace) == 0, "it only is left alone"
        ask(f"{addresses[first]}/ready?is=true", method="POST")
        eventually(lambda: len(node_cluster.ready_pods(namespace)), lambda count: count == 2, seconds=20)


def test_k21_the_startup_budget(node_cluster: NodeCluster, make_cluster_project: Callable[..., Project]) -> None:
    project = make_cluster_project(node_cluster)
    with node_cluster.namespace() as namespace:
        where = platform(namespace)
        scene = Scene(project, node_cluster, namespace)

        def needs(share: float) -> dict[str, float]:
            return {"READY_AFTER_SECONDS": BUDGET * share}

        project.up(chat(where, "90", replicas=1, settings=needs(0.9), startup_failures=BUDGET))
        assert node_cluster.restarts(namespace) == 0

        slow = chat(where, "110", replicas=1, settings=needs(1.1), startup_failures=BUDGET, patience=BUDGET + 8)
        run = project.up(slow, fails=True)
        assert node_cluster.restarts(namespace) > 0
        said = scene.record["replacement"]["message"]
        assert f"{BUDGET} s" in said, said
        assert f"{BUDGET} s" in run.output
        project.destroy()
