"""Pulumi secrets in the environment of a container: encrypted in the state, hidden in every preview."""

import pulumi

import lockyard

config = pulumi.Config()
token = config.require_secret("upstreamToken")

repository = lockyard.ArtifactRepository("gateway")

artifact = lockyard.Artifact(
    "gateway",
    repository=repository,
    spec=lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="gateway",
                        image_uri="registry.example/gateway:3.0.1",
                        port=8080,
                        environment_vars=[
                            lockyard.EnvironmentVariableArgs(name="UPSTREAM_TOKEN", value=token),
                            # What is made of a secret is a secret, too.
                            lockyard.EnvironmentVariableArgs(
                                name="UPSTREAM_URL",
                                value=pulumi.Output.concat("https://gateway:", token, "@upstream.example"),
                            ),
                            lockyard.EnvironmentVariableArgs(name="UPSTREAM_TIMEOUT", value="30s"),
                        ],
                    )
                ]
            )
        ]
    ),
)

workload = lockyard.Workload(
    "gateway",
    artifact=artifact,
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[lockyard.GroupRuntimeArgs(replica_count=1, resource_bundles=["cpu.small"])]
    ),
)

pulumi.export("artifactId", artifact.id)
# A secret as well: beside the encrypted token, its plain hash would let anybody test guesses.
pulumi.export("contentDigest", artifact.content_digest)
