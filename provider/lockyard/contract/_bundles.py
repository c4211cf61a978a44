"""Resource bundles: named sizes of a replica (workload-api §10.5, §15.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ._base import ContractModel
from ._errors import Problem
from ._runtime import ResourceAllocation, WorkloadRuntime
from ._types import Amount, Count, Int, NonEmptyText, Text
from ._unknown import contains_unknown, is_unknown


class ResourceBundle(ContractModel):
    """A named size that a workload can ask for.

    Attributes:
        id: the name used in `resourceBundles`.
        name: name for people.
        description: free text.
        cpu_count: cores.
        memory_bytes: bytes of memory.
        gpu_count: devices.
        gpu_maker: such as `nvidia`.
        gpu_type_label: such as `L4`.
        gpu_memory_bytes: bytes of memory on each device.
    """

    id: NonEmptyText
    name: NonEmptyText
    description: Text = ""
    cpu_count: Amount
    memory_bytes: Int
    gpu_count: Count = 0
    gpu_maker: Text | None = None
    gpu_type_label: Text | None = None
    gpu_memory_bytes: Int | None = None


_MIB: Final = 1024**2
_GIB: Final = 1024**3


def _cpu(size: str, cores: float, memory: int) -> ResourceBundle:
    return ResourceBundle.model_construct(id=f"cpu.{size}", name=f"CPU {size}", cpu_count=cores, memory_bytes=memory)


def _gpu(id_: str, cores: float, memory: int, label: str, gpu_memory: int) -> ResourceBundle:
    return ResourceBundle.model_construct(
        id=id_,
        name=f"NVIDIA {label}",
        cpu_count=cores,
        memory_bytes=memory,
        gpu_count=1,
        gpu_maker="nvidia",
        gpu_type_label=label,
        gpu_memory_bytes=gpu_memory,
    )


DEFAULT_BUNDLES: Final[tuple[ResourceBundle, ...]] = (
    _cpu("micro", 0.5, 256 * _MIB),
    _cpu("small", 1.0, 512 * _MIB),
    _cpu("medium", 1.0, 1 * _GIB),
    _cpu("large", 2.0, 1536 * _MIB),
    _cpu("xlarge", 2.0, 2 * _GIB),
    _gpu("gpu.t4.small", 4.0, 16 * _GIB, "T4", 16 * _GIB),
    _gpu("gpu.l4.small", 4.0, 16 * _GIB, "L4", 24 * _GIB),
    _gpu("gpu.a10g.medium", 8.0, 32 * _GIB, "A10G", 24 * _GIB),
)
"""The bundles of a new registry.

Ids as on the platform; sizes agree with the ones it is known to resolve (workload-api §10.5).
"""


def _size(bundle: ResourceBundle) -> tuple[float, ...]:
    return (bundle.gpu_count, bundle.cpu_count, bundle.memory_bytes, bundle.gpu_memory_bytes or 0)


def infer_bundle(
    allocations: Iterable[ResourceAllocation],
    bundles: Sequence[ResourceBundle] = DEFAULT_BUNDLES,
) -> ResourceBundle | None:
    """The smallest bundle that holds all containers of a group (R102).

    Smallest by devices, then cores, then memory. Containers that ask for no device never get a GPU bundle.

    Args:
        allocations: what the containers of the group ask for.
        bundles: what there is.

    Returns:
        The bundle; None when nothing was asked for, nothing fits, or something is not known yet.
    """
    asked = [allocation for allocation in allocations if not is_unknown(allocation)]
    if any(contains_unknown(allocation.__dict__) for allocation in asked):
        return None
    cpu = sum(allocation.cpu or 0 for allocation in asked)
    memory = sum(allocation.memory or 0 for allocation in asked)
    gpu = sum(allocation.gpu or 0 for allocation in asked)
    gpu_memory = sum(allocation.gpu_memory or 0 for allocation in asked)
    if not (cpu or memory or gpu or gpu_memory):
        return None
    fitting = [
        bundle
        for bundle in bundles
        if bundle.cpu_count >= cpu
        and bundle.memory_bytes >= memory
        and (bundle.gpu_count >= gpu if gpu or gpu_memory else bundle.gpu_count == 0)
        and bundle.gpu_count * (bundle.gpu_memory_bytes or 0) >= gpu_memory
    ]
    return min(
        fitting,
        key=_size,
        default=None,
    )


def bundle_problems(
    runtime: WorkloadRuntime, bundles: Sequence[ResourceBundle], prefix: str = "runtime"
) -> list[Problem]:
    """A runtime may only name bundles that there are (R128, workload-api §10.5)."""
    known = [bundle.id for bundle in bundles]
    return [
        Problem(
            f"{prefix}.containerGroups.{g}.resourceBundles.{index}",
            f"there is no resource bundle of this id; there are: {', '.join(known) or 'none'}",
        )
        for g, group in enumerate(runtime.container_groups if not is_unknown(runtime.container_groups) else ())
        if not is_unknown(group) and not is_unknown(group.resource_bundles)
        for index, bundle in enumerate(group.resource_bundles)
        if not is_unknown(bundle) and bundle not in known
    ]
