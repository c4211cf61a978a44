"""The component for a node pool that Karpenter fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi

from lockyard_components._arguments import CLUSTER, FLAG, TEXT, Kind, list_of, require_kinds
from lockyard_components._kubernetes import component_options, declare, refusals
from lockyard_components.placement import Cluster, NodePool, render_karpenter_node_pool

_KINDS: Final[Mapping[str, Kind]] = {
    "cluster": CLUSTER,
    "pool": TEXT,
    "architectures": list_of(TEXT),
    "wait_ready": FLAG,
}


class KarpenterNodePool(pulumi.ComponentResource):
    """The `NodePool` of Karpenter for a pool of the cluster: the nodes come and go with the pods that need them.

    The same pool describes the nodes that are made and where workloads go, so the two fit. Only empty nodes are taken
    away, and none for its age, since a node with a model loaded is expensive to lose.

    Deleting it drains and removes its nodes. Workloads on it should have it in their `depends_on`, so that they come
    after it and go before it.

    Example:
        ```python
        pool = KarpenterNodePool("l40s", cluster=cluster, pool="l40s")
        ```

    Args:
        resource_name: Pulumi's name.
        cluster: The cluster. The object goes to the cluster of the Kubernetes provider in `opts`, else of the current
            kubeconfig.
        pool: Name of one of its pools, of flavour `karpenter` or `eks-auto`. It is the object's name, so another one
            replaces the NodePool and its nodes. What the pool says (taints, labels, instance types, most nodes) is
            updated in place; Karpenter then replaces nodes that no longer fit.
        node_class: Name of the EC2NodeClass (NodeClass on EKS Auto Mode) with image, subnets and role. It must exist.
        expire_after: Age at which a node is replaced, such as `720h`; default: never.
        consolidate_after: How long a node must be empty before it goes; default `10m`; or `Never`.
        termination_grace_period: Longest time to drain a node, such as `1h`; default: as long as it takes. It overrides
            disruption budgets.
        architectures: Processors of the nodes.
        wait_ready: Wait until Karpenter has accepted the pool, at most 5 minutes: a node class that is missing is told
            here, and not by pods that stay pending. Default true.
        opts: Options of the component.

    Raises:
        InputError: The cluster has no such pool, the pool has another flavour, or a value cannot be right.
    """

    node_pool: pulumi.Resource
    """The NodePool."""
    pool: NodePool
    """What it was made from."""

    def __init__(
        self,
        resource_name: str,
        *,
        cluster: Cluster,
        pool: str,
        node_class: str = "default",
        expire_after: str = "Never",
        consolidate_after: str = "10m",
        termination_grace_period: str | None = None,
        architectures: Sequence[str] = ("amd64",),
        wait_ready: bool = True,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        label = f"KarpenterNodePool {resource_name!r}"
        require_kinds(label, _KINDS, cluster=cluster, pool=pool, architectures=architectures, wait_ready=wait_ready)
        with refusals(label):
            self.pool = cluster.pool(pool)
            manifest = render_karpenter_node_pool(
                self.pool,
                node_class=node_class,
                expire_after=expire_after,
                consolidate_after=consolidate_after,
                termination_grace_period=termination_grace_period,
                architectures=tuple(architectures),
            )
        super().__init__("lockyard:index:KarpenterNodePool", resource_name, None, component_options(cluster, opts))
        options = pulumi.ResourceOptions(parent=self)
        if wait_ready:
            manifest["metadata"]["annotations"] = {"pulumi.com/waitFor": "condition=Ready"}
            options.custom_timeouts = pulumi.CustomTimeouts(create="5m", update="5m")
        self.node_pool = declare(resource_name, manifest, options)
        self.register_outputs({})
