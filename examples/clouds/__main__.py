"""One GPU workload on GKE, EKS and AKS: only the description of the cluster differs."""

import pulumi
from clusters import clusters

import lockyard
from lockyard_components import KubernetesWorkload

config = pulumi.Config()

artifact = lockyard.Artifact(
    "transcriber",
    repository=lockyard.ArtifactRepository("transcriber"),
    status="locked",
    spec=lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="server",
                        image_uri=config.require("image"),
                        port=8080,
                        readiness_probe=lockyard.ProbeArgs(path="/healthz", port=8080),
                    )
                ]
            )
        ]
    ),
)

# The workload asks for a bundle. Which nodes those are, and what they are tainted with, the cluster knows.
transcriber = KubernetesWorkload(
    "transcriber",
    artifact=artifact,
    cluster=clusters(config.require("namespace"))[config.require("cloud")],
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[lockyard.GroupRuntimeArgs(replica_count=2, resource_bundles=["gpu.t4.1"])]
    ),
)

pulumi.export("version", artifact.version)
pulumi.export("workloadId", transcriber.workload_id)
pulumi.export("internalUrl", transcriber.internal_url)
