"""Probes: a pod that is not ready is asked nothing, and the startup budget is what it says (K21)."""

from __future__ import annotations

from collections.abc import Callable

from tests.cluster.harness import eventually
from tests.cluster.node.harness import ONE, NodeCluster, ask, platform, runtime, web_spec, workload
from tests.cluster.node.harness.programs import Program, chat
from tests.engine.harness import Project

BUDGET = 15


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

        def needs(share: float, name: str) -> Program:
            settings = {"READY_AFTER_SECONDS": BUDGET * share}
            more = {"replicas": 1, "startup_failures": BUDGET, "patience": BUDGET + 8}
            return chat(where, "1", name=name, settings=settings, **more)

        def both() -> None:
            needs(0.9, "quick")()
            needs(1.1, "slow")()

        run = project.up(both, fails=True)
        quick, slow = (project.registry.get_workload(project.id(f"Workload/{name}")) for name in ("quick", "slow"))
        assert (quick["status"], slow["status"]) == ("running", "errored")
        [said] = slow["statusDetails"]["logTail"]
        assert f"{BUDGET} s" in said, said
        assert f"{BUDGET} s" in run.output
        assert node_cluster.restarts(namespace, "quick") == 0 < node_cluster.restarts(namespace, "slow")
        project.destroy()
