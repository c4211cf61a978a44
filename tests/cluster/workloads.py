"""Programs with one workload on the fake nodes of a test cluster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

import lockyard
from lockyard_components.placement import Cluster, NodePool, ResourceBundle, WorkloadDefaults
from lockyard_components.workload import KubernetesWorkload

CPU_POOL = NodePool(name="cpu", flavour="generic", node_cpu=16, node_memory="64GiB", labels={"pool": "cpu"})
SMALL = ResourceBundle(id="cpu.small", cpu=0.5, memory="256MiB")

#: Short times, so that what never becomes ready fails soon: 10 s of start, 300 s are the engine's own margin.
DEFAULTS = WorkloadDefaults(
    startup_seconds_service=10,
    startup_seconds_cached=10,
    startup_seconds_uncached=10,
    provisioning_seconds=5,
    drain_seconds=0,
    grace_seconds=6,
)
IMAGE = "registry.example/chat:{}"


def cluster_of(namespace: str, **more: Any) -> Cluster:
    """A cluster with CPU nodes."""
    given: dict[str, Any] = {"name": "test", "pools": (CPU_POOL,), "bundles": (SMALL,), "defaults": DEFAULTS}
    return Cluster(namespace=namespace, **{**given, **more})


def fixed(replicas: int = 2, **more: Any) -> dict[str, Any]:
    """A fixed number of replicas."""
    return {"container_groups": [{"replica_count": replicas, "resource_bundles": ["cpu.small"], **more}]}


def autoscaled(least: int, most: int, metric: str = "cpuAverageUtilization", target: float = 70) -> dict[str, Any]:
    """Scaling by load."""
    scaling = {
        "min_replica_count": least,
        "max_replica_count": most,
        "policies": [{"scaling_metric": metric, "target": target}],
    }
    return {"container_groups": [{"autoscaling": scaling, "resource_bundles": ["cpu.small"]}]}


def impatient(
    seconds: int,
) -> Callable[[pulumi.ResourceTransformationArgs], pulumi.ResourceTransformationResult | None]:
    """A transformation that lets the engine wait for Deployments only so long."""

    def transform(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not args.type_.endswith(":Deployment"):
            return None
        limits = pulumi.CustomTimeouts(create=f"{seconds}s", update=f"{seconds}s")
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(custom_timeouts=limits))
        return pulumi.ResourceTransformationResult(args.props, options)

    return transform


def program(
    cluster: Cluster,
    version: str = "1",
    *,
    status: str = "draft",
    runtime: dict[str, Any] | None = None,
    variables: Any = (),
    patience: int | None = None,
    **more: Any,
) -> Callable[[], KubernetesWorkload]:
    """One artifact, one workload, both named chat; `patience` is how many seconds the engine waits for its pods."""

    def main() -> KubernetesWorkload:
        server = {"name": "server", "image_uri": IMAGE.format(version), "port": 8080, "primary": True}
        if variables:
            server["environment_vars"] = list(variables)
        artifact = lockyard.Artifact(
            "chat",
            repository=lockyard.ArtifactRepository("chat"),
            status=status,
            spec={"container_groups": [{"containers": [server]}]},
        )
        options = pulumi.ResourceOptions(transformations=[impatient(patience)] if patience else None)
        return KubernetesWorkload(
            "chat", artifact=artifact, cluster=cluster, runtime=runtime or fixed(), opts=options, **more
        )

    return main
