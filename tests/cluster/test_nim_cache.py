"""The NimCache component on a real API server: the Job's end, failure, growth, and who may take the claim away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import PersistentVolumeClaim
from tests.cluster.harness import TestCluster, eventually
from tests.engine.harness import Project

from lockyard_components import Cluster, KarpenterNodePool, NimCache, NodePool, StorageClass

POOL = NodePool(name="downloads", flavour="gke", node_cpu=32, node_memory="120GiB")
DIGEST = "@sha256:" + "a1" * 32
KARPENTER = NodePool(
    name="cpu-nodes", flavour="karpenter", node_cpu=7, node_memory="28GiB", max_nodes=3, instance_types=("m7i.2xlarge",)
)

pytestmark = pytest.mark.timeout(420)


@pytest.fixture(scope="module", autouse=True)
def _nodes(cluster: TestCluster) -> Iterator[None]:
    with cluster.pools((POOL, 1)):
        yield


@pytest.fixture
def place(cluster: TestCluster) -> Iterator[str]:
    with cluster.namespace("cache") as name:
        yield name


def where(place: str) -> Cluster:
    shared = StorageClass(name="test-rwx", access_modes=("ReadWriteMany",))
    return Cluster(name="test", namespace=place, pools=(POOL, KARPENTER), storage_classes=(shared,))


def cache(place: str, *, image: str = f"registry.example/nim/llama{DIGEST}", **more: Any) -> Callable[[], None]:
    def program() -> None:
        NimCache("llama", image=image, cluster=where(place), **{"size": "200Gi", **more})

    return program


def claim_of(cluster: TestCluster, place: str) -> PersistentVolumeClaim:
    (found,) = cluster.client.list(PersistentVolumeClaim, namespace=place)
    return found


def test_the_life_of_a_cache(cluster: TestCluster, cluster_project: Project, place: str) -> None:
    project = cluster_project
    project.up(cache(place))
    claim = claim_of(cluster, place)
    (job,) = cluster.client.list(Job, namespace=place)
    assert job.status and job.status.succeeded == 1 and claim.metadata and claim.metadata.uid
    # A finished Job is no difference, however one looks.
    project.assert_empty_preview()
    project.assert_empty_preview(None, "--refresh")

    # It grows in place, and never shrinks.
    assert {(step.kind, step.op) for step in project.up(cache(place, size="300Gi")).changes} == {
        ("PersistentVolumeClaim", "update"),
        ("Job", "update"),
    }
    grown = claim_of(cluster, place)
    assert grown.metadata and grown.metadata.uid == claim.metadata.uid
    assert grown.spec and grown.spec.resources and grown.spec.resources.requests == {"storage": "300Gi"}
    refused = project.up(cache(place, size="100Gi"), fails=True)
    assert "can not be less than" in refused.output or "Forbidden" in refused.output
    project.up(cache(place, size="300Gi"))

    # Removal from the program does not take it away.
    assert "protect" in project.up(lambda: None, fails=True).output
    assert claim_of(cluster, place).metadata

    # Unless somebody says so; and not while somebody uses it, in whatever program.
    with consumer(cluster, place, claim_of(cluster, place)):
        refused = project.up(cache(place, size="300Gi", allow_deletion=True), fails=True)
        assert "allow_deletion=True, but Deployment 'theirs' in namespace" in refused.output, refused.output
    assert "protect" in project.destroy(fails=True).output
    project.up(cache(place, size="300Gi", allow_deletion=True))
    project.assert_empty_preview()
    project.up(lambda: None)
    eventually(lambda: not list(cluster.client.list(PersistentVolumeClaim, namespace=place)))


@contextmanager
def consumer(cluster: TestCluster, place: str, claim: PersistentVolumeClaim) -> Iterator[None]:
    """A Deployment of another program that uses the cache."""
    assert claim.metadata and claim.metadata.name
    labels = {"app": "theirs"}
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "theirs", "namespace": place, "labels": {"lockyard.dev/cache": claim.metadata.name}},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "a", "image": "a:1"}]}},
        },
    }
    cluster.rest.create(manifest)
    try:
        yield
    finally:
        cluster.rest.delete(f"/apis/apps/v1/namespaces/{place}/deployments/theirs")


def test_a_download_that_fails_says_why_and_is_tried_again(
    cluster: TestCluster, cluster_project: Project, place: str
) -> None:
    project = cluster_project
    # The stand-in node lets a Job's pod fail when a main container's image says so.
    failing = where(place)
    object.__setattr__(failing, "utility_image", "registry.example/fails:1")

    def broken() -> None:
        NimCache("llama", image=f"registry.example/nim/llama{DIGEST}", cluster=failing, size="200Gi")

    stop = threading.Event()
    hurry = threading.Thread(target=end_early, args=(cluster, place, stop))
    hurry.start()
    try:
        run = project.up(broken, fails=True)
    finally:
        stop.set()
        hurry.join()
    (error,) = [message for message in run.errors if "Job" in message or "job" in message][:1]
    assert "BackoffLimitExceeded" in error or "DeadlineExceeded" in error, run.output

    project.up(cache(place))
    (job,) = cluster.client.list(Job, namespace=place)
    assert job.status and job.status.succeeded == 1
    project.assert_empty_preview()


def end_early(cluster: TestCluster, place: str, stop: threading.Event) -> None:
    """Five retries take ten minutes; the test has less patience."""
    while not stop.wait(0.2):
        for job in cluster.rest.items(f"/apis/batch/v1/namespaces/{place}/jobs"):
            if job["spec"]["backoffLimit"] > 1:
                path = f"/apis/batch/v1/namespaces/{place}/jobs/{job['metadata']['name']}"
                cluster.rest.patch(path, {"spec": {"backoffLimit": 1}})


def test_two_stacks(cluster: TestCluster, make_cluster_project: Callable[..., Project], place: str) -> None:
    first = make_cluster_project(cluster)
    second = make_cluster_project(cluster, name="other")

    def look() -> None:
        found = NimCache.get("llama", image=f"registry.example/nim/llama{DIGEST}", cluster=where(place))
        assert found.claim_name.startswith("nim-cache-")

    missing = second.preview(look, fails=True)
    assert "does not exist" in missing.output or "not found" in missing.output
    first.up(cache(place))
    second.up(look)
    second.assert_empty_preview()

    taken = second.up(cache(place), fails=True)
    assert "conflict" in taken.output and "lockyard.dev/owner" in taken.output, taken.output
    first.assert_empty_preview()
    claim = claim_of(cluster, place)
    assert claim.metadata and claim.metadata.annotations
    assert claim.metadata.annotations["lockyard.dev/owner"] == "organization/shop/dev"
    second.destroy()
    assert claim_of(cluster, place).metadata


def test_a_node_pool_is_waited_for(cluster: TestCluster, cluster_project: Project, place: str) -> None:
    """Karpenter itself is not here: the test says in its place that the pool is ready."""
    path = "/apis/karpenter.sh/v1/nodepools"
    condition = {"type": "Ready", "status": "True", "reason": "Ready", "lastTransitionTime": "2026-01-01T00:00:00Z"}
    stop, seen = threading.Event(), threading.Event()

    def accept() -> None:
        while not stop.wait(0.5):
            if any(one["metadata"]["name"] == "cpu-nodes" for one in cluster.rest.items(path)):
                seen.set()
                status = {"status": {"conditions": [{**condition, "message": ""}]}}
                cluster.rest.patch(f"{path}/cpu-nodes/status", status)
                return

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        cluster_project.up(lambda: KarpenterNodePool("nodes", cluster=where(place), pool="cpu-nodes"))
    finally:
        stop.set()
        accepting.join()
    assert seen.is_set()
    cluster_project.assert_empty_preview()
    cluster_project.destroy()
    assert not [one for one in cluster.rest.items(path) if one["metadata"]["name"] == "cpu-nodes"]
