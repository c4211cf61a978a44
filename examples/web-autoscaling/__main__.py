"""A web service on Kubernetes: locked artifact, rolling updates, replicas that follow the load."""

import pulumi
from cluster import cluster

import lockyard
from lockyard_components import Exposure, KubernetesWorkload

config = pulumi.Config()

repository = lockyard.ArtifactRepository("storefront")

artifact = lockyard.Artifact(
    "storefront",
    repository=repository,
    status="locked",
    spec=lockyard.ArtifactSpecArgs(
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="web",
                        image_uri=config.require("image"),
                        port=8080,
                        environment_vars=[lockyard.EnvironmentVariableArgs(name="LOG_LEVEL", value="info")],
                        readiness_probe=lockyard.ProbeArgs(path="/ready", port=8080),
                        liveness_probe=lockyard.ProbeArgs(path="/live", port=8080),
                    )
                ]
            )
        ]
    ),
)

# One component: the record in the registry, and the Deployment, Service, HorizontalPodAutoscaler, PodDisruptionBudget,
# NetworkPolicy, Ingress and ServiceAccount that a careful person would have written for it.
storefront = KubernetesWorkload(
    "storefront",
    artifact=artifact,
    cluster=cluster(config.require("namespace")),
    importance="high",
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[
            lockyard.GroupRuntimeArgs(
                resource_bundles=["cpu.medium"],
                autoscaling=lockyard.AutoscalingArgs(
                    min_replica_count=2,
                    max_replica_count=config.require_int("maxReplicas"),
                    policies=[lockyard.AutoscalingPolicyArgs(scaling_metric="cpuAverageUtilization", target=70)],
                ),
            )
        ]
    ),
    exposure=Exposure(),  # storefront.<namespace>.<domain of the ingress>
)

pulumi.export("version", artifact.version)
pulumi.export("workloadId", storefront.workload_id)
pulumi.export("host", storefront.host)
pulumi.export("internalUrl", storefront.internal_url)
