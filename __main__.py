"""The quickstart: edit a draft, lock it, edit it again and see a new version replace it.

`pulumi config set image …` edits the artifact, `pulumi config set status locked` locks it.
"""

import pulumi

import lockyard

config = pulumi.Config()


def container(image: str) -> lockyard.ArtifactSpecArgs:
    """One container that serves HTTP on port 8080."""
    return lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="main",
                        image_uri=image,
                        port=8080,
                        readiness_probe=lockyard.ProbeArgs(path="/ready", port=8080),
                    )
                ]
            )
        ]
    )


# A lineage of versions, the artifact that is being worked on, and a workload that runs it.
repository = lockyard.ArtifactRepository("chat-api")
artifact = lockyard.Artifact(
    "chat-api",
    repository=repository,
    spec=container(config.require("image")),
    status=config.require("status"),
)
workload = lockyard.Workload(
    "chat-api",
    artifact=artifact,
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[lockyard.GroupRuntimeArgs(replica_count=2, resource_bundles=["cpu.small"])]
    ),
)

# A second lineage whose only version is locked from the start: it never changes, only new versions come after it.
embedder = lockyard.Artifact(
    "embedder",
    repository=lockyard.ArtifactRepository("embedder"),
    spec=container("registry.example/embedder:3.2.1"),
    status="locked",
)

pulumi.export("artifact", artifact.id)
pulumi.export("version", artifact.version)
pulumi.export("digest", artifact.content_digest)
pulumi.export("workload", workload.id)
pulumi.export("embedderVersion", embedder.version)
