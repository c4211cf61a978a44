"""The cluster: EKS with Karpenter, nodes with one L40S each, block storage."""

from lockyard_components import Cluster, GpuNodePool, SecretReference, StorageClass


def cluster(namespace: str, storage_class: str) -> Cluster:
    return Cluster(
        name="gpu-eu",
        namespace=namespace,
        create_namespace=True,
        pools=(
            GpuNodePool(
                name="l40s",
                flavour="karpenter",
                gpu="L40S",
                gpus_per_node=1,
                node_cpu=7.5,
                node_memory="60GiB",
                max_nodes=4,
            ),
        ),
        # A block volume: one node at a time, in one zone.
        storage_classes=(StorageClass(name=storage_class, zonal=True),),
        pull_secrets=("ngc-pull",),
        ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY"),
    )
