"""Staging on Kubernetes: a draft under a workload, releases for production, and a reaper for forgotten drafts."""

import pulumi

import lockyard
from lockyard_components import Cluster, DraftReaper, KubernetesWorkload, NodePool

config = pulumi.Config()

cluster = Cluster(
    name="staging",
    namespace=config.require("namespace"),
    create_namespace=True,
    pools=(NodePool(name="general", flavour="gke", node_cpu=3.5, node_memory="12GiB", max_nodes=3),),
)


def ranker(image: str) -> lockyard.ArtifactSpecArgs:
    """The same shape for the draft and for the releases: only the image differs."""
    return lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="ranker",
                        image_uri=image,
                        port=9000,
                        readiness_probe=lockyard.ProbeArgs(path="/ready", port=9000),
                    )
                ]
            )
        ]
    )


repository = lockyard.ArtifactRepository("ranker")

# Edited as often as you like; every edit rolls the Deployment. It ends 8 hours after its last start.
candidate = lockyard.Artifact("candidate", repository=repository, spec=ranker(config.require("image")))
trial = KubernetesWorkload(
    "ranker-staging",
    artifact=candidate,
    cluster=cluster,
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[lockyard.GroupRuntimeArgs(replica_count=1, resource_bundles=["cpu.small"])]
    ),
)

# Scales drafts whose 8 hours are over to zero. It deletes nothing, and asks nobody but the cluster.
DraftReaper("reaper", cluster=cluster, image=config.require("reaperImage"), watched=(cluster.namespace,))

# Locked from the start: a new image cannot change it, so it becomes the next version and the old one stays.
release = lockyard.Artifact(
    "release", name="ranker", repository=repository, spec=ranker(config.require("release")), status="locked"
)

pulumi.export("repositoryId", repository.id)
pulumi.export("releasedVersion", release.version)
pulumi.export("trialUrl", trial.internal_url)
