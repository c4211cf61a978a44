"""A hundred workloads on a hundred GPU nodes in four pools of four providers in one update, and those of one rolled."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.cluster.harness import FakePool, GpuWatch, TestCluster
from tests.engine.harness import Project

import lockyard
from lockyard_components.placement import Cluster, GpuNodePool, Taint, WorkloadDefaults
from lockyard_components.workload import KubernetesWorkload

NODES = 25

GKE = GpuNodePool(name="gke-h100", flavour="gke", gpu="H100", gpus_per_node=8, node_cpu=190, node_memory="1900GiB")
EKS = GpuNodePool(
    name="eks-a10g",
    flavour="eks",
    gpu="A10G",
    gpus_per_node=4,
    node_cpu=46,
    node_memory="180GiB",
    taints=(Taint(key="nvidia.com/gpu", value="true"),),
)
KARPENTER = GpuNodePool(
    name="karpenter-l40s", flavour="karpenter", gpu="L40S", gpus_per_node=4, node_cpu=46, node_memory="370GiB"
)
AKS = GpuNodePool(
    name="aks-a100",
    flavour="aks",
    gpu="A100-80GB",
    gpus_per_node=4,
    node_cpu=94,
    node_memory="860GiB",
    taints=(Taint(key="sku", value="gpu"),),
)

#: Pool, bundle, replicas of its workloads in turn, workloads. A rollout of all has no room for all at once.
LOAD: tuple[tuple[GpuNodePool, str, tuple[int, ...], int], ...] = (
    (GKE, "gpu.h100.4", (2, 1, 2, 2, 1), 25),  # 40 of 50 places
    (EKS, "gpu.a10g.2", (2, 1, 1, 1, 1), 30),  # 36 of 50
    (KARPENTER, "gpu.l40s.2", (2, 2, 2, 2, 1), 25),  # 45 of 50
    (AKS, "gpu.a100-80.4", (1,), 20),  # 20 of 25
)
#: The pools whose workloads are rolled, all at once: one more replica of each is more than there is room for.
ROLLED = (GKE,)

DEFAULTS = WorkloadDefaults(startup_seconds_service=120, provisioning_seconds=60, drain_seconds=0, grace_seconds=6)


def cluster_of(namespace: str) -> Cluster:
    pools = tuple(replace(pool, max_nodes=NODES) for pool, *_ in LOAD)
    return Cluster(name="hundred", pools=pools, namespace=namespace, defaults=DEFAULTS)


def artifact_of(pool: GpuNodePool, version: str) -> lockyard.Artifact:
    server = {"name": "server", "image_uri": f"registry.example/slow-start/{pool.name}:{version}", "port": 8080}
    return lockyard.Artifact(
        pool.name,
        repository=lockyard.ArtifactRepository(pool.name),
        status="locked",
        spec={"container_groups": [{"containers": [server]}]},
    )


def program(namespace: str, rolled: str = "1", *, oversized: bool = False) -> Callable[[], None]:
    def main() -> None:
        cluster = cluster_of(namespace)
        if oversized:
            group = {"replica_count": NODES + 1, "resource_bundles": ["gpu.h100.8"]}
            artifact = artifact_of(GKE, "1")
            KubernetesWorkload("too-big", artifact=artifact, cluster=cluster, runtime={"container_groups": [group]})
            return
        for pool, bundle, replicas, workloads in LOAD:
            artifact = artifact_of(pool, rolled if pool in ROLLED else "1")
            for number in range(workloads):
                group = {"replica_count": replicas[number % len(replicas)], "resource_bundles": [bundle]}
                name = f"{pool.name}-{number}"
                KubernetesWorkload(name, artifact=artifact, cluster=cluster, runtime={"container_groups": [group]})

    return main


@pytest.fixture(scope="module")
def pools(cluster: TestCluster) -> Iterator[list[FakePool]]:
    with cluster.pools(*((pool, NODES) for pool, *_ in LOAD)) as made:
        yield made


def placed(cluster: TestCluster, namespace: str) -> dict[str, Counter[str]]:
    """For every pool that a workload asked for, the pools on whose nodes its pods are; `nowhere` for those pending."""
    nodes = {one["metadata"]["name"]: one["metadata"]["labels"] for one in cluster.rest.items("/api/v1/nodes")}
    found: dict[str, Counter[str]] = {}
    for pod in cluster.rest.items(f"/api/v1/namespaces/{namespace}/pods"):
        asked = pod["metadata"]["labels"]["app.kubernetes.io/instance"].rpartition("-")[0]
        node = nodes.get(pod["spec"].get("nodeName", ""), {})
        found.setdefault(asked, Counter())[node.get("test.lockyard.dev/pool", "nowhere")] += 1
    return found


def expected() -> dict[str, Counter[str]]:
    return {
        pool.name: Counter({pool.name: sum(replicas[number % len(replicas)] for number in range(workloads))})
        for pool, _, replicas, workloads in LOAD
    }


def images(cluster: TestCluster, namespace: str) -> set[str]:
    """What runs, such as `gke-h100:2`."""
    pods = cluster.rest.items(f"/api/v1/namespaces/{namespace}/pods")
    return {one["image"].rpartition("/")[2] for pod in pods for one in pod["spec"]["containers"]}


@pytest.mark.xdist_group("scale")
@pytest.mark.timeout(1200)
def test_a_hundred_workloads(
    cluster: TestCluster,
    make_cluster_project: Callable[..., Project],
    pools: list[FakePool],
    record_property: Callable[[str, Any], None],
) -> None:
    # A file backend writes the whole state at each step of a thousand resources: most of the time, and not the matter.
    project = make_cluster_project(cluster, variables={"PULUMI_EXPERIMENTAL": "1", "PULUMI_SKIP_CHECKPOINTS": "1"})
    project.deadline = 900
    took: dict[str, float] = {}
    workloads = sum(count for *_, count in LOAD)
    assert workloads == 100 and NODES * len(LOAD) == 100

    def timed(name: str, action: Callable[[], Any]) -> Any:
        started = time.monotonic()
        answer = action()
        took[name] = round(time.monotonic() - started, 1)
        return answer

    with cluster.namespace("hundred") as namespace, GpuWatch(cluster, pools) as watch:
        # The over-sized one is refused before anything is there.
        refused = project.preview(program(namespace, oversized=True), fails=True)
        assert any("too-big" in error and "gke-h100" in error for error in refused.errors), refused.output
        assert project.resources() == {}

        made = timed("up", lambda: project.up(program(namespace), "--parallel", "16"))
        assert sum(step.kind == "KubernetesWorkload" for step in made.changes) == workloads
        assert placed(cluster, namespace) == expected()
        count = len(project.resources())

        second = program(namespace, "2")
        rolled = timed("rollout of a pool", lambda: project.up(second, "--parallel", "16"))
        assert sum(step.kind == "Deployment" for step in rolled.changes) == sum(
            count for pool, *_, count in LOAD if pool in ROLLED
        )
        assert images(cluster, namespace) == {f"{pool.name}:{2 if pool in ROLLED else 1}" for pool, *_ in LOAD}
        assert placed(cluster, namespace) == expected()
        assert Counter(one["status"] for one in project.registry.list_workloads()) == {"running": workloads}
    objects = Counter(step.kind for step in made.changes)
    for name, value in {**took, "resources": count, "changes of pods": watch.changes}.items():
        record_property(name, value)
    print(f"{count} resources {dict(objects)}; {took}; {watch.changes} changes of pods; most in use {dict(watch.most)}")

    assert watch.faults == []
    started = {pool.name: expected()[pool.name].total() * (2 if pool in ROLLED else 1) for pool, *_ in LOAD}
    assert watch.changes > 3 * sum(started.values())  # each pod is made, placed, running, ready; some are gone
    for pool, bundle, *_ in LOAD:
        used = expected()[pool.name][pool.name] * int(bundle.rpartition(".")[2])
        most = watch.most[pool.name]
        if pool in ROLLED:
            assert used < most <= NODES * pool.gpus_per_node
        else:
            assert most == used
