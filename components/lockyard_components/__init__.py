"""Pulumi components that turn Lockyard workloads into Kubernetes objects.

Names are loaded at first use, so that placement, manifests and the reaper never pay for Pulumi.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .karpenter import KarpenterNodePool
    from .manifests import Exposure, Metrics, Network, PodSecurity
    from .nim_cache import NimCache
    from .placement import (
        Cluster,
        Gateway,
        GpuNodePool,
        Ingress,
        Keda,
        NodePool,
        PlacementError,
        PrometheusOperator,
        ResourceBundle,
        SecretReference,
        StorageClass,
        Taint,
        WorkloadDefaults,
    )
    from .reaper import DraftReaper
    from .registry_server import RegistryServer
    from .workload import KubernetesWorkload

_HOMES = {
    "karpenter": ("KarpenterNodePool",),
    "manifests": ("Exposure", "Metrics", "Network", "PodSecurity"),
    "nim_cache": ("NimCache",),
    "placement": (
        "Cluster",
        "Gateway",
        "GpuNodePool",
        "Ingress",
        "Keda",
        "NodePool",
        "PlacementError",
        "PrometheusOperator",
        "ResourceBundle",
        "SecretReference",
        "StorageClass",
        "Taint",
        "WorkloadDefaults",
    ),
    "reaper": ("DraftReaper",),
    "registry_server": ("RegistryServer",),
    "workload": ("KubernetesWorkload",),
}

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Cluster",
    "DraftReaper",
    "Exposure",
    "Gateway",
    "GpuNodePool",
    "Ingress",
    "KarpenterNodePool",
    "Keda",
    "KubernetesWorkload",
    "Metrics",
    "Network",
    "NimCache",
    "NodePool",
    "PlacementError",
    "PodSecurity",
    "PrometheusOperator",
    "RegistryServer",
    "ResourceBundle",
    "SecretReference",
    "StorageClass",
    "Taint",
    "WorkloadDefaults",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
