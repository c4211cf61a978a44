"""Which taints the pods of a bundle tolerate (kubernetes-serving §3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ._pools import GpuNodePool, NodePool, Taint

Toleration = dict[str, Any]

# Exists, not Equal: GKE taints with `present`, EKS guides with `true`, others with no value at all.
_GPU: Final[tuple[Toleration, ...]] = (
    {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
    {"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"},
)

_SPOT: Final[Mapping[str, Toleration]] = {
    "aks": {
        "key": "kubernetes.azure.com/scalesetpriority",
        "operator": "Equal",
        "value": "spot",
        "effect": "NoSchedule",
    },
    "gke": {"key": "cloud.google.com/gke-spot", "operator": "Equal", "value": "true", "effect": "NoSchedule"},
}


def tolerations_for(pools: Iterable[NodePool]) -> list[Toleration]:
    """What pods need to tolerate to run on these pools: the defaults, spot where it is one, the pools' own taints."""
    found: list[Toleration] = []
    chosen = tuple(pools)
    if any(isinstance(pool, GpuNodePool) for pool in chosen):
        found += [dict(toleration) for toleration in _GPU]
    for pool in chosen:
        if pool.spot and pool.flavour in _SPOT:
            _add(found, _SPOT[pool.flavour])
        for taint in pool.taints:
            if not tolerates(found, taint):
                _add(found, _for_taint(taint))
    return found


def tolerates(tolerations: Iterable[Toleration], taint: Taint) -> bool:
    """Whether a taint keeps no pod with these tolerations away, whatever its value when it has none here."""
    return taint.effect == "PreferNoSchedule" or any(
        toleration["key"] == taint.key
        and toleration["effect"] == taint.effect
        and (toleration["operator"] == "Exists" or (taint.value is not None and toleration["value"] == taint.value))
        for toleration in tolerations
    )


def _for_taint(taint: Taint) -> Toleration:
    if taint.value is None:
        return {"key": taint.key, "operator": "Exists", "effect": taint.effect}
    return {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}


def _add(found: list[Toleration], toleration: Toleration) -> None:
    if toleration not in found:
        found.append(dict(toleration))
