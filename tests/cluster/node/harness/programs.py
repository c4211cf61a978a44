"""Pulumi programs with one workload on the real node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from tests.cluster.workloads import impatient

import lockyard
from lockyard_components import KubernetesWorkload
from lockyard_components.placement import Cluster

from .platform import IMAGES, ONE

Program = Callable[[], Any]


def chat(
    where: Cluster,
    version: str,
    *,
    name: str = "chat",
    status: str = "locked",
    replicas: int = 2,
    bundle: str = ONE,
    image: str = f"{IMAGES.web}:1",
    patience: int | None = None,
    settings: Mapping[str, Any] | None = None,
    startup_failures: int = 20,
    **more: Any,
) -> Program:
    """One artifact of the HTTP server and one workload.

    Args:
        where: The cluster.
        version: What the server calls itself in its answers.
        name: Of both.
        status: Of the artifact.
        replicas: A fixed number.
        bundle: What each gets.
        image: What runs.
        patience: Seconds that the engine waits for its pods; None for what the component says.
        settings: Further settings of the server.
        startup_failures: Seconds that it may take to start.
        more: Further arguments of the workload.
    """

    def main() -> KubernetesWorkload:
        variables = {"VERSION": version, "DRAIN_SECONDS": 1, **(settings or {})}
        probe = {
            "path": "/healthz",
            "port": 8080,
            "period_seconds": 1,
            "initial_delay_seconds": 0,
            "timeout_seconds": 5,
        }
        server = {
            "name": "server",
            "image_uri": image,
            "port": 8080,
            "primary": True,
            "environment_vars": [{"name": name, "value": str(value)} for name, value in variables.items()],
            "startup_probe": {**probe, "failure_threshold": startup_failures},
            "readiness_probe": {**probe, "failure_threshold": 2},
        }
        artifact = lockyard.Artifact(
            name,
            repository=lockyard.ArtifactRepository(name),
            status=status,
            spec={"container_groups": [{"containers": [server]}]},
        )
        options = pulumi.ResourceOptions(transformations=[impatient(patience)] if patience else None)
        runtime = {"container_groups": [{"replica_count": replicas, "resource_bundles": [bundle]}]}
        return KubernetesWorkload(name, artifact=artifact, cluster=where, runtime=runtime, opts=options, **more)

    return main
