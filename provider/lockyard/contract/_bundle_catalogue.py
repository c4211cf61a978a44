"""The resource bundles of a new registry: plain data (workload-api §10.5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ._bundle import ResourceBundle

_MIB: Final = 1024**2
_GIB: Final = 1024**3


def _cpu(size: str, cores: float, memory: int) -> ResourceBundle:
    return ResourceBundle.model_construct(id=f"cpu.{size}", name=f"CPU {size}", cpu_count=cores, memory_bytes=memory)


def _gpu(id_: str, count: int, cores: float, memory: int, label: str, gpu_memory: int) -> ResourceBundle:
    return ResourceBundle.model_construct(
        id=id_,
        name=f"NVIDIA {label}" if count == 1 else f"{count} x NVIDIA {label}",
        cpu_count=cores,
        memory_bytes=memory * _GIB,
        gpu_count=count,
        gpu_maker="nvidia",
        gpu_type_label=label,
        gpu_memory_bytes=gpu_memory * _GIB,
    )


# Product in ids, label, GiB of each device, (cores, GiB) of one device alone, the same per device of several, counts.
# They leave room for the node's own needs on the clouds' instances: 24 GiB on one with 32, 80 on one with 96.
_PRODUCTS: Final = (
    ("t4", "T4", 16, (6, 24), (8, 32), (1, 2, 4)),
    ("l4", "L4", 24, (6, 24), (10, 40), (1, 2, 4, 8)),
    ("a10g", "A10G", 24, (6, 24), (10, 40), (1, 2, 4, 8)),
    ("l40s", "L40S", 48, (6, 48), (10, 80), (1, 2, 4, 8)),
    ("a100-40", "A100-40GB", 40, (10, 72), (10, 72), (1, 2, 4, 8)),
    ("a100-80", "A100-80GB", 80, (10, 128), (10, 128), (1, 2, 4, 8)),
    ("h100", "H100", 80, (10, 192), (10, 192), (1, 2, 4, 8)),
    ("h200", "H200", 141, (10, 192), (10, 192), (1, 2, 4, 8)),
    ("b200", "B200", 180, (10, 192), (10, 192), (1, 2, 4, 8)),
)


def _systematic() -> Iterator[ResourceBundle]:
    for product, label, gpu_memory, alone, each, counts in _PRODUCTS:
        for count in counts:
            cores, memory = alone if count == 1 else (each[0] * count, each[1] * count)
            yield _gpu(f"gpu.{product}.{count}", count, float(cores), memory, label, gpu_memory)


DEFAULT_BUNDLES: Final[tuple[ResourceBundle, ...]] = (
    # Ids and sizes that the platform is known to resolve.
    _cpu("micro", 0.5, 256 * _MIB),
    _cpu("small", 1.0, 512 * _MIB),
    _cpu("medium", 1.0, 1 * _GIB),
    _cpu("large", 2.0, 1536 * _MIB),
    _cpu("xlarge", 2.0, 2 * _GIB),
    _gpu("gpu.t4.small", 1, 4.0, 16, "T4", 16),
    _gpu("gpu.l4.small", 1, 4.0, 16, "L4", 24),
    _gpu("gpu.a10g.medium", 1, 8.0, 32, "A10G", 24),
    # The rest is systematic: cpu.<size>, gpu.<product>.<devices>.
    _cpu("2xlarge", 4.0, 8 * _GIB),
    _cpu("4xlarge", 8.0, 16 * _GIB),
    _cpu("8xlarge", 16.0, 32 * _GIB),
    *_systematic(),
)
"""The bundles of a new registry.

`cpu.<size>` and `gpu.<product>.<devices>`, besides a few ids of the platform. Which of them a cluster can run is for
its node pools to say; an operator replaces or extends them with a bundles file.
"""
