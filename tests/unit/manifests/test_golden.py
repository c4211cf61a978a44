"""Three workloads, every object in full: a service, a NIM with its own volume, a NIM with a shared cache.

`python -m tests.unit.manifests.test_golden` writes the files anew; look at the difference before you commit it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.manifests.cases import BUNDLES, FULL, RWO, RWX, cached, container, described, nim, runtime, scaled, spec

from lockyard_components.manifests import Exposure, WorkloadDescription, render_workload
from lockyard_components.placement import Cluster, GpuNodePool, Ingress, NodePool, SecretReference

FOLDER = Path(__file__).parent / "golden"

EKS = Cluster(
    name="eks",
    pools=(
        NodePool(name="cpu", flavour="eks", node_cpu=15, node_memory="60GiB", instance_types=("m7i.4xlarge",)),
        GpuNodePool(
            name="l4", flavour="eks", node_cpu=47, node_memory="180GiB", gpu="L4", gpus_per_node=4, max_nodes=1,
            instance_types=("g6.12xlarge",),
        ),
    ),
    bundles=BUNDLES,
    storage_classes=(RWO,),
    namespace="models",
    ingress=Ingress(class_name="nginx", domain="apps.example", namespace="ingress-nginx"),
)  # fmt: skip
KARPENTER = replace(
    FULL,
    name="karpenter",
    pools=(
        GpuNodePool(
            name="l4", flavour="karpenter", node_cpu=47, node_memory="180GiB", gpu="L4", gpus_per_node=4, spot=False,
        ),
    ),
    storage_classes=(RWX,),
)  # fmt: skip

PROBE = {"path": "/healthz", "port": 8080, "periodSeconds": 10, "timeoutSeconds": 5}
SERVICE = described(
    name="web",
    spec=spec(
        container(
            name="app",
            port=8080,
            imageUri="registry.example/web:1",
            entrypoint=["/app", "--port", "8080"],
            environmentVars=[
                {"name": "GREETING", "value": "hello\nworld"},
                {"name": "API_TOKEN", "value": "s3cr3t-value"},
                {"source": "dr-credential", "name": "DB_PASSWORD", "drCredentialId": "c1", "key": "password"},
            ],
            readinessProbe=PROBE,
            livenessProbe=PROBE,
            securityContext={"readOnlyRootFilesystem": True},
        ),
        {"name": "proxy", "imageUri": "envoyproxy/envoy:v1.31", "readinessProbe": {"path": "/ready", "port": 9901}},
    ),
    runtime=runtime(
        resourceBundles=["cpu.large"],
        containers=[{"name": "proxy", "resourceAllocation": {"cpu": 0.25, "memory": "256MiB"}}],
        autoscaling={
            "minReplicaCount": 2,
            "maxReplicaCount": 6,
            "policies": [{"scalingMetric": "cpuAverageUtilization", "target": 60}],
        },
    ),
    secrets={"c1": SecretReference(name="database", key="password")},
    exposure=Exposure(),
)
EXAMPLES: dict[str, tuple[WorkloadDescription, Cluster]] = {
    "service": (SERVICE, EKS),
    "nim-dedicated": (nim(spec=spec(storage={"pvcSize": "150Gi"})), EKS),
    "nim-cached-draft": (
        cached(
            draft=True,
            expires_at="2026-11-21T18:00:00Z",
            runtime=scaled("gpuCacheUtilization", 70, least=1, most=3),
            profiles=("4f904d571fe60ff24695b5ee2aa42da58cb460787a968f1e8a09f5a7e862728d",),
            exposure=Exposure(),
        ),
        KARPENTER,
    ),
}


def text_of(name: str) -> str:
    """The objects of an example as YAML documents, in order of creation."""
    description, cluster = EXAMPLES[name]
    objects = render_workload(description, cluster)
    documents = (yaml.dump(manifest, Dumper=_Plain, sort_keys=False, width=120) for manifest in objects.values())
    return "---\n".join(documents)


class _Plain(yaml.SafeDumper):
    """Writes what is shared between objects each time in full."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_object_in_full(name: str) -> None:
    assert text_of(name) == (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


if __name__ == "__main__":
    for example in EXAMPLES:
        (FOLDER / f"{example}.yaml").write_text(text_of(example), encoding="utf-8")
