"""The cluster, as a platform team describes it once for all programs that use it."""

from lockyard_components import Cluster, Ingress, NodePool


def cluster(namespace: str) -> Cluster:
    return Cluster(
        name="main",
        namespace=namespace,
        create_namespace=True,
        # What an empty node has left for workloads, which is less than the instance's nominal size.
        pools=(NodePool(name="general", flavour="eks", node_cpu=7.5, node_memory="28GiB", max_nodes=10),),
        ingress=Ingress(class_name="nginx", domain="shop.example.com", namespace="ingress-nginx"),
    )
