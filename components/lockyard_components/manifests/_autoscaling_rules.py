"""What is wrong with an autoscaling block on a cluster, beyond what the contract says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Autoscaling, AutoscalingPolicy, Problem, metric_problems

from ._metrics import CACHE, CONCURRENCY, CPU, FRACTIONS, QUEUE, cache_fraction, is_series_name

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

MAX_STABILISATION: Final = 3600
"""Longest `stabilizationWindowSeconds` that the API takes."""

# An autoscaler does nothing within 10 % of its target, so a gauge that ends at 1 never gets above a higher target.
_HIGHEST_USEFUL_FRACTION: Final = 0.9


def autoscaling_findings(
    autoscaling: Mapping[str, Any], *, artifact_type: str, cluster: Cluster, startup_seconds: int, path: str
) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings about an autoscaling block, each with its path.

    Args:
        autoscaling: the block as the contract's models read and wrote it, so that bounds are in order (R98, R99).
        artifact_type: `service` or `nim`.
        cluster: what the cluster has: KEDA, its HTTP add-on, Prometheus.
        startup_seconds: startup budget of the workload.
        path: path of the block in the document that the user knows.

    Returns:
        Errors (the workload cannot be rendered) and warnings.
    """
    model = _model_of(autoscaling)
    if not model.enabled:
        return [], []
    errors = metric_problems(model, artifact_type)
    errors += _policy_problems(model)
    errors += _engine_problems(model, cluster)
    warnings = [*_metric_warnings(model, cluster), *_cooldown_warnings(model, startup_seconds)] if not errors else []
    return [problem.under(path) for problem in errors], [problem.under(path) for problem in warnings]


def _model_of(autoscaling: Mapping[str, Any]) -> Autoscaling:
    """The block as a model, without reading it a second time."""
    policies = [
        AutoscalingPolicy.model_construct(scaling_metric=policy["scalingMetric"], target=policy["target"])
        for policy in autoscaling["policies"]
    ]
    return Autoscaling.model_construct(
        enabled=autoscaling["enabled"],
        min_replica_count=autoscaling["minReplicaCount"],
        max_replica_count=autoscaling["maxReplicaCount"],
        policies=policies,
        cooldown_period_minutes=autoscaling["cooldownPeriodMinutes"],
    )


def _policy_problems(autoscaling: Autoscaling) -> list[Problem]:
    if not autoscaling.policies:
        return [Problem("policies", "at least one policy is needed: nothing says when to scale")]
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for index, policy in enumerate(autoscaling.policies):
        metric, target = policy.scaling_metric, policy.target
        before = first.setdefault(metric, index)
        if before != index:
            problems.append(
                Problem(f"policies.{index}.scalingMetric", f"policies.{before} has this metric: keep one of the two")
            )
        if target <= 0:
            problems.append(
                Problem(f"policies.{index}.target", "must be greater than 0: no number of replicas holds 0")
            )
        if metric == CACHE and cache_fraction(target) > 1:
            problems.append(
                Problem(f"policies.{index}.target", f"must not be greater than 100: {CACHE} is a percentage")
            )
        elif metric in FRACTIONS and target > 1:
            problems.append(
                Problem(
                    f"policies.{index}.target",
                    f"must not be greater than 1: {metric} is a fraction; write 0.7 for 70 %, or use {CACHE}",
                )
            )
        elif metric not in {CPU, CONCURRENCY, CACHE, QUEUE} and not is_series_name(metric):
            problems.append(
                Problem(
                    f"policies.{index}.scalingMetric",
                    "must be the name of a Prometheus series: letters, digits, '_' and ':', not a digit first",
                )
            )
    return problems


def _engine_problems(autoscaling: Autoscaling, cluster: Cluster) -> list[Problem]:
    problems: list[Problem] = []
    has_add_on = cluster.keda is not None and cluster.keda.http_add_on
    if autoscaling.min_replica_count == 0 and not has_add_on:
        problems.append(
            Problem(
                "minReplicaCount",
                f"0 needs KEDA's HTTP add-on, which wakes the workload: cluster '{cluster.name}' has none "
                "(Keda(http_add_on=True)); use at least 1",
            )
        )
    for index, policy in enumerate(autoscaling.policies):
        metric = policy.scaling_metric
        if metric == CONCURRENCY and not has_add_on:
            problems.append(
                Problem(
                    f"policies.{index}.scalingMetric",
                    f"{CONCURRENCY} needs KEDA's HTTP add-on, which counts the requests: cluster '{cluster.name}' has "
                    "none (Keda(http_add_on=True))",
                )
            )
        elif metric not in {CPU, CONCURRENCY} and cluster.keda is not None and cluster.prometheus is None:
            problems.append(
                Problem(
                    f"policies.{index}.scalingMetric",
                    f"{metric} is read from Prometheus: cluster '{cluster.name}' names none "
                    "(prometheus=PrometheusOperator(server_address=...))",
                )
            )
    return problems


def _metric_warnings(autoscaling: Autoscaling, cluster: Cluster) -> list[Problem]:
    warnings: list[Problem] = []
    for index, policy in enumerate(autoscaling.policies):
        metric = policy.scaling_metric
        if metric in {CPU, CONCURRENCY}:
            continue
        fraction = metric == CACHE or metric in FRACTIONS
        if fraction and cache_fraction(policy.target) > _HIGHEST_USEFUL_FRACTION and len(autoscaling.policies) == 1:
            warnings.append(
                Problem(
                    f"policies.{index}.target",
                    "never adds a replica: the metric ends at 100 % and an autoscaler ignores 10 % above its target; "
                    f"use at most 90 %, or add a policy on {QUEUE}",
                )
            )
        if cluster.keda is None:
            warnings.append(
                Problem(
                    f"policies.{index}.scalingMetric",
                    f"{metric} needs an adapter that serves it per pod in the custom metrics API: cluster "
                    f"'{cluster.name}' has no KEDA, and the adapter cannot be seen from here",
                )
            )
    return warnings


def _cooldown_warnings(autoscaling: Autoscaling, startup_seconds: int) -> list[Problem]:
    if autoscaling.cooldown_period_minutes is None:
        return []
    asked = autoscaling.cooldown_period_minutes * 60
    least = max(300, startup_seconds)
    if asked < least:
        return [
            Problem(
                "cooldownPeriodMinutes",
                f"{least // 60} minutes are used: a replica must not be removed sooner than it could start again "
                f"({startup_seconds} s), nor within 5 minutes",
            )
        ]
    if asked > MAX_STABILISATION:
        return [
            Problem(
                "cooldownPeriodMinutes",
                "60 minutes are used before a replica is removed, which is the longest that Kubernetes waits; only the "
                "step to zero replicas waits longer",
            )
        ]
    return []
