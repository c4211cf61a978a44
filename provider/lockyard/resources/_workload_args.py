"""Arguments of how a workload runs: replicas, scaling and resources.

The runtime is never frozen, also on a locked artifact: every change here is an update in place that rolls the
workload, with its id and endpoint unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from lockyard.resources._arguments import Arguments


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ResourceAllocationArgs(Arguments):
    """What one container gets. A change rolls the workload.

    Memory is a number of bytes or text with a unit: `KB`, `MB`, `GB`, `TB` (factor 1000) or `KiB`, `MiB`, `GiB`,
    `TiB` (factor 1024). The registry answers bytes; `"512MB"` and `512000000` are the same.
    """

    cpu: Input[float] | None = None
    """CPU cores, fractions allowed, for example 0.5."""
    gpu: Input[float] | None = None
    """GPU devices."""
    memory: Input[str | int] | None = None
    """Memory, for example `"512MiB"` or 536870912."""
    gpu_memory: Input[str | int] | None = None
    """GPU memory, in the units of `memory`."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ContainerOverrideArgs(Arguments):
    """Runtime settings of one container. A change rolls the workload."""

    name: Input[str]
    """Name of the container, exactly as in the artifact."""
    resource_allocation: Input[ResourceAllocationArgs | Mapping[str, Any]] | None = None
    """What the container gets. Default: decided by the group's resource bundle."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class AutoscalingPolicyArgs(Arguments):
    """One reason to add or remove replicas. A change rolls the workload."""

    scaling_metric: Input[str]
    """`cpuAverageUtilization` or `httpRequestsConcurrency`; for `nim` artifacts also `gpuCacheUtilization`,
    `gpuRequestQueueDepth` or the name of a metric that the image reports.
    """
    target: Input[float]
    """Value to hold, not negative: per cent for CPU, requests for HTTP."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class AutoscalingArgs(Arguments):
    """Scaling by load, instead of a fixed `replica_count`. A change rolls the workload.

    Example:
        ```python
        AutoscalingArgs(
            min_replica_count=1,
            max_replica_count=4,
            policies=[AutoscalingPolicyArgs(scaling_metric="cpuAverageUtilization", target=70)],
        )
        ```
    """

    enabled: Input[bool] | None = None
    """Whether it is active. Default true; with false a `replica_count` may stand beside it."""
    min_replica_count: Input[int] | None = None
    """Fewest replicas. 0 lets the workload sleep when nobody calls it, which needs `httpRequestsConcurrency`."""
    max_replica_count: Input[int] | None = None
    """Most replicas, at least 1 and not below the minimum."""
    policies: Input[Sequence[Input[AutoscalingPolicyArgs | Mapping[str, Any]]]] | None = None
    """The reasons; replicas are added as soon as one metric exceeds its target."""
    cooldown_period_minutes: Input[int] | None = None
    """Minutes without load before replicas are removed. Default: the platform's."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class GroupRuntimeArgs(Arguments):
    """Runtime settings of one container group. A change rolls the workload.

    A group needs a resource bundle or an allocation for its containers; with a bundle, the bundle wins.
    """

    name: Input[str] | None = None
    """Name of the group, exactly as in the artifact. Default `default`."""
    replica_count: Input[int] | None = None
    """Fixed number of replicas, at least 1. Refused beside active autoscaling. Default: the platform's, 1."""
    autoscaling: Input[AutoscalingArgs | Mapping[str, Any]] | None = None
    """Scaling by load. Default: none."""
    resource_bundles: Input[Sequence[Input[str]]] | None = None
    """Id of the resource bundle to run on; today at most one. Default: the smallest that fits the allocations."""
    bundle_selection_policy: Input[str] | None = None
    """How a bundle is chosen. Default and only value: `availability`."""
    containers: Input[Sequence[Input[ContainerOverrideArgs | Mapping[str, Any]]]] | None = None
    """Settings per container. Default: none."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class WorkloadRuntimeArgs(Arguments):
    """How a workload runs. A change rolls the workload; its id and endpoint stay.

    A plain dictionary with the same names does as well, here and at every level below, and both may be mixed.
    """

    container_groups: Input[Sequence[Input[GroupRuntimeArgs | Mapping[str, Any]]]] | None = None
    """Settings per container group; today at most one."""
