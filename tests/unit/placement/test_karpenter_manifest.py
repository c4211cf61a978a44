"""Karpenter's NodePool from a pool."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.placement.worlds import GPU_TAINT, cpu_pool, gpu_pool

from lockyard_components.placement import PlacementError, Taint, node_labels, render_karpenter_node_pool


def requirements(manifest: dict[str, Any]) -> dict[str, Any]:
    found = manifest["spec"]["template"]["spec"]["requirements"]
    keys = [item["key"] for item in found]
    assert len(set(keys)) == len(keys)
    return {item["key"]: item.get("values", item["operator"]) for item in found}


def test_a_gpu_pool() -> None:
    pool = gpu_pool(
        "a100",
        "karpenter",
        "A100-80GB",
        8,
        max_nodes=3,
        taints=(GPU_TAINT, Taint(key="dedicated", effect="NoExecute")),
        labels={"team": "ml", "karpenter.sh/nodepool": "a100", "topology.kubernetes.io/zone": "eu-central-1a"},
    )
    manifest = render_karpenter_node_pool(pool, node_class="gpu", termination_grace_period="1h")
    assert (manifest["apiVersion"], manifest["kind"], manifest["metadata"]) == (
        "karpenter.sh/v1",
        "NodePool",
        {"name": "a100"},
    )
    assert requirements(manifest) == {
        "kubernetes.io/arch": ["amd64"],
        "kubernetes.io/os": ["linux"],
        "karpenter.sh/capacity-type": ["on-demand", "reserved"],
        "karpenter.k8s.aws/instance-gpu-name": ["a100"],
        "karpenter.k8s.aws/instance-gpu-memory": ["81920"],
        "karpenter.k8s.aws/instance-gpu-count": ["8"],
        "topology.kubernetes.io/zone": ["eu-central-1a"],
    }
    spec = manifest["spec"]
    assert spec["limits"] == {"nodes": "3", "nvidia.com/gpu": "24"}
    assert spec["disruption"] == {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "10m"}
    assert spec["template"]["metadata"] == {"labels": {"team": "ml"}}
    assert spec["template"]["spec"]["taints"] == [
        {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"},
        {"key": "dedicated", "effect": "NoExecute"},
    ]
    assert spec["template"]["spec"]["nodeClassRef"] == {
        "group": "karpenter.k8s.aws",
        "kind": "EC2NodeClass",
        "name": "gpu",
    }
    assert spec["template"]["spec"]["expireAfter"] == "Never"
    assert spec["template"]["spec"]["terminationGracePeriod"] == "1h"


def test_a_pool_on_auto_mode() -> None:
    pool = cpu_pool("web", "eks-auto", spot=True, instance_types=("m7i.2xlarge",))
    manifest = render_karpenter_node_pool(pool)
    assert requirements(manifest) == {
        "kubernetes.io/arch": ["amd64"],
        "kubernetes.io/os": ["linux"],
        "karpenter.sh/capacity-type": ["spot"],
        "node.kubernetes.io/instance-type": ["m7i.2xlarge"],
    }
    assert manifest["spec"]["template"]["spec"]["nodeClassRef"]["group"] == "eks.amazonaws.com"
    assert not {"limits"} & manifest["spec"].keys() and "metadata" not in manifest["spec"]["template"]
    assert not {"taints", "terminationGracePeriod"} & manifest["spec"]["template"]["spec"].keys()


def test_a_cpu_pool_takes_no_gpu_instances_and_a_reserved_one_only_those() -> None:
    manifest = render_karpenter_node_pool(
        cpu_pool("web", "karpenter", labels={"karpenter.sh/capacity-type": "reserved"})
    )
    assert requirements(manifest)["karpenter.k8s.aws/instance-gpu-name"] == "DoesNotExist"
    assert requirements(manifest)["karpenter.sh/capacity-type"] == ["reserved"]
    assert "metadata" not in manifest["spec"]["template"]


@pytest.mark.parametrize("spot", [False, True])
def test_its_nodes_are_what_workloads_select(spot: bool) -> None:
    """Every label that a workload selects by is one that the NodePool requires, sets or has by its name."""
    pool = gpu_pool("gpu", "karpenter", "H100", 8, spot=spot, labels={"team": "ml", "karpenter.sh/nodepool": "gpu"})
    manifest = render_karpenter_node_pool(pool)
    labels = manifest["spec"]["template"]["metadata"]["labels"]
    for key, value in node_labels(pool).items():
        required = requirements(manifest).get(key)
        assert required == [value] or labels.get(key) == value or (key, value) == ("karpenter.sh/nodepool", "gpu")


@pytest.mark.parametrize(
    ("pool", "options", "text"),
    [
        (gpu_pool(), {}, "flavour='gke' has no NodePool: use one of karpenter, eks-auto"),
        (cpu_pool(flavour="karpenter"), {"node_class": "A"}, "node_class='A'"),
        (cpu_pool(flavour="karpenter"), {"expire_after": "30 days"}, "expire_after='30 days' must be a duration"),
        (cpu_pool(flavour="karpenter"), {"expire_after": None}, "expire_after=None must be a duration"),
        (cpu_pool(flavour="karpenter"), {"consolidate_after": 10}, "consolidate_after=10 must be a duration"),
        (cpu_pool(flavour="karpenter"), {"termination_grace_period": "Never"}, "such as '1h30m'"),
        (cpu_pool(flavour="karpenter"), {"architectures": ("x86",)}, "must be some of amd64, arm64"),
        (cpu_pool(flavour="karpenter"), {"architectures": ()}, "must be some of amd64, arm64"),
        (cpu_pool(flavour="karpenter", labels={"karpenter.sh/nodepool": "x"}), {}, "write 'web' or leave it out"),
        (cpu_pool(flavour="karpenter", labels={"karpenter.sh/own": "x"}), {}, "lets no NodePool set the label"),
    ],
)
def test_refused(pool: Any, options: dict[str, Any], text: str) -> None:
    with pytest.raises(PlacementError) as refused:
        render_karpenter_node_pool(pool, **options)
    assert text in str(refused.value) and "\n" not in str(refused.value)
