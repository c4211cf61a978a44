"""Workloads and clusters for the tests of what stands around the pods: made directly, without planning a whole pod."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lockyard_components.manifests import Exposure, Replicas, WorkloadDescription, WorkloadPlan
from lockyard_components.placement import Cluster, Gateway, Ingress, Keda, NodePool, PrometheusOperator

PATH = "runtime.containerGroups.0.autoscaling"
PROMETHEUS = PrometheusOperator(
    server_address="http://prometheus.monitoring:9090", labels={"release": "stack"}, namespace="monitoring"
)
GATEWAY = Gateway(name="public", namespace="gateways", domain="models.example")
INGRESS = Ingress(class_name="nginx", domain="apps.example", namespace="ingress-nginx")
KEDA, HTTP_KEDA = Keda(), Keda(http_add_on=True, namespace="scalers")
PLAIN = Cluster(
    name="bare", pools=(NodePool(name="cpu", flavour="generic", node_cpu=8, node_memory="32GiB"),), namespace="models"
)
FULL = replace(PLAIN, name="full", keda=HTTP_KEDA, prometheus=PROMETHEUS, gateway=GATEWAY)


def policy(metric: str, target: float) -> dict[str, Any]:
    """One policy, names as on the wire."""
    return {"scalingMetric": metric, "target": target}


def block(*policies: Mapping[str, Any], least: int = 1, most: int = 4, cooldown: int | None = None) -> dict[str, Any]:
    """An autoscaling block in the full wire form."""
    return {
        "enabled": True,
        "minReplicaCount": least,
        "maxReplicaCount": most,
        "policies": list(policies),
        "cooldownPeriodMinutes": cooldown,
    }


def workload(name: str = "chat", **fields: Any) -> WorkloadDescription:
    """A NIM workload in the namespace `models`."""
    given: dict[str, Any] = {
        "name": name,
        "namespace": "models",
        "workload_id": "a" * 24,
        "artifact_id": "b" * 24,
        "artifact_digest": "v1:c",
        "runtime_digest": "v1:d",
        "version": "0123456789ab",
        "artifact_type": "nim",
        "draft": False,
        "spec": {},
        "runtime": {},
    }
    return WorkloadDescription(**given | fields)


def plan(autoscaling: Mapping[str, Any] | None = None, *, replicas: int = 1, **fields: Any) -> WorkloadPlan:
    """A plan without errors, as far as the rendering of these objects reads it."""
    if autoscaling is None:
        counts = Replicas(minimum=replicas, maximum=replicas, fixed=replicas)
    else:
        counts = Replicas(minimum=autoscaling["minReplicaCount"], maximum=autoscaling["maxReplicaCount"], fixed=None)
    primary = {"name": "server", "port": 8000}
    given: dict[str, Any] = {
        "errors": (),
        "warnings": (),
        "group": {"name": "default", "containers": [primary]},
        "primary": primary,
        "port": 8000,
        "autoscaling": autoscaling,
        "replicas": counts,
        "bundle": None,
        "placement": None,
        "rollout": None,
        "resources": {},
        "shm_bytes": 0,
        "storage": "none",
        "claim_mode": None,
        "claim_size": None,
        "storage_class": None,
        "cache_path": None,
        "startup_seconds": 1200,
        "progress_seconds": 2700,
        "await_seconds": 3000,
        "drain_seconds": 20,
        "grace_seconds": 120,
        "provisioning_seconds": 900,
    }
    return WorkloadPlan(**given | fields)


def exposed(**fields: Any) -> Exposure:
    """An exposure."""
    return Exposure(**fields)


def namespaces(sources: Sequence[Mapping[str, Any]]) -> list[str]:
    """The namespaces among the sources of a NetworkPolicy's rule, by name."""
    return [
        source["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for source in sources
        if source.get("namespaceSelector", {}).get("matchLabels")
    ]
