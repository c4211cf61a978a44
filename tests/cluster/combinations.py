"""Combinations of what a workload and its cluster can be: kind, storage, scaling, size, flavour, what is installed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lockyard_components.manifests import Exposure, WorkloadDescription
from lockyard_components.placement import (
    Cluster,
    Flavour,
    Gateway,
    GpuNodePool,
    Ingress,
    Keda,
    NodePool,
    PrometheusOperator,
    SecretReference,
    StorageClass,
    Taint,
)

Json = dict[str, Any]

IMAGE = "nvcr.io/nim/meta/llama-3.1-8b-instruct@sha256:" + "3f" * 32
RWX = StorageClass(name="test-rwx", access_modes=("ReadWriteMany",))
RWO = StorageClass(name="test-rwo", access_modes=("ReadWriteOnce",), zonal=True)


@dataclass(frozen=True)
class Combination:
    """One workload on one cluster.

    Attributes:
        label: What it is, for failures.
        description: The workload.
        cluster: The cluster.
    """

    label: str
    description: WorkloadDescription
    cluster: Cluster


def gpu_pool(flavour: Flavour, gpu: str, count: int, **more: Any) -> GpuNodePool:
    """A pool with room for everything."""
    return GpuNodePool(
        name=f"{flavour}-gpu",
        flavour=flavour,
        gpu=gpu,
        gpus_per_node=count,
        node_cpu=190,
        node_memory="2000GiB",
        **more,
    )


#: Pool by flavour, and the begin of the ids of bundles that fit.
FLAVOURS: dict[str, tuple[GpuNodePool, str]] = {
    "gke": (gpu_pool("gke", "H100", 8), "gpu.h100"),
    "eks": (gpu_pool("eks", "A10G", 4, taints=(Taint(key="dedicated", value="models"),)), "gpu.a10g"),
    "karpenter": (gpu_pool("karpenter", "L40S", 4, spot=False), "gpu.l40s"),
    "eks-auto": (gpu_pool("eks-auto", "L4", 4), "gpu.l4"),
    "aks": (gpu_pool("aks", "A100-80GB", 4, taints=(Taint(key="sku", value="gpu"),)), "gpu.a100-80"),
    "generic": (gpu_pool("generic", "A100-40GB", 8, runtime_class="nvidia"), "gpu.a100-40"),
}

#: What is installed beside Kubernetes.
SERVICES: dict[str, Json] = {
    "bare": {},
    "full": {
        "keda": Keda(http_add_on=True),
        "prometheus": PrometheusOperator(
            server_address="http://prometheus.monitoring:9090", labels={"release": "stack"}
        ),
        "gateway": Gateway(name="public", namespace="gateways", domain="models.example"),
        "ngc_secret": SecretReference(name="ngc", key="NGC_API_KEY"),
        "pull_secrets": ("ngc-pull",),
    },
    "ingress": {
        "prometheus": PrometheusOperator(server_address="http://prometheus.monitoring:9090"),
        "ingress": Ingress(class_name="nginx", domain="apps.example", namespace="ingress-nginx"),
    },
}

_PROBE = {"path": "/healthz", "port": 8080, "periodSeconds": 5, "httpHeaders": {"Accept": "application/json"}}

#: Artifact by what it is: type, spec, and what the workload adds.
KINDS: dict[str, tuple[str, Json, Json]] = {
    "plain service": (
        "service",
        {"containers": [{"name": "web", "primary": True, "port": 8080, "imageUri": "registry.example/web:1"}]},
        {},
    ),
    "service with everything": (
        "service",
        {
            "containers": [
                {
                    "name": "web",
                    "primary": True,
                    "port": 8080,
                    "imageUri": "registry.example/web:1",
                    "entrypoint": ["/server", "--port", "8080"],
                    "environmentVars": [
                        {"source": "string", "name": "MODE", "value": "fast"},
                        {"source": "string", "name": "API_TOKEN", "value": "s3cr3t-0123456789abcdef"},
                        {"source": "dr-credential", "name": "DB", "drCredentialId": "c" * 24, "key": "url"},
                    ],
                    "startupProbe": {**_PROBE, "failureThreshold": 60},
                    "livenessProbe": _PROBE,
                    "readinessProbe": _PROBE,
                    "securityContext": {"readOnlyRootFilesystem": True, "capabilities": {"add": ["NET_BIND_SERVICE"]}},
                },
                {"name": "metrics-agent", "imageUri": "registry.example/agent:1"},
            ]
        },
        {
            "draft": True,
            "expires_at": "2026-11-21T16:00:00Z",
            "secrets": {"c" * 24: SecretReference(name="db", key="url")},
            "callers": ("front", "batch"),
            "tolerations": ({"key": "maintenance", "operator": "Exists"},),
            "labels": {"team": "search"},
            "restart_on": {"settings": "7"},
        },
    ),
    "NIM, claim for many nodes": ("nim", {"storage": {"mode": "dedicatedPvc", "pvcSize": "150Gi"}}, {}),
    "NIM, claim for one node": ("nim", {"storage": {"mode": "dedicatedPvc"}}, {"storage_class": "test-rwo"}),
    "NIM, shared cache": (
        "nim",
        {"storage": {"mode": "nimCache"}},
        {"cache_claim": "nim-cache-0123456789abcdef", "cache_subfolder": "all", "profiles": ("vllm-fp8-tp1",)},
    ),
}


def _policies(*policies: tuple[str, float], least: int = 1, most: int = 4, **more: Any) -> Json:
    found = [{"scalingMetric": metric, "target": target} for metric, target in policies]
    return {"autoscaling": {"minReplicaCount": least, "maxReplicaCount": most, "policies": found, **more}}


#: Runtime by how many replicas there are.
SCALINGS: dict[str, Json] = {
    "one replica": {"replicaCount": 1},
    "three replicas": {"replicaCount": 3},
    "CPU": _policies(("cpuAverageUtilization", 70), cooldownPeriodMinutes=10),
    "GPU cache and queue": _policies(("gpuCacheUtilization", 80), ("gpuRequestQueueDepth", 4), least=2, most=6),
    "a metric of the server": _policies(("vllm:num_requests_running", 8)),
    "requests, from zero": _policies(("httpRequestsConcurrency", 20), least=0, most=3),
}


def impossible(kind: str, scaling: str, services: str) -> bool:
    """Whether the rules refuse a combination (kubernetes-serving §2.2, workload-api R67, R99)."""
    several = scaling != "one replica"
    if kind == "NIM, claim for one node" and several:
        return True
    if scaling in ("GPU cache and queue", "a metric of the server") and not kind.startswith("NIM"):
        return True
    return scaling == "requests, from zero" and services != "full"


def combinations() -> Iterator[Combination]:
    """Every combination that the rules allow, each kind with each scaling on each flavour."""
    sizes = itertools.cycle((".1", ".4"))
    for flavour, services in itertools.product(FLAVOURS, SERVICES):
        for kind, scaling in itertools.product(KINDS, SCALINGS):
            if not impossible(kind, scaling, services):
                yield combination(kind, scaling, flavour, services, next(sizes))


def combination(kind: str, scaling: str, flavour: str, services: str, size: str = ".1") -> Combination:
    """One of them."""
    pool, bundle = FLAVOURS[flavour]
    cpu = NodePool(name="cpu", flavour=pool.flavour, node_cpu=15, node_memory="60GiB", labels={"pool": "cpu"})
    cluster = Cluster(
        name=f"{flavour}-{services}",
        pools=(cpu, pool),
        storage_classes=(RWX, RWO),
        namespace="models",
        **SERVICES[services],
    )
    type_, group, more = KINDS[kind]
    storage = {"storage": group["storage"]} if "storage" in group else {}
    nim = [{"name": "server", "primary": True, "port": 8000, "imageUri": IMAGE}]
    bundles = [bundle + size] if type_ == "nim" or size == ".4" else ["cpu.large"]
    description = WorkloadDescription(
        name="chat",
        namespace="models",
        workload_id="6" * 24,
        artifact_id="a" * 24,
        artifact_digest="v1:" + "d" * 64,
        runtime_digest="v1:" + "e" * 64,
        version="0123456789ab",
        artifact_type=type_,
        spec={"containerGroups": [{"containers": group.get("containers", nim)}], **storage},
        runtime={"containerGroups": [{"resourceBundles": bundles, **SCALINGS[scaling]}]},
        exposure=Exposure() if services != "bare" else None,
        **{"draft": False, **more},
    )
    label = f"{kind}, {scaling}, {bundles[0]}, {flavour}, {services}"
    return Combination(label, replace(description, cache_namespace=None), cluster)
