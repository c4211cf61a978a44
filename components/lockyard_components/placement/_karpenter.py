"""A node pool that is a Kubernetes object: Karpenter's NodePool (karpenter.sh/v1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from . import _checks as check
from ._errors import PlacementError
from ._pools import GpuNodePool, NodePool
from ._selectors import INSTANCE_TYPE, Requirement, requirements

_NODE_CLASSES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "karpenter": ("karpenter.k8s.aws", "EC2NodeClass"),
        "eks-auto": ("eks.amazonaws.com", "NodeClass"),
    }
)

_ARCHITECTURES: Final = ("amd64", "arm64")
# As the CRD has it.
_DURATION: Final = re.compile(r"(?:[0-9]+[smh])+", re.ASCII)

_POOL_LABEL: Final = "karpenter.sh/nodepool"
_CAPACITY_TYPE: Final = "karpenter.sh/capacity-type"


def render_karpenter_node_pool(
    pool: NodePool,
    *,
    node_class: str = "default",
    expire_after: str = "Never",
    consolidate_after: str = "10m",
    termination_grace_period: str | None = None,
    architectures: tuple[str, ...] = ("amd64",),
) -> dict[str, Any]:
    """The NodePool whose nodes are the pool's: everything its workloads select by, its taints, its largest size.

    Nodes with a model loaded are expensive to lose, so they do not expire by themselves, and only empty ones are
    taken away, after a while (kubernetes-serving §3.4). A node of fixed shape is asked for by `instance_types`; without
    them Karpenter takes any instance that fits, and `node_cpu` and `node_memory` must be those of the smallest.

    Args:
        pool: a pool of flavour `karpenter` or `eks-auto`. Its name is the object's: another name is another object.
        node_class: name of the EC2NodeClass (NodeClass on EKS Auto Mode) with image, subnets and role; it must exist.
            Its group and kind cannot change later.
        expire_after: age at which a node is replaced, such as `720h`, or `Never`. Replacing a node of a single replica
            is an outage.
        consolidate_after: how long a node must be empty before it goes, such as `10m`, or `Never`.
        termination_grace_period: longest time to drain a node, such as `1h`; None: as long as it takes. It overrides
            disruption budgets and the annotation `karpenter.sh/do-not-disrupt`.
        architectures: processors of the nodes.

    Returns:
        The manifest of a `karpenter.sh/v1` NodePool; cluster-scoped.

    Raises:
        PlacementError: another flavour, a value that cannot be, or a label that Karpenter does not let a NodePool set.
    """
    what = f"pool {pool.name!r}"
    if pool.flavour not in _NODE_CLASSES:
        raise check.refuse(what, "flavour", pool.flavour, f"has no NodePool: use one of {', '.join(_NODE_CLASSES)}")
    check.dns_name(what, "node_class", node_class)
    for field, value, never in (
        ("expire_after", expire_after, True),
        ("consolidate_after", consolidate_after, True),
        ("termination_grace_period", termination_grace_period, False),
    ):
        if value is not None or never:
            _require_duration(what, field, value, never=never)
    if not architectures or not set(architectures) <= set(_ARCHITECTURES):
        raise check.refuse(what, "architectures", architectures, f"must be some of {', '.join(_ARCHITECTURES)}")
    group, kind = _NODE_CLASSES[pool.flavour]
    spec: dict[str, Any] = {
        "nodeClassRef": {"group": group, "kind": kind, "name": node_class},
        "requirements": [requirement.expression() for requirement in _requirements(pool, architectures)],
        "expireAfter": expire_after,
    }
    taints = [
        {"key": taint.key, **({"value": taint.value} if taint.value else {}), "effect": taint.effect}
        for taint in pool.taints
    ]
    if taints:
        spec["taints"] = taints
    if termination_grace_period is not None:
        spec["terminationGracePeriod"] = termination_grace_period
    template: dict[str, Any] = {"spec": spec}
    labels = _labels(pool, what)
    if labels:
        template["metadata"] = {"labels": labels}
    manifest_spec: dict[str, Any] = {
        "template": template,
        "disruption": {"consolidationPolicy": "WhenEmpty", "consolidateAfter": consolidate_after},
    }
    if pool.max_nodes is not None:
        manifest_spec["limits"] = _limits(pool, pool.max_nodes)
    return {
        "apiVersion": "karpenter.sh/v1",
        "kind": "NodePool",
        "metadata": {"name": pool.name},
        "spec": manifest_spec,
    }


def _require_duration(what: str, field: str, value: object, *, never: bool) -> None:
    if isinstance(value, str) and (_DURATION.fullmatch(value) is not None or (never and value == "Never")):
        return
    raise check.refuse(what, field, value, f"must be a duration such as '1h30m'{', or Never' if never else ''}")


def _requirements(pool: NodePool, architectures: tuple[str, ...]) -> list[Requirement]:
    found = [
        Requirement("kubernetes.io/arch", "In", architectures),
        Requirement("kubernetes.io/os", "In", ("linux",)),
        Requirement(_CAPACITY_TYPE, "In", _capacity_types(pool)),
    ]
    skipped = {requirement.key for requirement in found} | _own_labels(pool).keys() | {_POOL_LABEL}
    return found + [requirement for requirement in requirements(pool) if requirement.key not in skipped]


def _capacity_types(pool: NodePool) -> tuple[str, ...]:
    if _CAPACITY_TYPE in pool.labels:
        return (pool.labels[_CAPACITY_TYPE],)
    return ("spot",) if pool.spot else ("on-demand", "reserved")


def _well_known(key: str, pool: NodePool) -> bool:
    """Whether Karpenter knows the label from the instance: then it is a requirement, not a label to put on."""
    domain = "karpenter.k8s.aws" if pool.flavour == "karpenter" else "eks.amazonaws.com"
    return key == INSTANCE_TYPE or key.startswith((f"{domain}/", "topology.kubernetes.io/", "kubernetes.io/"))


def _own_labels(pool: NodePool) -> dict[str, str]:
    return {key: value for key, value in pool.labels.items() if not _well_known(key, pool)}


def _labels(pool: NodePool, what: str) -> dict[str, str]:
    labels = _own_labels(pool)
    name = labels.pop(_POOL_LABEL, pool.name)
    if name != pool.name:
        raise PlacementError(
            f"{what}: the label {_POOL_LABEL}={name} is always the name of the NodePool: write {pool.name!r} or leave "
            "it out"
        )
    for key in labels:
        if key.partition("/")[0].endswith("karpenter.sh") and key != _CAPACITY_TYPE:
            raise PlacementError(f"{what}: Karpenter lets no NodePool set the label {key!r}: use a domain of your own")
    labels.pop(_CAPACITY_TYPE, None)
    return labels


def _limits(pool: NodePool, nodes: int) -> dict[str, str]:
    # `nodes` counts what is meant. Versions of Karpenter that do not know it for such pools still hold to the devices.
    limits = {"nodes": str(nodes)}
    if isinstance(pool, GpuNodePool):
        limits[pool.resource_name] = str(nodes * pool.gpus_per_node)
    return limits
