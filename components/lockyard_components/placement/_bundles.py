"""Resource bundles: the sizes that a workload names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from lockyard import contract

from . import _checks as check
from ._gpus import canonical_product

_MIB: Final = 1024**2
_GIB: Final = 1024**3

MEMORY_BESIDE_SHM: Final = 4 * _GIB
"""What a GPU server needs besides `/dev/shm` and its weights (kubernetes-serving §2.6)."""


@dataclass(frozen=True, kw_only=True)
class ResourceBundle:
    """A size of one replica, the same name on every cluster.

    The id is what a runtime names in `resource_bundles`; the registry must know it too. A change of the size changes
    the pods, so the workloads roll; nothing is replaced.

    Attributes:
        id: such as `gpu.l4.1`.
        cpu: cores that a replica requests; there is no limit.
        memory: memory that a replica requests and is limited to, `/dev/shm` included: bytes, or text such as `24GiB`.
        gpus: devices of a replica; 0 for none.
        gpu: the product, as in `GpuNodePool.gpu`; None: any.
        gpu_memory: least memory on each device: bytes or text; None: any.
        pools: names of the pools it may use; empty (default): every pool that fits.
        shm_size: size of `/dev/shm`: bytes or text. Default: 64 MiB without GPU, 1 GiB for one, 16 GiB for more.
        resource_name: the resource it asks for: `nvidia.com/gpu` (default) or such as `nvidia.com/mig-1g.10gb`.
        spot: whether it may use spot pools; naming a spot pool in `pools` allows that one too.

    Raises:
        PlacementError: a field's value cannot be right.
    """

    id: str
    cpu: float
    memory: str | int
    gpus: int = 0
    gpu: str | None = None
    gpu_memory: str | int | None = None
    pools: tuple[str, ...] = ()
    shm_size: str | int | None = None
    resource_name: str = "nvidia.com/gpu"
    spot: bool = False

    def __post_init__(self) -> None:
        """Checks every field."""
        what = f"bundle {self.id!r}"
        check.text(what, "id", self.id)
        check.amount(what, "cpu", self.cpu)
        check.memory(what, "memory", self.memory)
        check.count(what, "gpus", self.gpus)
        for field in ("gpu", "gpu_memory"):
            if getattr(self, field) is not None and not self.gpus:
                raise check.refuse(what, field, getattr(self, field), "needs gpus of at least 1")
        if self.gpu is not None:
            check.label_value(what, "gpu", self.gpu or None)
            object.__setattr__(self, "gpu", canonical_product(self.gpu))
        if self.gpu_memory is not None:
            check.memory(what, "gpu_memory", self.gpu_memory)
        pools = check.sequence(what, "pools", self.pools, str)
        check.unique(what, "pools", pools)
        object.__setattr__(self, "pools", pools)
        check.resource_name(what, "resource_name", self.resource_name)
        if not isinstance(self.spot, bool):
            raise check.refuse(what, "spot", self.spot, "must be True or False")
        if self.shm_size is not None:
            check.memory(what, "shm_size", self.shm_size)
        least = self.shm_bytes + (MEMORY_BESIDE_SHM if self.gpus else 1)
        if self.memory_bytes < least:
            raise check.refuse(
                what,
                "memory",
                self.memory,
                f"leaves too little beside the {self.shm_bytes // _MIB} MiB of /dev/shm that it includes: "
                f"make it at least {-(-least // _MIB)} MiB, or set a smaller shm_size",
            )

    @cached_property
    def memory_bytes(self) -> int:
        """Bytes of memory of a replica, `/dev/shm` included."""
        return check.memory(f"bundle {self.id!r}", "memory", self.memory)

    @cached_property
    def gpu_memory_bytes(self) -> int | None:
        """Least bytes of memory on each device, where it matters."""
        return None if self.gpu_memory is None else check.memory(f"bundle {self.id!r}", "gpu_memory", self.gpu_memory)

    @cached_property
    def shm_bytes(self) -> int:
        """Bytes of `/dev/shm`."""
        if self.shm_size is not None:
            return check.memory(f"bundle {self.id!r}", "shm_size", self.shm_size)
        # 64 MiB is what container runtimes give; multi-process engines hang or die on it (§2.6).
        return 64 * _MIB if not self.gpus else _GIB if self.gpus == 1 else 16 * _GIB


def from_contract(bundle: contract.ResourceBundle) -> ResourceBundle:
    """A registry's bundle as one that can be placed.

    Args:
        bundle: a bundle of the contract, as a registry lists it.
    """
    return ResourceBundle(
        id=bundle.id,
        cpu=bundle.cpu_count,
        memory=bundle.memory_bytes,
        gpus=bundle.gpu_count,
        gpu=bundle.gpu_type_label if bundle.gpu_count else None,
        gpu_memory=bundle.gpu_memory_bytes if bundle.gpu_count else None,
    )


def to_contract(bundle: ResourceBundle) -> contract.ResourceBundle:
    """A bundle as a registry lists it."""
    return contract.ResourceBundle.model_construct(
        id=bundle.id,
        name=bundle.id,
        cpu_count=float(bundle.cpu),
        memory_bytes=bundle.memory_bytes,
        gpu_count=bundle.gpus,
        gpu_maker="nvidia" if bundle.gpus and bundle.resource_name.startswith("nvidia.com/") else None,
        gpu_type_label=bundle.gpu,
        gpu_memory_bytes=bundle.gpu_memory_bytes,
    )


def bundles_document(bundles: Iterable[ResourceBundle]) -> list[dict[str, Any]]:
    """What to write, as JSON, into the bundles file of the registry, so that it knows a cluster's bundles.

    The file is for `lockyard serve --bundles`, or for `LOCKYARD_BUNDLES` with the embedded registry.

    Args:
        bundles: such as `cluster.bundles`.
    """
    return [contract.dump(to_contract(bundle)) for bundle in bundles]


DEFAULT_BUNDLES: Final[tuple[ResourceBundle, ...]] = tuple(from_contract(bundle) for bundle in contract.DEFAULT_BUNDLES)
"""The bundles of a new registry; which of them a cluster can run depends on its pools."""
