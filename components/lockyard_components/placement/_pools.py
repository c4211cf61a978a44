"""Node pools: what the nodes that workloads run on look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, get_args

from . import _checks as check
from ._gpus import GPU_PRODUCTS, canonical_product

Flavour = Literal["gke", "eks", "karpenter", "eks-auto", "aks", "generic"]
"""Who labels a pool's nodes.

`gke`; `eks`: managed or self-managed node groups; `karpenter`: EKS with Karpenter; `eks-auto`: EKS Auto Mode; `aks`;
`generic`: any cluster with NVIDIA's feature discovery.
"""

FLAVOURS: Final[tuple[str, ...]] = get_args(Flavour)

Effect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
"""What a taint does to pods that do not tolerate it."""

_MIG = re.compile(r"nvidia\.com/mig-\d+g\.(\d+)gb(?:\.[a-z0-9.]+)?")


@dataclass(frozen=True, kw_only=True)
class Taint:
    """A taint on every node of a pool; workloads that may run there tolerate it.

    Attributes:
        key: its key, such as `dedicated`.
        value: its value; None for a taint without one, or whose value does not matter: any value is then tolerated.
        effect: `NoSchedule` (default), `PreferNoSchedule` or `NoExecute`.

    Raises:
        PlacementError: not a valid key, value or effect.
    """

    key: str
    value: str | None = None
    effect: Effect = "NoSchedule"

    def __post_init__(self) -> None:
        """Refuses what Kubernetes would refuse."""
        what = f"taint {self.key!r}"
        check.label_key(what, "key", self.key)
        if self.value is not None:
            check.label_value(what, "value", self.value)
        check.one_of(what, "effect", self.effect, get_args(Effect))


@dataclass(frozen=True, kw_only=True)
class NodePool:
    """Nodes of one shape without GPUs.

    The sizes are what is left for workloads on an empty node: `Allocatable` of `kubectl describe node` less what
    DaemonSets request. It is less than the instance's nominal size; a bundle of the nominal size never gets a node.
    A change here changes the pods of the workloads that run on the pool, so they roll; nothing is replaced.

    Attributes:
        name: name in messages and in `ResourceBundle.pools`: a DNS label. For Karpenter the name of the `NodePool`.
        flavour: who labels the nodes; decides by which labels they are found.
        node_cpu: cores per node.
        node_memory: memory per node: bytes, or text such as `64GiB`.
        max_nodes: most nodes there can be; None (default): it grows without a limit that matters here.
        spot: whether the nodes may be taken away at any time. Used only by bundles that allow it.
        taints: taints of the nodes besides those that the provider sets.
        labels: labels that all nodes of the pool have; part of the selector of its workloads.
        instance_types: instance types of the nodes, where known; part of the selector.
        runtime_class: name of the RuntimeClass that pods need there; None where the default one will do.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    name: str
    flavour: Flavour
    node_cpu: float
    node_memory: str | int
    max_nodes: int | None = None
    spot: bool = False
    taints: tuple[Taint, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    instance_types: tuple[str, ...] = ()
    runtime_class: str | None = None

    def __post_init__(self) -> None:
        """Checks every field."""
        what = f"pool {self.name!r}"
        check.dns_label(what, "name", self.name)
        check.one_of(what, "flavour", self.flavour, FLAVOURS)
        check.amount(what, "node_cpu", self.node_cpu)
        check.memory(what, "node_memory", self.node_memory)
        if self.max_nodes is not None:
            check.count(what, "max_nodes", self.max_nodes)
        if not isinstance(self.spot, bool):
            raise check.refuse(what, "spot", self.spot, "must be True or False")
        object.__setattr__(self, "taints", check.sequence(what, "taints", self.taints, Taint))
        object.__setattr__(self, "labels", check.labels(what, "labels", self.labels))
        types = check.sequence(what, "instance_types", self.instance_types, str)
        for type_ in types:
            check.label_value(what, "instance_types", type_ or None)
        object.__setattr__(self, "instance_types", types)
        if self.runtime_class is not None:
            check.dns_name(what, "runtime_class", self.runtime_class)
        from ._selectors import FLAVOUR_LABELS  # the tables of labels know pools

        spot = FLAVOUR_LABELS[self.flavour].spot
        if spot and self.labels.get(spot[0]) == spot[1] and not self.spot:
            raise check.refuse(what, "spot", self.spot, f"contradicts the label {spot[0]}={spot[1]}: set spot=True")

    @cached_property
    def node_memory_bytes(self) -> int:
        """Bytes of memory per node."""
        return check.memory(f"pool {self.name!r}", "node_memory", self.node_memory)


@dataclass(frozen=True, kw_only=True)
class GpuNodePool(NodePool):
    """Nodes of one shape with GPUs.

    Attributes:
        gpu: product by its common short name: T4, L4, L40S, A10G, A100-40GB, A100-80GB, H100, H200, B200 (any case).
            Another one is allowed with flavour `generic`, where it must be the value of the label
            `nvidia.com/gpu.product`, and everywhere with `labels` or `instance_types` that tell the nodes.
        gpus_per_node: devices on each node; for MIG the slices of `resource_name` on each node.
        gpu_memory: memory of each device: bytes or text. Default: the product's, for MIG the slice's; None for an
            unknown product: then only bundles that ask for no GPU memory fit.
        resource_name: the resource that the device plugin offers: `nvidia.com/gpu` (default), or such as
            `nvidia.com/mig-1g.10gb`.

    Raises:
        PlacementError: a field's value cannot be right, or nothing says how to find the nodes.
    """

    gpu: str
    gpus_per_node: int
    gpu_memory: str | int | None = None
    resource_name: str = "nvidia.com/gpu"

    def __post_init__(self) -> None:
        """Checks every field."""
        super().__post_init__()
        what = f"pool {self.name!r}"
        check.label_value(what, "gpu", self.gpu or None)
        object.__setattr__(self, "gpu", canonical_product(self.gpu))
        check.count(what, "gpus_per_node", self.gpus_per_node, least=1)
        if self.gpu_memory is not None:
            check.memory(what, "gpu_memory", self.gpu_memory)
        check.resource_name(what, "resource_name", self.resource_name)
        from ._selectors import selects_product  # the tables of labels know pools

        if not self.labels and not self.instance_types and not selects_product(self):
            raise check.refuse(what, "gpu", self.gpu, _unknown_text(self))

    @property
    def mig(self) -> bool:
        """Whether the devices are slices of GPUs."""
        return _MIG.fullmatch(self.resource_name) is not None

    @cached_property
    def gpu_memory_bytes(self) -> int | None:
        """Bytes of memory of each device, where known."""
        if self.gpu_memory is not None:
            return check.memory(f"pool {self.name!r}", "gpu_memory", self.gpu_memory)
        slice_ = _MIG.fullmatch(self.resource_name)
        if slice_ is not None:
            return int(slice_[1]) * 1024**3
        product = GPU_PRODUCTS.get(self.gpu)
        return product.memory_bytes if product else None


def _unknown_text(pool: GpuNodePool) -> str:
    from ._selectors import offered

    return (
        f"with gpus_per_node={pool.gpus_per_node}: how flavour {pool.flavour!r} labels such nodes is not known; give "
        f"the pool labels or instance_types, or take one of {', '.join(offered(pool.flavour))}"
    )
