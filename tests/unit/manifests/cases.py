"""Clusters and workloads for the tests of whole workloads: a service, a NIM with its own volume, a NIM with a cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lockyard_components.manifests import WorkloadDescription, WorkloadPlan, plan_workload, render_workload
from lockyard_components.placement import (
    Cluster,
    Gateway,
    GpuNodePool,
    Keda,
    NodePool,
    PrometheusOperator,
    ResourceBundle,
    SecretReference,
    StorageClass,
)

GIB = 1024**3
RWO = StorageClass(name="standard-rwo", access_modes=("ReadWriteOnce",), zonal=True)
RWOP = StorageClass(name="one-pod", access_modes=("ReadWriteOncePod",))
RWX = StorageClass(name="shared", access_modes=("ReadWriteMany",))
NFS = StorageClass(name="nfs", access_modes=("ReadWriteMany",), honours_fs_group=False)
BUNDLES = (
    ResourceBundle(id="cpu.small", cpu=1, memory="512MiB"),
    ResourceBundle(id="cpu.large", cpu=4, memory="8GiB"),
    ResourceBundle(id="gpu.l4.small", cpu=4, memory="16GiB", gpus=1, gpu="L4"),
    ResourceBundle(id="gpu.l4.pair", cpu=8, memory="48GiB", gpus=2, gpu="L4"),
)
CPU_POOL = NodePool(name="cpu", flavour="gke", node_cpu=15, node_memory="60GiB", labels={"pool": "cpu"})
GPU_POOL = GpuNodePool(name="l4", flavour="gke", node_cpu=15, node_memory="60GiB", gpu="L4", gpus_per_node=2)
CLUSTER = Cluster(
    name="prod", pools=(CPU_POOL, GPU_POOL), bundles=BUNDLES, storage_classes=(RWO, RWX), namespace="models"
)
ONLY_RWO = replace(CLUSTER, name="rwo", storage_classes=(RWO,))
BASELINE = replace(CLUSTER, name="baseline", pod_security="baseline")
FULL = replace(
    CLUSTER,
    name="full",
    keda=Keda(http_add_on=True),
    prometheus=PrometheusOperator(server_address="http://prometheus.monitoring:9090"),
    gateway=Gateway(name="public", namespace="gateways", domain="models.example"),
    pull_secrets=("ngc-pull",),
    ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY"),
)

IMAGE = "nvcr.io/nim/meta/llama-3.1-8b-instruct@sha256:" + "3f" * 32


def container(**fields: Any) -> dict[str, Any]:
    """The primary container of an artifact, names as on the wire; None removes a field."""
    given = {"name": "server", "primary": True, "port": 8000, "imageUri": IMAGE} | fields
    return {name: value for name, value in given.items() if value is not None}


def spec(*containers: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """An artifact's spec."""
    return {"containerGroups": [{"containers": [dict(item) for item in containers or (container(),)]}], **fields}


def runtime(**group: Any) -> dict[str, Any]:
    """A workload's runtime: one group."""
    return {"containerGroups": [group]}


def scaled(metric: str = "cpuAverageUtilization", target: float = 70, least: int = 1, most: int = 4) -> dict[str, Any]:
    """A runtime that scales by one metric."""
    scaling = {
        "minReplicaCount": least,
        "maxReplicaCount": most,
        "policies": [{"scalingMetric": metric, "target": target}],
    }
    return runtime(resourceBundles=["gpu.l4.small"], autoscaling=scaling)


def described(**fields: Any) -> WorkloadDescription:
    """A service workload named `chat` on one small bundle."""
    given: dict[str, Any] = {
        "name": "chat",
        "namespace": "models",
        "workload_id": "6" * 24,
        "artifact_id": "a" * 24,
        "artifact_digest": "v1:" + "d" * 64,
        "runtime_digest": "v1:" + "e" * 64,
        "version": "0123456789ab",
        "artifact_type": "service",
        "draft": False,
        "spec": spec(),
        "runtime": runtime(resourceBundles=["cpu.small"]),
    }
    return WorkloadDescription(**given | fields)


def nim(**fields: Any) -> WorkloadDescription:
    """A NIM workload named `chat` with one GPU and a volume of its own."""
    return described(**{"artifact_type": "nim", "runtime": runtime(resourceBundles=["gpu.l4.small"])} | fields)


def cached(**fields: Any) -> WorkloadDescription:
    """A NIM workload named `chat` with a shared cache."""
    given = {"spec": spec(storage={"mode": "nimCache"}), "cache_claim": "nim-cache-0123", "cache_subfolder": "all"}
    return nim(**given | fields)


def planned(description: WorkloadDescription, cluster: Cluster = CLUSTER) -> WorkloadPlan:
    """Its plan, without errors."""
    plan = plan_workload(description, cluster)
    assert plan.errors == ()
    return plan


def errors_of(description: WorkloadDescription, cluster: Cluster = CLUSTER) -> list[str]:
    """What is wrong with it, as `path: message`."""
    return [str(problem) for problem in plan_workload(description, cluster).errors]


def warnings_of(description: WorkloadDescription, cluster: Cluster = CLUSTER) -> list[str]:
    """What should be known about it, as `path: message`."""
    return [str(problem) for problem in plan_workload(description, cluster).warnings]


def rendered(description: WorkloadDescription, cluster: Cluster = CLUSTER) -> dict[str, dict[str, Any]]:
    """Its objects."""
    return render_workload(description, cluster)


def pod_of(objects: Mapping[str, Any]) -> dict[str, Any]:
    """The pod's spec."""
    return objects["deployment"]["spec"]["template"]["spec"]


def pod(description: WorkloadDescription, cluster: Cluster = CLUSTER) -> dict[str, Any]:
    """The pod's spec of a workload."""
    return pod_of(rendered(description, cluster))


def server(description: WorkloadDescription, cluster: Cluster = CLUSTER) -> dict[str, Any]:
    """The primary container of a workload."""
    return next(item for item in pod(description, cluster)["containers"] if item.get("ports"))


def env_of(rendered_container: Mapping[str, Any]) -> dict[str, Any]:
    """Variables by name: text in clear, or the reference."""
    found = {}
    for variable in rendered_container.get("env", ()):
        found[variable["name"]] = variable["value"] if "value" in variable else variable["valueFrom"]["secretKeyRef"]
    return found
