"""Production on Kubernetes: runs the newest locked version of a repository that the staging project fills."""

import pulumi

import lockyard
from lockyard_components import Cluster, KubernetesWorkload, NodePool

config = pulumi.Config()
pinned = config.get_int("version")

cluster = Cluster(
    name="production",
    namespace=config.require("namespace"),
    create_namespace=True,
    pools=(NodePool(name="general", flavour="gke", node_cpu=7.5, node_memory="28GiB", max_nodes=10),),
)

# Reads the registry whenever the program runs, so the preview shows a new release before anything happens.
# `pulumi config set version 1` holds production at a version, or takes it back to one.
artifact = lockyard.lookup_artifact(
    repository=config.require("repositoryId"),
    version="latest-locked" if pinned is None else pinned,
)

ranker = KubernetesWorkload(
    "ranker",
    artifact=artifact,
    cluster=cluster,
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
pulumi.export("artifactId", artifact.id)
pulumi.export("workloadId", ranker.workload_id)
pulumi.export("internalUrl", ranker.internal_url)
