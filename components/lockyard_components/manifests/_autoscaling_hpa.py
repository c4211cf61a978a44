"""HorizontalPodAutoscaler, for clusters without KEDA."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from ._autoscaling_behaviour import scaling_behaviour
from ._labels import object_metadata
from ._metrics import CPU, quantity, server_metric

if TYPE_CHECKING:
    from ._description import Manifest, WorkloadDescription, WorkloadPlan

# KEDA's webhook refuses a ScaledObject for a Deployment that an HPA scales already, unless that HPA says it is not to
# be looked at. Pulumi creates before it deletes, so a cluster that gets KEDA has both for a moment; two HPAs on the
# same pods do nothing. (KEDA's own transfer of ownership needs both to have one name; then there is no way back.)
_NOT_IN_KEDAS_WAY: Final = {"validations.keda.sh/hpa-ownership": "false"}


def horizontal_pod_autoscaler(description: WorkloadDescription, plan: WorkloadPlan) -> Manifest:
    """The autoscaler of a cluster without KEDA: CPU from the metrics server, the rest per pod from an adapter."""
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": object_metadata(description, annotations=_NOT_IN_KEDAS_WAY),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": description.name},
            "minReplicas": plan.replicas.minimum,
            "maxReplicas": plan.replicas.maximum,
            "metrics": [_metric(policy) for policy in (plan.autoscaling or {})["policies"]],
            "behavior": scaling_behaviour(plan),
        },
    }


def _metric(policy: Mapping[str, Any]) -> dict[str, Any]:
    if policy["scalingMetric"] == CPU:
        target = {"type": "Utilization", "averageUtilization": ceil(policy["target"])}
        return {"type": "Resource", "resource": {"name": "cpu", "target": target}}
    # `Pods`, not `Object`: that one is multiplied by the ready pods only, so pods that load look like too many.
    metric = server_metric(policy["scalingMetric"], policy["target"])
    target = {"type": "AverageValue", "averageValue": quantity(metric.target)}
    return {"type": "Pods", "pods": {"metric": {"name": metric.adapter_name}, "target": target}}
