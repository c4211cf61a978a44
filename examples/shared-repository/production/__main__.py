"""Production: runs the newest locked version of a repository that the staging project fills."""

import pulumi

import lockyard

config = pulumi.Config()
pinned = config.get_int("version")

# Reads the registry whenever the program runs, so the preview shows a new release before anything happens.
# `pulumi config set version 1` holds production at a version, or takes it back to one.
artifact = lockyard.lookup_artifact(
    repository=config.require("repositoryId"),
    version="latest-locked" if pinned is None else pinned,
)

workload = lockyard.Workload(
    "ranker",
    artifact=artifact,
    importance="high",
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[
            lockyard.GroupRuntimeArgs(
                resource_bundles=["cpu.large"],
                autoscaling=lockyard.AutoscalingArgs(
                    min_replica_count=2,
                    max_replica_count=6,
                    policies=[lockyard.AutoscalingPolicyArgs(scaling_metric="cpuAverageUtilization", target=70)],
                ),
            )
        ]
    ),
)

pulumi.export("version", artifact.version)
pulumi.export("artifactId", workload.artifact_id)
pulumi.export("workloadId", workload.id)
pulumi.export("endpoint", workload.endpoint)
