"""What the autoscaler of Kubernetes makes of a rendered object: its arithmetic, read back from the object itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

TOLERANCE = Fraction(1, 10)
_SUFFIX = {"m": Fraction(1, 1000), "": Fraction(1), "k": Fraction(1000), "M": Fraction(10**6), "G": Fraction(10**9)}


def quantity(text: str) -> Fraction:
    """The value of a Kubernetes quantity."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(m|k|M|G|)", text)
    assert match is not None, text
    return Fraction(match[1]) * _SUFFIX[match[2]]


def targets(autoscaler: Mapping[str, Any]) -> list[Fraction]:
    """The target of each metric, in the metric's own unit, for both kinds of autoscaler."""
    if autoscaler["kind"] == "HorizontalPodAutoscaler":
        found: list[Fraction] = []
        for metric in autoscaler["spec"]["metrics"]:
            if metric["type"] == "Resource":
                target = metric["resource"]["target"]
                assert target["type"] == "Utilization"
                found.append(Fraction(target["averageUtilization"]))
            else:
                assert metric["type"] == "Pods"
                assert metric["pods"]["target"]["type"] == "AverageValue"
                found.append(quantity(metric["pods"]["target"]["averageValue"]))
        return found
    return [
        Fraction(trigger["metadata"]["value" if trigger["type"] == "cpu" else "threshold"])
        for trigger in autoscaler["spec"]["triggers"]
        if trigger["type"] != "external-push"
    ]


def per_pod_replicas(load: Fraction, target: Fraction, replicas: int) -> int:
    """Replicas that the controller wants for a metric with `AverageValue` (`load` is the sum over all pods)."""
    if abs(load / (target * replicas) - 1) <= TOLERANCE:
        return replicas
    return ceil(load / target)


def utilisation_replicas(percent: Fraction, target: Fraction, replicas: int) -> int:
    """Replicas that the controller wants for a metric with `Utilization` (`percent` is the mean over ready pods)."""
    ratio = percent / target
    return replicas if abs(ratio - 1) <= TOLERANCE else ceil(ratio * replicas)
