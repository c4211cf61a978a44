"""Staging: works on a draft, and releases locked versions into the repository that production reads."""

import pulumi

import lockyard

config = pulumi.Config()


def ranker(image: str) -> lockyard.ArtifactSpecArgs:
    """The same shape for the draft and for the releases: only the image differs."""
    return lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[lockyard.ContainerArgs(name="ranker", image_uri=image, port=9000)],
            )
        ]
    )


repository = lockyard.ArtifactRepository("ranker")

# Edited as often as you like, under a workload that restarts with every edit.
candidate = lockyard.Artifact("candidate", repository=repository, spec=ranker(config.require("image")))
lockyard.Workload(
    "ranker-staging",
    artifact=candidate,
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[lockyard.GroupRuntimeArgs(replica_count=1, resource_bundles=["cpu.micro"])]
    ),
)

# Locked from the start: a new image cannot change it, so it becomes the next version and the old one stays.
release = lockyard.Artifact(
    "release", name="ranker", repository=repository, spec=ranker(config.require("release")), status="locked"
)

pulumi.export("repositoryId", repository.id)
pulumi.export("releasedVersion", release.version)
