"""KEDA's ScaledObject (kubernetes-serving §2.10)."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from ._autoscaling_behaviour import cooldown_seconds, scaling_behaviour
from ._labels import object_metadata
from ._metrics import CONCURRENCY, CPU, decimal_text, server_metric

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan

_READY: Final = {"pulumi.com/waitFor": "condition=Ready"}
# Works on the whole workload within seconds, and an autoscaler that is there keeps the Deployment at zero.
_PAUSED: Final = {"autoscaling.keda.sh/paused-replicas": "0"}
_POLLING_SECONDS: Final = 15


def scaled_object(description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster) -> Manifest:
    """The autoscaler of a cluster with KEDA: one trigger a policy."""
    return _scaled_object(description, plan, cluster, _READY)


def paused_scaled_object(description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster) -> Manifest:
    """The same, holding the workload at zero replicas until it is started again."""
    return _scaled_object(description, plan, cluster, _READY | _PAUSED)


def _scaled_object(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster, annotations: Mapping[str, str]
) -> Manifest:
    triggers = [_trigger(policy, description, plan, cluster) for policy in (plan.autoscaling or {})["policies"]]
    spec: dict[str, Any] = {
        "scaleTargetRef": {"name": description.name},
        "minReplicaCount": plan.replicas.minimum,
        "maxReplicaCount": plan.replicas.maximum,
    }
    if plan.replicas.minimum == 0:
        cooldown = max(cooldown_seconds(plan), plan.startup_seconds + plan.provisioning_seconds)
        spec |= {
            "pollingInterval": _POLLING_SECONDS,
            "cooldownPeriod": cooldown,
            # Without it KEDA goes to zero at once, before a new workload was ever seen to start.
            "initialCooldownPeriod": cooldown,
        }
    if any(trigger["type"] != "cpu" for trigger in triggers):
        # A metric that cannot be read must not take replicas away. (KEDA refuses it beside nothing but CPU.)
        spec["fallback"] = {
            "failureThreshold": 3,
            "replicas": max(1, plan.replicas.minimum),
            "behavior": "currentReplicasIfHigher",
        }
    spec["advanced"] = {
        "restoreToOriginalReplicaCount": False,
        "horizontalPodAutoscalerConfig": {"behavior": scaling_behaviour(plan)},
    }
    spec["triggers"] = triggers
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": object_metadata(description, annotations=annotations),
        "spec": spec,
    }


def _trigger(
    policy: Mapping[str, Any], description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster
) -> dict[str, Any]:
    metric = policy["scalingMetric"]
    if metric == CPU:
        return {"type": "cpu", "metricType": "Utilization", "metadata": {"value": str(ceil(policy["target"]))}}
    if metric == CONCURRENCY:
        namespace = cluster.keda.namespace if cluster.keda else ""
        return {
            "type": "external-push",
            "metadata": {
                "scalerAddress": f"keda-add-ons-http-external-scaler.{namespace}:9090",
                "interceptorRoute": description.name,
            },
        }
    server = server_metric(metric, policy["target"])
    threshold = decimal_text(server.target)
    metadata = {
        "serverAddress": cluster.prometheus.server_address if cluster.prometheus else "",
        "query": server.query(description.namespace, description.name),
        "threshold": threshold,
        # No series is a fault while there are pods, and the rule at zero replicas.
        "ignoreNullValues": "true" if plan.replicas.minimum == 0 else "false",
    }
    if plan.replicas.minimum == 0:
        # Requests decide whether the workload sleeps; a gauge that idles above 0 must not keep it awake.
        metadata["activationThreshold"] = threshold
    return {"type": "prometheus", "metricType": "AverageValue", "metadata": metadata}
