"""Whether pods meant for one pool could be scheduled on another, by what is known of its labels and taints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ._gpus import GPU_PRODUCTS
from ._pools import GpuNodePool, NodePool
from ._selectors import FLAVOUR_LABELS, INSTANCE_TYPE, Requirement, known_types, requirements
from ._tolerations import Toleration, tolerates

_SOMETHING: Final = "\0"
"""Some value that is in no list: the label is there, its value is not known."""

_Values = frozenset[str | None]
"""Values that a label may have; None: the label may be missing."""

_ABSENT: Final[_Values] = frozenset({None})
_PRESENT: Final[_Values] = frozenset({_SOMETHING})

_SPOT_KEYS: Final = {labels.spot[0] for labels in FLAVOUR_LABELS.values() if labels.spot}
_GPU_KEYS: Final = {labels.gpu for labels in FLAVOUR_LABELS.values()} | {
    labels.count for labels in FLAVOUR_LABELS.values() if labels.count
}
_DISCOVERED: Final = {FLAVOUR_LABELS["generic"].gpu, FLAVOUR_LABELS["generic"].count}


def may_land(pool: NodePool, other: NodePool, tolerations: Iterable[Toleration]) -> bool:
    """Whether a pod that selects `pool` could be scheduled on a node of `other`, resources aside.

    Labels that only `pool` declares are taken to be missing on `other`.
    """
    chosen = tuple(tolerations)
    if not all(tolerates(chosen, taint) for taint in other.taints):
        return False
    if other.flavour == "aks" and other.spot and not any(t["key"] == _spot_key(other) for t in chosen):
        return False
    return all(_may_hold(requirement, pool, other) for requirement in requirements(pool))


def _may_hold(requirement: Requirement, pool: NodePool, other: NodePool) -> bool:
    values = _values(requirement.key, other)
    if values is None:
        if requirement.operator != "In":
            return True
        if requirement.key == INSTANCE_TYPE:
            return _kind(pool) == _kind(other)
        return requirement.key not in pool.labels
    if requirement.operator == "In":
        return any(value in requirement.values for value in values)
    if requirement.operator == "NotIn":
        return any(value not in requirement.values for value in values)
    return None in values if requirement.operator == "DoesNotExist" else values != _ABSENT


def _values(key: str, pool: NodePool) -> _Values | None:
    """What is known of a label on the nodes of a pool; None: nothing."""
    if key in pool.labels:
        return frozenset({pool.labels[key]})
    for requirement in requirements(pool):
        if requirement.key == key and requirement.operator == "In":
            return frozenset(requirement.values)
    flavour = FLAVOUR_LABELS[pool.flavour]
    if key in _SPOT_KEYS:
        return frozenset({None, _SOMETHING}) if key == _spot_key(pool) and flavour.not_spot else _ABSENT
    if key == flavour.pool and pool.flavour in ("karpenter", "eks-auto"):
        return frozenset({pool.name})
    if key in _GPU_KEYS:
        return _gpu_values(key, pool)
    if key == INSTANCE_TYPE and isinstance(pool, GpuNodePool):
        return _instance_types(pool)
    return None


def _gpu_values(key: str, pool: NodePool) -> _Values | None:
    if not isinstance(pool, GpuNodePool):
        return _ABSENT
    if key == FLAVOUR_LABELS["eks"].gpu:
        return None if pool.flavour == "eks" else _ABSENT
    own = FLAVOUR_LABELS[pool.flavour]
    if key in (own.gpu, own.count):
        return _PRESENT if pool.resource_name.startswith("nvidia.com/") or pool.flavour == "gke" else None
    if key not in _DISCOVERED:
        return _ABSENT
    # Feature discovery may run on any cluster's NVIDIA nodes.
    product = GPU_PRODUCTS.get(pool.gpu)
    if key == FLAVOUR_LABELS["generic"].gpu and product:
        return frozenset({None, *product.gfd})
    return None


def _instance_types(pool: GpuNodePool) -> _Values | None:
    product = GPU_PRODUCTS.get(pool.gpu)
    if product is None or pool.flavour not in ("karpenter", "eks-auto"):
        return None
    return frozenset(known_types(product, "eks", pool)) or None


def _spot_key(pool: NodePool) -> str | None:
    spot = FLAVOUR_LABELS[pool.flavour].spot
    return spot[0] if spot else None


def _kind(pool: NodePool) -> str | None:
    return pool.gpu if isinstance(pool, GpuNodePool) else None
