"""The KarpenterNodePool component: one object from a pool of the cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.program import Run

from lockyard.resources import InputError
from lockyard_components.karpenter import KarpenterNodePool
from lockyard_components.placement import Cluster, GpuNodePool, NodePool, Taint

CLUSTER = Cluster(
    name="main",
    pools=(
        GpuNodePool(
            name="l40s",
            flavour="karpenter",
            gpu="L40S",
            gpus_per_node=4,
            node_cpu=46,
            node_memory="360GiB",
            max_nodes=8,
            taints=(Taint(key="nvidia.com/gpu"),),
            instance_types=("g6e.12xlarge",),
        ),
        NodePool(name="cpu", flavour="gke", node_cpu=7, node_memory="28GiB"),
    ),
)


def test_the_object_is_the_pool(program: Callable[..., Run]) -> None:
    made: list[KarpenterNodePool] = []
    run = program(lambda: made.append(KarpenterNodePool("gpus", cluster=CLUSTER, pool="l40s", node_class="gpu")))

    found = run["NodePool"]
    assert found.type == "kubernetes:karpenter.sh/v1:NodePool"
    assert found.inputs["metadata"]["name"] == "l40s"
    spec = found.inputs["spec"]
    assert spec["limits"] == {"nodes": "8", "nvidia.com/gpu": "32"}
    assert spec["template"]["spec"]["nodeClassRef"]["name"] == "gpu"
    assert spec["template"]["spec"]["taints"] == [{"key": "nvidia.com/gpu", "effect": "NoSchedule"}]
    assert spec["disruption"] == {"consolidationPolicy": "WhenEmpty", "consolidateAfter": "10m"}
    assert made[0].pool is CLUSTER.pools[0]
    assert found.request.parent.endswith("::gpus")


def test_it_waits_until_karpenter_accepts_it_unless_told_otherwise(program: Callable[..., Run]) -> None:
    run = program(lambda: KarpenterNodePool("gpus", cluster=CLUSTER, pool="l40s"))
    assert run["NodePool"].inputs["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}
    assert run["NodePool"].request.customTimeouts.create == "5m"

    run = program(lambda: KarpenterNodePool("gpus", cluster=CLUSTER, pool="l40s", wait_ready=False))
    assert "annotations" not in run["NodePool"].inputs["metadata"]


def test_what_karpenter_is_told_to_do(program: Callable[..., Run]) -> None:
    run = program(
        lambda: KarpenterNodePool(
            "gpus",
            cluster=CLUSTER,
            pool="l40s",
            expire_after="720h",
            consolidate_after="Never",
            termination_grace_period="1h",
            architectures=["arm64"],
        )
    )
    spec = run["NodePool"].inputs["spec"]
    assert spec["disruption"]["consolidateAfter"] == "Never"
    node = spec["template"]["spec"]
    assert (node["expireAfter"], node["terminationGracePeriod"]) == ("720h", "1h")
    assert {"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]} in node["requirements"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"pool": "h100"}, "has no pool 'h100': there are: cpu, l40s"),
        ({"pool": "cpu"}, "flavour"),
        ({"pool": "l40s", "node_class": "Not A Name"}, "node_class"),
    ],
)
def test_refusals_name_the_component(program: Callable[..., Run], arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=f"KarpenterNodePool 'gpus': .*{words}"):
        program(lambda: KarpenterNodePool("gpus", cluster=CLUSTER, **arguments))
