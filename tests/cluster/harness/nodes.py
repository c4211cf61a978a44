"""Fake GPU nodes with the labels and taints that each provider's nodes have.

The values are written down here once more, from the providers' documents and not from the code under test: a selector
that is wrong finds no node.
"""

from __future__ import annotations

from typing import Any

from lockyard_components.placement import GpuNodePool, NodePool

Json = dict[str, Any]

#: Names of a product: GKE's accelerator, Karpenter's GPU name, feature discovery's product; and MiB of a device.
_PRODUCTS = {
    "T4": ("nvidia-tesla-t4", "t4", "Tesla-T4", 15360),
    "L4": ("nvidia-l4", "l4", "NVIDIA-L4", 23034),
    "L40S": ("", "l40s", "NVIDIA-L40S", 46068),
    "A10G": ("", "a10g", "NVIDIA-A10G", 23028),
    "A100-40GB": ("nvidia-tesla-a100", "a100", "NVIDIA-A100-SXM4-40GB", 40960),
    "A100-80GB": ("nvidia-a100-80gb", "a100", "NVIDIA-A100-SXM4-80GB", 81920),
    "H100": ("nvidia-h100-80gb", "h100", "NVIDIA-H100-80GB-HBM3", 81559),
    "H200": ("nvidia-h200-141gb", "h200", "NVIDIA-H200", 143771),
}

#: Instance types by product and devices.
_EC2 = {
    ("T4", 1): "g4dn.xlarge",
    ("L4", 1): "g6.xlarge",
    ("L4", 4): "g6.12xlarge",
    ("L40S", 1): "g6e.xlarge",
    ("L40S", 4): "g6e.12xlarge",
    ("A10G", 1): "g5.xlarge",
    ("A10G", 4): "g5.12xlarge",
    ("A100-80GB", 8): "p4de.24xlarge",
    ("H100", 8): "p5.48xlarge",
    ("H200", 8): "p5en.48xlarge",
}
_AZURE = {
    ("T4", 1): "Standard_NC4as_T4_v3",
    ("A100-80GB", 1): "Standard_NC24ads_A100_v4",
    ("A100-80GB", 2): "Standard_NC48ads_A100_v4",
    ("A100-80GB", 4): "Standard_NC96ads_A100_v4",
    ("H100", 1): "Standard_NC40ads_H100_v5",
    ("H100", 8): "Standard_ND96isr_H100_v5",
}


def fake_node(pool: NodePool, name: str) -> Json:
    """A node of a pool as kwok takes it, with what the node is able to do as its status."""
    room = {
        "cpu": str(pool.node_cpu),
        "memory": str(pool.node_memory_bytes),
        "pods": "110",
        "ephemeral-storage": "1Ti",
    }
    if isinstance(pool, GpuNodePool):
        room[pool.resource_name] = str(pool.gpus_per_node)
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "topology.kubernetes.io/zone": f"zone-{sum(map(ord, name)) % 3 + 1}",
        "test.lockyard.dev/pool": pool.name,
    }
    info = dict.fromkeys(("machineID", "systemUUID", "bootID", "kubeProxyVersion"), "")
    info |= {"architecture": "amd64", "operatingSystem": "linux", "kernelVersion": "6", "osImage": "fake"}
    info |= {"kubeletVersion": "v1.36.3", "containerRuntimeVersion": "kwok://0.8.0"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {**labels, **_provider_labels(pool), **pool.labels},
        },
        "spec": {"taints": _taints(pool)},
        "status": {"capacity": room, "allocatable": room, "nodeInfo": info},
    }


def _provider_labels(pool: NodePool) -> dict[str, str]:
    of_flavour = {
        "gke": _gke,
        "eks": _eks,
        "karpenter": _karpenter,
        "eks-auto": _eks_auto,
        "aks": _aks,
        "generic": _generic,
    }
    return of_flavour[pool.flavour](pool)


def _gke(pool: NodePool) -> dict[str, str]:
    found = {"cloud.google.com/gke-nodepool": pool.name}
    if pool.spot:
        found["cloud.google.com/gke-spot"] = "true"
    if isinstance(pool, GpuNodePool):
        found["cloud.google.com/gke-accelerator"] = _PRODUCTS[pool.gpu][0]
        found["cloud.google.com/gke-accelerator-count"] = str(pool.gpus_per_node)
        found["cloud.google.com/gke-gpu-driver-version"] = "default"
    return found


def _eks(pool: NodePool) -> dict[str, str]:
    return {
        "eks.amazonaws.com/nodegroup": pool.name,
        "eks.amazonaws.com/capacityType": "SPOT" if pool.spot else "ON_DEMAND",
        "node.kubernetes.io/instance-type": _instance_type(pool, _EC2, "m7i.2xlarge"),
    }


def _karpenter(pool: NodePool, prefix: str = "karpenter.k8s.aws") -> dict[str, str]:
    found = {
        "karpenter.sh/nodepool": pool.name,
        "karpenter.sh/capacity-type": "spot" if pool.spot else "on-demand",
        "node.kubernetes.io/instance-type": _instance_type(pool, _EC2, "m7i.2xlarge"),
    }
    if isinstance(pool, GpuNodePool):
        # What AWS advertises, in MiB; the two A100 differ only in this.
        advertised = {"A100-40GB": 40960, "A100-80GB": 81920}.get(pool.gpu, _PRODUCTS[pool.gpu][3])
        found[f"{prefix}/instance-gpu-manufacturer"] = "nvidia"
        found[f"{prefix}/instance-gpu-name"] = _PRODUCTS[pool.gpu][1]
        found[f"{prefix}/instance-gpu-count"] = str(pool.gpus_per_node)
        found[f"{prefix}/instance-gpu-memory"] = str(advertised)
    return found


def _eks_auto(pool: NodePool) -> dict[str, str]:
    return _karpenter(pool, "eks.amazonaws.com")


def _aks(pool: NodePool) -> dict[str, str]:
    found = {
        "kubernetes.azure.com/agentpool": pool.name,
        "node.kubernetes.io/instance-type": _instance_type(pool, _AZURE, "Standard_D8s_v5"),
    }
    if pool.spot:
        found["kubernetes.azure.com/scalesetpriority"] = "spot"
    if isinstance(pool, GpuNodePool):
        found["kubernetes.azure.com/accelerator"] = "nvidia"
    return found


def _generic(pool: NodePool) -> dict[str, str]:
    if not isinstance(pool, GpuNodePool):
        return {}
    return {
        "feature.node.kubernetes.io/pci-10de.present": "true",
        "nvidia.com/gpu.present": "true",
        "nvidia.com/gpu.product": _PRODUCTS[pool.gpu][2] if pool.gpu in _PRODUCTS else pool.gpu,
        "nvidia.com/gpu.count": str(pool.gpus_per_node),
        "nvidia.com/gpu.memory": str(_PRODUCTS[pool.gpu][3] if pool.gpu in _PRODUCTS else 0),
    }


def _instance_type(pool: NodePool, known: dict[tuple[str, int], str], plain: str) -> str:
    if pool.instance_types:
        return pool.instance_types[0]
    return known[pool.gpu, pool.gpus_per_node] if isinstance(pool, GpuNodePool) else plain


def _taints(pool: NodePool) -> list[Json]:
    found: list[Json] = [
        {"key": taint.key, "effect": taint.effect, **({"value": taint.value} if taint.value else {})}
        for taint in pool.taints
    ]
    if pool.flavour == "gke" and isinstance(pool, GpuNodePool):
        found.append({"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"})
    if pool.flavour == "aks" and pool.spot:
        found.append({"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"})
    return found


class FakePool:
    """Nodes that were made for one pool.

    Attributes:
        pool: The pool.
        names: Names of its nodes.
    """

    def __init__(self, pool: NodePool, names: list[str]) -> None:
        self.pool, self.names = pool, names
