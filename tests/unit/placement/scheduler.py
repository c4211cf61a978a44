"""What Kubernetes does with a pod's selectors, tolerations and requests: a small evaluator for tests.

It reads the rendered values alone and knows nothing of pools, so it can tell whether they mean what they should.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lockyard_components.placement import Placement

_UNITS = {"": 1, "Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4}


@dataclass
class Node:
    """A node as the scheduler sees it."""

    pool: str
    labels: Mapping[str, str]
    taints: list[dict[str, str]]
    allocatable: Mapping[str, int]
    """Millicores under `cpu`, bytes under `memory`, devices under their resource's name."""
    used: dict[str, int] = field(default_factory=dict)


def amount(resource: str, quantity: str) -> int:
    """A quantity in the units of `Node.allocatable`."""
    match = re.fullmatch(r"(\d+)([A-Za-z]*)", quantity)
    assert match is not None, quantity
    number, unit = int(match[1]), match[2]
    if resource == "cpu":
        return number if unit == "m" else number * 1000
    return number * _UNITS[unit]


def selected(placement: Placement, node: Node) -> bool:
    """`nodeSelector` and required node affinity: all pairs, and one of the terms."""
    if any(node.labels.get(key) != value for key, value in (placement.node_selector or {}).items()):
        return False
    if placement.affinity is None:
        return True
    (kind,) = placement.affinity
    (rule,) = placement.affinity[kind]
    assert (kind, rule) == ("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    terms = placement.affinity[kind][rule]["nodeSelectorTerms"]
    return any(term["matchExpressions"] and all(map(_holds(node), term["matchExpressions"])) for term in terms)


def _holds(node: Node):
    def holds(expression: dict[str, Any]) -> bool:
        value, operator = node.labels.get(expression["key"]), expression["operator"]
        match operator:
            case "In":
                assert expression["values"]
                return value is not None and value in expression["values"]
            case "NotIn":
                assert expression["values"]
                return value is None or value not in expression["values"]
            case "Exists":
                assert "values" not in expression
                return value is not None
            case "DoesNotExist":
                assert "values" not in expression
                return value is None
        raise AssertionError(operator)

    return holds


def tolerated(tolerations: list[dict[str, Any]], node: Node) -> bool:
    """Whether every taint that keeps pods away is tolerated."""
    return all(
        taint["effect"] == "PreferNoSchedule" or any(_matches(toleration, taint) for toleration in tolerations)
        for taint in node.taints
    )


def _matches(toleration: dict[str, Any], taint: dict[str, str]) -> bool:
    same = toleration["operator"] == "Exists" or toleration.get("value", "") == taint.get("value", "")
    return toleration["key"] == taint["key"] and toleration["effect"] == taint["effect"] and same


def room(placement: Placement, node: Node) -> bool:
    """Whether what is left of the node is enough for one more pod."""
    return all(
        amount(resource, quantity) <= node.allocatable.get(resource, 0) - node.used.get(resource, 0)
        for resource, quantity in placement.requests.items()
    )


def schedulable(placement: Placement, node: Node) -> bool:
    """Whether a pod may be put on the node."""
    return selected(placement, node) and tolerated(placement.tolerations, node) and room(placement, node)


def put(placement: Placement, node: Node) -> None:
    """Puts a pod on the node."""
    for resource, quantity in placement.requests.items():
        node.used[resource] = node.used.get(resource, 0) + amount(resource, quantity)
