"""What a platform team would say of this cluster, and artifacts of the images that it has."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from lockyard_components.placement import (
    Cluster,
    GpuNodePool,
    ResourceBundle,
    StorageClass,
    WorkloadDefaults,
)

#: Images that are on the node; tags 1, 2 and 3 of each are the same programs.
IMAGES = SimpleNamespace(
    web="test.local/web", nim="test.local/nim-standin", utility="test.local/utility:1", missing="test.local/missing:1"
)

#: Bundles by the share of the node that a replica takes: one, two or all of its four GPUs. The sizes are ours.
ONE, HALF, FULL = "gpu.l4.1", "gpu.l4.2", "gpu.l4.4"

POOL = GpuNodePool(
    name="real", flavour="generic", gpu="L4", gpus_per_node=4, node_cpu=2, node_memory="22GiB", max_nodes=1
)


def platform(namespace: str, **changes: Any) -> Cluster:
    """The cluster as workloads see it; times are short."""

    def bundle(id: str, gpus: int) -> ResourceBundle:
        return ResourceBundle(id=id, cpu=0.1, memory="4200MiB", gpus=gpus, gpu="L4", shm_size="64MiB")

    settings: dict[str, Any] = {
        "name": "real-node",
        "pools": (POOL,),
        "bundles": (bundle(ONE, 1), bundle(HALF, 2), bundle(FULL, 4)),
        "storage_classes": (StorageClass(name="test-node", access_modes=("ReadWriteOnce", "ReadWriteMany")),),
        "namespace": namespace,
        "utility_image": IMAGES.utility,
        "defaults": WorkloadDefaults(
            startup_seconds_cached=30,
            startup_seconds_uncached=30,
            startup_seconds_service=30,
            provisioning_seconds=5,
            drain_seconds=4,
            grace_seconds=15,
            dedicated_claim_size="1Gi",
        ),
    }
    return Cluster(**{**settings, **changes})
