"""How fast replicas come and go, for both kinds of autoscaler (kubernetes-serving §2.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._autoscaling_rules import MAX_STABILISATION

if TYPE_CHECKING:
    from ._description import WorkloadPlan

LEAST_COOLDOWN: Final = 300


def cooldown_seconds(plan: WorkloadPlan) -> int:
    """How long the load must be low before replicas go: what was asked for, but never less than a start takes."""
    asked = ((plan.autoscaling or {}).get("cooldownPeriodMinutes") or 0) * 60
    return max(LEAST_COOLDOWN, plan.startup_seconds, asked)


def scaling_behaviour(plan: WorkloadPlan) -> dict[str, Any]:
    """`behavior` of a HorizontalPodAutoscaler.

    Up: two pods a minute. The default doubles every 15 seconds, while the load stays high for the minutes that a model
    takes to load. Down: one pod a minute, and only after the load was low for as long as a start takes.
    """
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": 60,
            "policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": min(cooldown_seconds(plan), MAX_STABILISATION),
            "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
        },
    }
