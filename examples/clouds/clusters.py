"""Three clusters with the same kind of GPU. Each finds its nodes by its own labels, and has its own taints."""

from lockyard_components import Cluster, GpuNodePool, NodePool


def clusters(namespace: str) -> dict[str, Cluster]:
    def described(name: str, *pools: NodePool) -> Cluster:
        return Cluster(name=name, namespace=namespace, create_namespace=True, pools=pools)

    return {
        # GKE labels nodes with the accelerator and taints them itself.
        "gke": described(
            "speech-gke",
            GpuNodePool(
                name="t4", flavour="gke", gpu="T4", gpus_per_node=1, node_cpu=7.9, node_memory="26GiB", max_nodes=4
            ),
        ),
        # A managed node group of EKS says nothing about its GPUs, so the instance type finds them.
        "eks": described(
            "speech-eks",
            GpuNodePool(
                name="t4",
                flavour="eks",
                gpu="T4",
                gpus_per_node=1,
                node_cpu=7.9,
                node_memory="29GiB",
                max_nodes=4,
                instance_types=("g4dn.2xlarge",),
            ),
        ),
        # Nor does AKS.
        "aks": described(
            "speech-aks",
            GpuNodePool(
                name="t4",
                flavour="aks",
                gpu="T4",
                gpus_per_node=1,
                node_cpu=7.8,
                node_memory="50GiB",
                max_nodes=4,
                instance_types=("Standard_NC8as_T4_v3",),
            ),
        ),
    }
