"""By which labels a pool's nodes are found (kubernetes-serving §3.1); a function of the pool alone.

So describing another pool changes no pod of the ones that are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

from ._gpus import GPU_PRODUCTS, GpuProduct
from ._pools import Flavour, GpuNodePool, NodePool

INSTANCE_TYPE: Final = "node.kubernetes.io/instance-type"


@dataclass(frozen=True)
class Requirement:
    """One condition on a node's labels, as in `matchExpressions`."""

    key: str
    operator: Literal["In", "NotIn", "Exists", "DoesNotExist"]
    values: tuple[str, ...] = ()

    def expression(self) -> dict[str, Any]:
        """The condition as Kubernetes writes it."""
        wanted = {"values": list(self.values)} if self.values else {}
        return {"key": self.key, "operator": self.operator, **wanted}


@dataclass(frozen=True)
class FlavourLabels:
    """The labels of one flavour.

    Attributes:
        gpu: the label that only GPU nodes have; it tells the product where there are values for it.
        count: the label with the devices per node.
        spot: label and value of spot nodes.
        pool: the label with the provider's name of the pool.
        instance_types: the provider whose instance types are known by product.
        not_spot: whether the absence of spot is asked for; not needed where the provider taints spot nodes.
    """

    gpu: str
    count: str | None = None
    spot: tuple[str, str] | None = None
    pool: str | None = None
    instance_types: Literal["eks", "aks"] | None = None
    not_spot: bool = True


FLAVOUR_LABELS: Final[Mapping[Flavour, FlavourLabels]] = MappingProxyType(
    {
        "gke": FlavourLabels(
            gpu="cloud.google.com/gke-accelerator",
            count="cloud.google.com/gke-accelerator-count",
            spot=("cloud.google.com/gke-spot", "true"),
            pool="cloud.google.com/gke-nodepool",
        ),
        # A convention only: node groups have it when their owner gave it to them.
        "eks": FlavourLabels(
            gpu="k8s.amazonaws.com/accelerator",
            spot=("eks.amazonaws.com/capacityType", "SPOT"),
            pool="eks.amazonaws.com/nodegroup",
            instance_types="eks",
        ),
        "karpenter": FlavourLabels(
            gpu="karpenter.k8s.aws/instance-gpu-name",
            count="karpenter.k8s.aws/instance-gpu-count",
            spot=("karpenter.sh/capacity-type", "spot"),
            pool="karpenter.sh/nodepool",
        ),
        "eks-auto": FlavourLabels(
            gpu="eks.amazonaws.com/instance-gpu-name",
            count="eks.amazonaws.com/instance-gpu-count",
            spot=("karpenter.sh/capacity-type", "spot"),
            pool="karpenter.sh/nodepool",
        ),
        "aks": FlavourLabels(
            gpu="kubernetes.azure.com/accelerator",
            spot=("kubernetes.azure.com/scalesetpriority", "spot"),
            pool="kubernetes.azure.com/agentpool",
            instance_types="aks",
            not_spot=False,
        ),
        "generic": FlavourLabels(gpu="nvidia.com/gpu.product", count="nvidia.com/gpu.count"),
    }
)
"""The labels of each flavour (§3.1)."""

_GPU_MEMORY: Final = {
    "karpenter": "karpenter.k8s.aws/instance-gpu-memory",
    "eks-auto": "eks.amazonaws.com/instance-gpu-memory",
}


@lru_cache(maxsize=1024)
def requirements(pool: NodePool) -> tuple[Requirement, ...]:
    """What a node's labels must be like to be one of the pool's."""
    found = [Requirement(key, "In", (value,)) for key, value in pool.labels.items()]
    if pool.instance_types:
        found.append(Requirement(INSTANCE_TYPE, "In", pool.instance_types))
    if isinstance(pool, GpuNodePool):
        found += [r for r in _gpu_requirements(pool) if r.key not in pool.labels]
    elif not pool.instance_types:
        found.append(Requirement(FLAVOUR_LABELS[pool.flavour].gpu, "DoesNotExist"))
    found += _spot_requirements(pool)
    return tuple(found)


def node_labels(pool: NodePool) -> dict[str, str]:
    """Labels as a node of the pool has them, to make one: those that its workloads select by.

    Where several values would do (instance types), the first one. For tests, simulators and pools made by hand.
    """
    found: dict[str, str] = {}
    for requirement in requirements(pool):
        if requirement.operator == "In":
            found[requirement.key] = requirement.values[0]
    return found


def node_taints(pool: NodePool) -> list[dict[str, str]]:
    """Taints as a node of the pool has them, to make one: the pool's, and those that its provider sets (§3.1)."""
    found = [
        {"key": taint.key, **({} if taint.value is None else {"value": taint.value}), "effect": taint.effect}
        for taint in pool.taints
    ]
    if pool.flavour == "gke" and isinstance(pool, GpuNodePool):
        found.append({"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"})
    if pool.flavour == "aks" and pool.spot:
        found.append({"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"})
    return list({(t["key"], t["effect"]): t for t in reversed(found)}.values())[::-1]


def selects_product(pool: GpuNodePool) -> bool:
    """Whether the catalogue tells how to find the pool's product on its flavour."""
    return bool(_product_requirements(pool))


def offered(flavour: Flavour) -> list[str]:
    """The known products of a flavour; with the devices per node where they decide the instance type."""
    provider = FLAVOUR_LABELS[flavour].instance_types
    if provider is None:
        return [name for name, product in GPU_PRODUCTS.items() if _label_values(product, flavour)]
    tables = {name: product.eks if provider == "eks" else product.aks for name, product in GPU_PRODUCTS.items()}
    return [f"{name} ({', '.join(map(str, table))} per node)" for name, table in tables.items() if table]


def _gpu_requirements(pool: GpuNodePool) -> list[Requirement]:
    flavour = FLAVOUR_LABELS[pool.flavour]
    found = [] if flavour.gpu in pool.labels else _product_requirements(pool)
    # A slice's node says how many whole GPUs it has, not how many slices.
    if flavour.count and not pool.mig and pool.resource_name == "nvidia.com/gpu" and found:
        found.append(Requirement(flavour.count, "In", (str(pool.gpus_per_node),)))
    return found


def _product_requirements(pool: GpuNodePool) -> list[Requirement]:
    product, flavour = GPU_PRODUCTS.get(pool.gpu), FLAVOUR_LABELS[pool.flavour]
    if product is None:
        # An unknown product is found by the labels that the pool gives; with feature discovery its name is a label.
        unlabelled = pool.flavour == "generic" and not pool.labels and not pool.instance_types
        return [Requirement(flavour.gpu, "In", (pool.gpu,))] if unlabelled else []
    if flavour.instance_types is not None:
        types = () if pool.instance_types else known_types(product, flavour.instance_types, pool)
        found = [Requirement(INSTANCE_TYPE, "In", types)] if types else []
        known = bool(types or pool.instance_types)
        return [Requirement(flavour.gpu, "In", ("nvidia",)), *found] if pool.flavour == "aks" and known else found
    values = _label_values(product, pool.flavour)
    if not values:
        return []
    found = [Requirement(flavour.gpu, "In", values)]
    if product.karpenter_memory and pool.flavour in _GPU_MEMORY:
        found.append(Requirement(_GPU_MEMORY[pool.flavour], "In", (product.karpenter_memory,)))
    return found


def _label_values(product: GpuProduct, flavour: Flavour) -> tuple[str, ...]:
    if flavour == "gke":
        return product.gke
    if flavour == "generic":
        return product.gfd
    return (product.karpenter,) if product.karpenter else ()


def known_types(product: GpuProduct, provider: Literal["eks", "aks"], pool: GpuNodePool) -> tuple[str, ...]:
    """Instance types of a product that have the pool's devices; of a sliced pool all of the product's."""
    table = product.eks if provider == "eks" else product.aks
    if pool.mig:
        return tuple(type_ for types in table.values() for type_ in types)
    return table.get(pool.gpus_per_node, ())


def _spot_requirements(pool: NodePool) -> list[Requirement]:
    flavour = FLAVOUR_LABELS[pool.flavour]
    if flavour.spot is None or flavour.spot[0] in pool.labels:
        return []
    key, value = flavour.spot
    if pool.spot:
        return [Requirement(key, "In", (value,))]
    return [Requirement(key, "NotIn", (value,))] if flavour.not_spot else []
