"""The test cluster itself: nodes as asked for, pods that come up, wait, get stuck or fail as their annotations say."""

from __future__ import annotations

import time
from typing import Any

import pytest
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Node, PersistentVolumeClaim, Pod
from tests.cluster.harness import TestCluster, eventually

from lockyard_components.placement import GpuNodePool

POOL = GpuNodePool(name="h100", flavour="gke", gpu="H100", gpus_per_node=8, node_cpu=96, node_memory="1000GiB")
ON_POOL = {
    "nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-h100-80gb"},
    "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}],
}


@pytest.fixture(scope="module", autouse=True)
def _nodes(cluster: TestCluster) -> Any:
    with cluster.pools((POOL, 2)):
        yield


def pod_spec(image: str = "registry.example/web:1", gpus: int = 0, **more: Any) -> dict[str, Any]:
    limits = {"nvidia.com/gpu": str(gpus)} if gpus else {}
    return {"containers": [{"name": "main", "image": image, "resources": {"limits": limits}}], **ON_POOL, **more}


def make_pod(
    cluster: TestCluster, namespace: str, name: str, annotations: dict[str, str] | None = None, **spec: Any
) -> None:
    metadata = {"name": name, "namespace": namespace, "annotations": annotations or {}}
    cluster.client.create(Pod.from_dict({"metadata": metadata, "spec": pod_spec(**spec)}))


def ready(cluster: TestCluster, namespace: str, name: str) -> bool:
    pod = cluster.client.get(Pod, name, namespace=namespace)
    conditions = (pod.status and pod.status.conditions) or []
    return any(one.type == "Ready" and one.status == "True" for one in conditions)


def test_nodes_have_their_capacity_and_taints(cluster: TestCluster) -> None:
    nodes = list(cluster.client.list(Node, labels={"test.lockyard.dev/pool": "h100"}))

    assert len(nodes) == 2
    assert all(
        node.status and node.status.allocatable and node.status.allocatable["nvidia.com/gpu"] == "8" for node in nodes
    )
    assert all(node.spec and node.spec.taints and node.spec.taints[0].key == "nvidia.com/gpu" for node in nodes)


def test_more_gpus_than_there_are_stay_pending(cluster: TestCluster) -> None:
    with cluster.namespace(pod_security=None) as namespace:
        for number in range(3):
            make_pod(cluster, namespace, f"big-{number}", gpus=8)
        names = [f"big-{number}" for number in range(3)]
        eventually(lambda: sum(ready(cluster, namespace, name) for name in names), lambda count: count == 2)
        described = eventually(
            lambda: cluster.kubectl("get", "events", "-n", namespace), lambda text: "FailedScheduling" in text
        )

        assert "Insufficient nvidia.com/gpu" in described
        assert sum(ready(cluster, namespace, name) for name in names) == 2


def test_pods_wait_and_get_stuck_as_asked(cluster: TestCluster) -> None:
    with cluster.namespace(pod_security=None) as namespace:
        begun = time.monotonic()
        make_pod(cluster, namespace, "late", {"test.lockyard.dev/ready-after-seconds": "2"})
        make_pod(cluster, namespace, "stuck", {"test.lockyard.dev/stuck": "yes"})
        make_pod(cluster, namespace, "never", image="registry.example/never-ready:1")
        eventually(lambda: ready(cluster, namespace, "late"))
        waited = time.monotonic() - begun

        assert waited >= 1.5
        assert not ready(cluster, namespace, "stuck")
        assert not ready(cluster, namespace, "never")
        assert cluster.client.get(Pod, "stuck", namespace=namespace).status.phase == "Running"  # type: ignore[union-attr]

        cluster.kubectl("annotate", "pod", "stuck", "test.lockyard.dev/stuck-", "-n", namespace)
        eventually(lambda: ready(cluster, namespace, "stuck"))


def test_jobs_end_well_or_badly(cluster: TestCluster) -> None:
    with cluster.namespace(pod_security=None) as namespace:
        for name, image in (("good", "registry.example/filler:1"), ("bad", "registry.example/fails:1")):
            template = {"spec": {**pod_spec(image), "restartPolicy": "Never"}}
            spec = {"backoffLimit": 0, "template": template}
            cluster.client.create(Job.from_dict({"metadata": {"name": name, "namespace": namespace}, "spec": spec}))

        def condition(name: str) -> set[str]:
            job = cluster.client.get(Job, name, namespace=namespace)
            return {one.type for one in (job.status and job.status.conditions) or [] if one.status == "True"}

        eventually(lambda: condition("good"), lambda found: "Complete" in found)
        eventually(lambda: condition("bad"), lambda found: "Failed" in found)


def test_claims_are_provisioned_and_grown(cluster: TestCluster) -> None:
    def phase(namespace: str, name: str) -> tuple[str | None, str | None]:
        status = cluster.client.get(PersistentVolumeClaim, name, namespace=namespace).status
        assert status is not None
        return status.phase, (status.capacity or {}).get("storage")

    with cluster.namespace(pod_security=None) as namespace:
        for name, mode in (
            ("test-rwo", "ReadWriteOnce"),
            ("test-rwx", "ReadWriteMany"),
            ("test-never", "ReadWriteMany"),
        ):
            spec = {"storageClassName": name, "accessModes": [mode], "resources": {"requests": {"storage": "1Gi"}}}
            metadata = {"name": name, "namespace": namespace}
            cluster.client.create(PersistentVolumeClaim.from_dict({"metadata": metadata, "spec": spec}))
        eventually(lambda: phase(namespace, "test-rwx"), lambda seen: seen == ("Bound", "1Gi"))
        # As with a zonal disk, the first consumer decides where it is.
        assert phase(namespace, "test-rwo") == ("Pending", None)
        volume = {"name": "data", "persistentVolumeClaim": {"claimName": "test-rwo"}}
        make_pod(cluster, namespace, "user", volumes=[volume])
        eventually(lambda: phase(namespace, "test-rwo"), lambda seen: seen == ("Bound", "1Gi"))
        patch = {"spec": {"resources": {"requests": {"storage": "2Gi"}}}}
        cluster.client.patch(PersistentVolumeClaim, "test-rwo", patch, namespace=namespace)
        eventually(lambda: phase(namespace, "test-rwo"), lambda seen: seen == ("Bound", "2Gi"))

        assert phase(namespace, "test-never") == ("Pending", None)


def test_deployment_rolls(cluster: TestCluster) -> None:
    with cluster.namespace(pod_security=None) as namespace:
        labels = {"app": "web"}
        template = {"metadata": {"labels": labels}, "spec": pod_spec()}
        spec = {"replicas": 3, "selector": {"matchLabels": labels}, "template": template}
        cluster.client.create(Deployment.from_dict({"metadata": {"name": "web", "namespace": namespace}, "spec": spec}))
        cluster.kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=60s")
        cluster.kubectl("set", "image", "deployment/web", "main=registry.example/web:2", "-n", namespace)
        cluster.kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=60s")
        eventually(lambda: len(cluster.pods(namespace)), lambda count: count == 3)

        assert {pod.spec.containers[0].image for pod in cluster.pods(namespace) if pod.spec} == {
            "registry.example/web:2"
        }


def test_roles_are_enforced(cluster: TestCluster) -> None:
    said = cluster.kubectl("auth", "can-i", "delete", "pods", "--as=system:serviceaccount:default:default", fails=True)

    assert said.strip() == "no"


def test_pod_security_is_enforced(cluster: TestCluster) -> None:
    with cluster.namespace() as namespace:
        said = cluster.kubectl("run", "root", "--image=registry.example/web:1", "-n", namespace, fails=True)

        assert 'violates PodSecurity "restricted:latest"' in said
