"""Pure functions from (artifact, runtime, cluster) to Kubernetes objects as dicts; they know nothing of Pulumi."""

from __future__ import annotations

from ._description import Exposure, Manifest, PlanError, PodSecurity, Replicas, WorkloadDescription, WorkloadPlan
from ._plain import NotPlainError

__all__ = [
    "Exposure",
    "Manifest",
    "NotPlainError",
    "PlanError",
    "PodSecurity",
    "Replicas",
    "WorkloadDescription",
    "WorkloadPlan",
]
