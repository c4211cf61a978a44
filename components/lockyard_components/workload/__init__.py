"""The component that runs a workload on Kubernetes."""

from __future__ import annotations

from ._component import KubernetesWorkload

__all__ = ["KubernetesWorkload"]
