"""Draft artifacts in two repositories, each with a KubernetesWorkload."""

from dataclasses import replace

import pulumi
import scenario

import lockyard
import lockyard_components

WORKLOADS = pulumi.Config().require_int("pairs")
CLUSTER = replace(scenario.CLUSTER, render_to="yaml")

repositories = {kind: lockyard.ArtifactRepository(f"bench-{kind}", type=kind) for kind in ("service", "nim")}
for index in range(WORKLOADS):
    artifact = lockyard.Artifact(
        f"bench-{index}", repository=repositories[scenario.artifact_type(index)], spec=scenario.spec(index)
    )
    lockyard_components.KubernetesWorkload(
        f"bench-{index}",
        artifact=artifact,
        cluster=CLUSTER,
        runtime=scenario.runtime(index),
        exposure=lockyard_components.Exposure(),
    )
