"""The namespace of a cluster's workloads, where their program makes it: one resource, however many workloads."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from lockyard_components.placement import Cluster

_LEVEL: Final = "pod-security.kubernetes.io/enforce"

# By the engine's connection, which is another one for every run of a program.
_declared: WeakKeyDictionary[Any, dict[tuple[int, str], pulumi.Resource]] = WeakKeyDictionary()


def namespace_of(cluster: Cluster, namespace: str, component: pulumi.Resource) -> pulumi.Resource | None:
    """The namespace as a resource, made at the first call of the program; None where it exists already.

    It has no parent, so that it stays whichever workload leaves the program first.

    Args:
        cluster: the cluster; its `create_namespace` decides.
        namespace: name of the namespace.
        component: whose Kubernetes provider makes it.
    """
    if not cluster.create_namespace:
        return None
    from pulumi_kubernetes.core.v1 import Namespace

    provider = component.get_provider("kubernetes:core/v1:Namespace")
    known = _declared.setdefault(get_monitor(), {})
    found = known.get((id(provider), namespace))
    if found is None:
        taken = sum(name == namespace for _, name in known)
        found = known[id(provider), namespace] = Namespace(
            f"{namespace}-{cluster.name}" if taken else namespace,
            metadata={"name": namespace, "labels": {_LEVEL: cluster.pod_security}},
            opts=pulumi.ResourceOptions(provider=provider),
        )
    return found
