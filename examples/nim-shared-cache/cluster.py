"""The cluster: nodes with four L40S each, and a file system that all of them can mount."""

from lockyard_components import Cluster, GpuNodePool, NodePool, SecretReference, StorageClass


def cluster(namespace: str, storage_class: str) -> Cluster:
    return Cluster(
        name="gpu-eu",
        namespace=namespace,
        create_namespace=True,
        pools=(
            NodePool(name="general", flavour="karpenter", node_cpu=7.5, node_memory="28GiB"),
            GpuNodePool(
                name="l40s",
                flavour="karpenter",
                gpu="L40S",
                gpus_per_node=4,
                node_cpu=46,
                node_memory="360GiB",
                max_nodes=2,
            ),
        ),
        storage_classes=(StorageClass(name=storage_class, access_modes=("ReadWriteMany",), honours_fs_group=False),),
        pull_secrets=("ngc-pull",),
        ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY"),
    )
