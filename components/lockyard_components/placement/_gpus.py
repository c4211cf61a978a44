"""GPU products: how each provider labels the nodes that have them (kubernetes-serving §3.1, §3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_GIB: Final = 1024**3

_Types = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class GpuProduct:
    """What is known of one GPU product.

    Attributes:
        name: common short name, such as `A100-80GB`.
        memory_bytes: bytes of memory on each device.
        gke: values of `cloud.google.com/gke-accelerator`; empty: not offered there.
        karpenter: value of `karpenter.k8s.aws/instance-gpu-name` and of the label of the same name of EKS Auto Mode.
        karpenter_memory: value of `…/instance-gpu-memory` in MiB, only where several products share the name.
        eks: EC2 instance types by devices per node.
        aks: Azure VM sizes by devices per node.
        gfd: values of `nvidia.com/gpu.product`, as feature discovery writes them. Time-sliced devices (suffix
            `-SHARED`) and single-strategy MIG (suffix `-MIG-…`) are other products on purpose.
        aliases: other spellings, lower case.
    """

    name: str
    memory_bytes: int
    gke: tuple[str, ...] = ()
    karpenter: str | None = None
    karpenter_memory: str | None = None
    eks: _Types = field(default_factory=dict)
    aks: _Types = field(default_factory=dict)
    gfd: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def _ec2(family: str, sizes: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
    return {count: tuple(f"{family}.{size}" for size in names.split()) for count, names in sizes.items()}


# The families are those of §3.1; the sizes of each are AWS's. Fractional ones (g6f) report no whole device (§3.4).
_G_SIZES: Final = {1: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge", 4: "12xlarge 24xlarge", 8: "48xlarge"}

GPU_PRODUCTS: Final[Mapping[str, GpuProduct]] = {
    product.name: product
    for product in (
        GpuProduct(
            name="T4",
            memory_bytes=16 * _GIB,
            gke=("nvidia-tesla-t4",),
            karpenter="t4",
            eks=_ec2("g4dn", {1: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge", 4: "12xlarge", 8: "metal"}),
            aks={
                1: ("Standard_NC4as_T4_v3", "Standard_NC8as_T4_v3", "Standard_NC16as_T4_v3"),
                4: ("Standard_NC64as_T4_v3",),
            },
            gfd=("Tesla-T4", "NVIDIA-T4"),
        ),
        GpuProduct(
            name="L4",
            memory_bytes=24 * _GIB,
            gke=("nvidia-l4",),
            karpenter="l4",
            eks=_ec2("g6", _G_SIZES),
            gfd=("NVIDIA-L4",),
        ),
        GpuProduct(
            name="L40S",
            memory_bytes=48 * _GIB,
            karpenter="l40s",
            eks=_ec2("g6e", _G_SIZES),
            gfd=("NVIDIA-L40S",),
        ),
        GpuProduct(
            name="A10G",
            memory_bytes=24 * _GIB,
            karpenter="a10g",
            eks=_ec2("g5", _G_SIZES),
            gfd=("NVIDIA-A10G",),
        ),
        GpuProduct(
            name="A100-40GB",
            memory_bytes=40 * _GIB,
            gke=("nvidia-tesla-a100",),
            karpenter="a100",
            karpenter_memory="40960",
            eks=_ec2("p4d", {8: "24xlarge"}),
            aks={8: ("Standard_ND96asr_v4",)},
            gfd=("NVIDIA-A100-SXM4-40GB", "NVIDIA-A100-PCIE-40GB"),
            aliases=("a100-40",),
        ),
        GpuProduct(
            name="A100-80GB",
            memory_bytes=80 * _GIB,
            gke=("nvidia-a100-80gb",),
            karpenter="a100",
            karpenter_memory="81920",
            eks=_ec2("p4de", {8: "24xlarge"}),
            aks={
                1: ("Standard_NC24ads_A100_v4",),
                2: ("Standard_NC48ads_A100_v4",),
                4: ("Standard_NC96ads_A100_v4",),
                8: ("Standard_ND96amsr_A100_v4",),
            },
            gfd=("NVIDIA-A100-SXM4-80GB", "NVIDIA-A100-80GB-PCIe"),
            aliases=("a100-80",),
        ),
        GpuProduct(
            name="H100",
            memory_bytes=80 * _GIB,
            gke=("nvidia-h100-80gb", "nvidia-h100-mega-80gb"),
            karpenter="h100",
            eks=_ec2("p5", {1: "4xlarge", 8: "48xlarge"}),
            aks={
                1: ("Standard_NC40ads_H100_v5",),
                2: ("Standard_NC80adis_H100_v5",),
                8: ("Standard_ND96isr_H100_v5",),
            },
            gfd=("NVIDIA-H100-80GB-HBM3", "NVIDIA-H100-PCIe", "NVIDIA-H100-NVL"),
            aliases=("h100-80gb", "h100-80"),
        ),
        GpuProduct(
            name="H200",
            memory_bytes=141 * _GIB,
            gke=("nvidia-h200-141gb",),
            karpenter="h200",
            eks={8: ("p5e.48xlarge", "p5en.48xlarge")},
            aks={8: ("Standard_ND96isr_H200_v5",)},
            gfd=("NVIDIA-H200", "NVIDIA-H200-NVL"),
            aliases=("h200-141gb",),
        ),
        GpuProduct(
            name="B200",
            memory_bytes=180 * _GIB,
            gke=("nvidia-b200",),
            karpenter="b200",
            eks={8: ("p6-b200.48xlarge",)},
            gfd=("NVIDIA-B200",),
        ),
    )
}
"""Known products by name. Families, label keys and label values are those of the reference's §3.1 and §3.5."""

_SPELLINGS: Final = {
    spelling: product.name for product in GPU_PRODUCTS.values() for spelling in (product.name.lower(), *product.aliases)
}


def canonical_product(name: str) -> str:
    """The common short name of a product: `a100-80` gives `A100-80GB`; an unknown name stays as it is."""
    return _SPELLINGS.get(name.lower(), name)
