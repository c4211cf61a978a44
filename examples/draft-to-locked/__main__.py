"""One artifact from its first draft to its second locked version, and the workload that follows it."""

import pulumi

import lockyard

config = pulumi.Config()

repository = lockyard.ArtifactRepository("sentiment", tags={"team": "search"})

artifact = lockyard.Artifact(
    "sentiment",
    repository=repository,
    description="Scores the mood of product reviews.",
    status=config.require("status"),
    spec=lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="server",
                        image_uri=config.require("image"),
                        port=8080,
                        environment_vars=[
                            lockyard.EnvironmentVariableArgs(name="LOG_LEVEL", value=config.require("logLevel")),
                        ],
                        # The port of a probe does not follow the container's: say it.
                        readiness_probe=lockyard.ProbeArgs(path="/ready", port=8080, period_seconds=10),
                        liveness_probe=lockyard.ProbeArgs(path="/healthz", port=8080),
                    )
                ]
            )
        ]
    ),
)

# The workload keeps its id and endpoint whatever happens to the artifact.
workload = lockyard.Workload(
    "sentiment",
    artifact=artifact,
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[
            lockyard.GroupRuntimeArgs(replica_count=config.require_int("replicas"), resource_bundles=["cpu.small"])
        ]
    ),
)

pulumi.export("artifactId", artifact.id)
pulumi.export("version", artifact.version)
pulumi.export("contentDigest", artifact.content_digest)
pulumi.export("workloadId", workload.id)
pulumi.export("endpoint", workload.endpoint)
