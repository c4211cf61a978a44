"""The cluster and the two kinds of workloads that the Kubernetes benchmarks use: a web service and a NIM."""

from __future__ import annotations

from typing import Any

from lockyard_components.placement import (
    Cluster,
    Gateway,
    GpuNodePool,
    Keda,
    NodePool,
    PrometheusOperator,
    ResourceBundle,
    StorageClass,
)

CLUSTER = Cluster(
    name="bench",
    namespace="models",
    pools=(
        NodePool(name="cpu", flavour="gke", node_cpu=15, node_memory="60GiB"),
        GpuNodePool(name="l4", flavour="gke", node_cpu=15, node_memory="60GiB", gpu="L4", gpus_per_node=2),
    ),
    bundles=(
        ResourceBundle(id="cpu.medium", cpu=1, memory="2GiB"),
        ResourceBundle(id="gpu.l4.small", cpu=4, memory="16GiB", gpus=1, gpu="L4"),
    ),
    storage_classes=(StorageClass(name="shared", access_modes=("ReadWriteMany",)),),
    keda=Keda(),
    prometheus=PrometheusOperator(server_address="http://prometheus.monitoring:9090"),
    gateway=Gateway(name="public", namespace="gateways", domain="models.example"),
)


def artifact_type(index: int) -> str:
    """Every second workload is a NIM."""
    return "nim" if index % 2 else "service"


def image(index: int) -> str:
    """The image of a workload."""
    return f"registry.example/bench@sha256:{index:064x}"


def spec(index: int) -> dict[str, Any]:
    """The artifact's spec, names as on the wire: one container with five variables; a NIM also has a volume."""
    container = {
        "name": "server",
        "imageUri": image(index),
        "port": 8000,
        "primary": True,
        "environmentVars": [{"name": f"SETTING_{number}", "value": f"value {number}"} for number in range(5)],
    }
    if artifact_type(index) == "service":
        return {
            "containerGroups": [{"containers": [{**container, "readinessProbe": {"path": "/ready", "port": 8000}}]}]
        }
    return {
        "containerGroups": [{"containers": [container]}],
        "storage": {"mode": "dedicatedPvc", "pvcSize": "100Gi"},
    }


def runtime(index: int) -> dict[str, Any]:
    """The workload's runtime, names as on the wire: one to four replicas by load."""
    nim = artifact_type(index) == "nim"
    policies = [{"scalingMetric": "cpuAverageUtilization", "target": 70}]
    if nim:
        policies = [
            {"scalingMetric": "gpuCacheUtilization", "target": 70},
            {"scalingMetric": "gpuRequestQueueDepth", "target": 5},
        ]
    group = {
        "resourceBundles": ["gpu.l4.small" if nim else "cpu.medium"],
        "autoscaling": {"minReplicaCount": 1, "maxReplicaCount": 4, "policies": policies},
    }
    return {"containerGroups": [group]}
