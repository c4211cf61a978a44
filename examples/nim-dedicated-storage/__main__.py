"""A NIM on a GPU, with a volume of its own for the model weights."""

import pulumi

import lockyard

config = pulumi.Config()

# The type belongs to the repository: everything in it is a NIM, for ever.
repository = lockyard.ArtifactRepository("llama", type="nim")

artifact = lockyard.Artifact(
    "llama",
    repository=repository,
    status="locked",
    spec=lockyard.ArtifactSpecArgs(
        # A volume per workload. The weights are downloaded once; later starts find them there.
        storage=lockyard.NimStorageArgs(mode="dedicatedPvc", pvc_size=config.require("pvcSize")),
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="nim",
                        image_uri=config.require("image"),
                        port=8000,
                        environment_vars=[
                            # Named by id and resolved where the container starts: the token is never in the state.
                            lockyard.EnvironmentVariableArgs(
                                name="NGC_API_KEY",
                                source="dr-credential",
                                dr_credential_id="665f1c2a9b3e4d5f6a7b8c9d",
                                key="apiToken",
                            ),
                            lockyard.EnvironmentVariableArgs(name="NIM_MAX_MODEL_LEN", value="8192"),
                        ],
                        readiness_probe=lockyard.ProbeArgs(path="/v1/health/ready", port=8000),
                        # Downloading the weights takes minutes: until it is done, nobody asks whether it lives.
                        startup_probe=lockyard.ProbeArgs(
                            path="/v1/health/ready", port=8000, period_seconds=30, failure_threshold=60
                        ),
                        liveness_probe=lockyard.ProbeArgs(path="/v1/health/live", port=8000),
                    )
                ]
            )
        ],
    ),
)

workload = lockyard.Workload(
    "llama",
    artifact=artifact,
    importance="high",
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[
            lockyard.GroupRuntimeArgs(
                resource_bundles=["gpu.l4.small"],
                autoscaling=lockyard.AutoscalingArgs(
                    min_replica_count=1,
                    max_replica_count=config.require_int("maxReplicas"),
                    # The cache fills before requests start to wait, so this adds a replica in time.
                    policies=[lockyard.AutoscalingPolicyArgs(scaling_metric="gpuCacheUtilization", target=80)],
                ),
            )
        ]
    ),
)

pulumi.export("artifactId", artifact.id)
pulumi.export("version", artifact.version)
pulumi.export("workloadId", workload.id)
