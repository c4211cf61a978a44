"""Rules for autoscaling (workload-api §5.2 and §10.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._errors import Problem
from ._unknown import UNKNOWN, is_unknown

if TYPE_CHECKING:
    from ._runtime import Autoscaling

CPU_METRIC: Final = "cpuAverageUtilization"
CONCURRENCY_METRIC: Final = "httpRequestsConcurrency"
COMMON_METRICS: Final = frozenset({CPU_METRIC, CONCURRENCY_METRIC})
"""Metrics of every artifact type; all others, custom names included, are for `nim` (R67)."""


def metric_problems(autoscaling: Autoscaling, artifact_type: Any) -> list[Problem]:
    """A policy on another metric than CPU and HTTP concurrency needs a `nim` artifact (R67).

    Args:
        autoscaling: the autoscaling block; paths are relative to it.
        artifact_type: type of the artifact; UNKNOWN says nothing.
    """
    policies: Any = autoscaling.policies
    if artifact_type == "nim" or is_unknown(artifact_type) or is_unknown(policies):
        return []
    allowed = " or ".join(sorted(COMMON_METRICS))
    return [
        Problem(
            f"policies.{index}.scalingMetric",
            f"needs an artifact of type 'nim'; for '{artifact_type}' use {allowed}",
        )
        for index, policy in enumerate(policies)
        if not is_unknown(policy)
        and not is_unknown(policy.scaling_metric)
        and policy.scaling_metric not in COMMON_METRICS
    ]


def _metrics(policies: Any) -> list[Any]:
    """The metrics of the policies; None for a policy, or a list of policies, that is not known."""
    if is_unknown(policies):
        return [None]
    return [None if is_unknown(policy) else policy.scaling_metric for policy in policies]


def bound_problems(autoscaling: Autoscaling) -> list[Problem]:
    """Bounds are needed, in order, and zero replicas only where something can wake the workload (R99)."""
    least: Any = autoscaling.min_replica_count
    most: Any = autoscaling.max_replica_count
    enabled: Any = autoscaling.enabled
    metrics = _metrics(autoscaling.policies)
    problems: list[Problem] = []
    # A policy that is not known yet may carry the bounds in their old form (R98).
    if enabled is True and None not in metrics:
        for name, bound in (("minReplicaCount", least), ("maxReplicaCount", most)):
            if bound is None:
                problems.append(Problem(name, "Field required when autoscaling is enabled", "missing"))
    if isinstance(least, int) and isinstance(most, int) and least > most:
        problems.append(Problem("minReplicaCount", "must not be greater than maxReplicaCount"))
    if enabled is True and least == 0:
        if CPU_METRIC in metrics:
            problems.append(
                Problem(
                    "minReplicaCount",
                    f"must be at least 1 with the metric {CPU_METRIC}",
                )
            )
        elif CONCURRENCY_METRIC not in metrics and UNKNOWN not in metrics and None not in metrics:
            problems.append(
                Problem(
                    "minReplicaCount",
                    f"0 needs a policy with the metric {CONCURRENCY_METRIC}",
                )
            )
    return problems
