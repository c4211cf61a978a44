"""Pure functions from (artifact, runtime, cluster) to Kubernetes objects as dicts; they know nothing of Pulumi."""

from __future__ import annotations

from ._cache_job import CacheProtocol
from ._cache_names import CacheNames, cache_names
from ._description import Exposure, Manifest, PlanError, PodSecurity, Replicas, WorkloadDescription, WorkloadPlan
from ._device_claims import DeviceClaims
from ._monitor import Metrics
from ._network_policy import Network
from ._nim_cache import render_nim_cache
from ._plain import NotPlainError
from ._plan import plan_workload
from ._pull_secret import ngc_docker_config
from ._reaper import render_reaper
from ._registry_description import RegistryDescription
from ._registry_server import render_registry_server
from ._render import render_workload

__all__ = [
    "CacheNames",
    "CacheProtocol",
    "DeviceClaims",
    "Exposure",
    "Manifest",
    "Metrics",
    "Network",
    "NotPlainError",
    "PlanError",
    "PodSecurity",
    "RegistryDescription",
    "Replicas",
    "WorkloadDescription",
    "WorkloadPlan",
    "cache_names",
    "ngc_docker_config",
    "plan_workload",
    "render_nim_cache",
    "render_reaper",
    "render_registry_server",
    "render_workload",
]
