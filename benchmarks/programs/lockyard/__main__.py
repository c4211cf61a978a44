"""Draft artifacts in one repository, each with a workload."""

import pulumi

import lockyard

PAIRS = pulumi.Config().require_int("pairs")


def spec(index: int) -> lockyard.ArtifactSpecArgs:
    """One container with a port, five variables and a probe."""
    return lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="server",
                        image_uri=f"registry.example/bench:{index}",
                        port=8080,
                        primary=True,
                        environment_vars=[
                            lockyard.EnvironmentVariableArgs(name=f"SETTING_{number}", value=f"value {number}")
                            for number in range(5)
                        ],
                        readiness_probe=lockyard.ProbeArgs(path="/ready", port=8080),
                    )
                ]
            )
        ]
    )


repository = lockyard.ArtifactRepository("bench")
for index in range(PAIRS):
    artifact = lockyard.Artifact(f"bench-{index}", repository=repository, spec=spec(index))
    lockyard.Workload(
        f"bench-{index}",
        artifact=artifact,
        runtime=lockyard.WorkloadRuntimeArgs(
            container_groups=[lockyard.GroupRuntimeArgs(replica_count=2, resource_bundles=["cpu.small"])]
        ),
    )
