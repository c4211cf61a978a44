"""A NIM on a GPU of a Kubernetes cluster, with a volume of its own for the model weights."""

import pulumi
from cluster import cluster

import lockyard
from lockyard_components import KubernetesWorkload, SecretReference

config = pulumi.Config()

repository = lockyard.ArtifactRepository("llama", type="nim")

NGC_CREDENTIAL = "665f1c2a9b3e4d5f6a7b8c9d"

artifact = lockyard.Artifact(
    "llama",
    repository=repository,
    status="locked",
    spec=lockyard.ArtifactSpecArgs(
        storage=lockyard.NimStorageArgs(mode="dedicatedPvc", pvc_size=config.require("pvcSize")),
        container_groups=[
            lockyard.ContainerGroupArgs(
                containers=[
                    lockyard.ContainerArgs(
                        name="nim",
                        image_uri=config.require("image"),
                        port=8000,
                        environment_vars=[
                            lockyard.EnvironmentVariableArgs(
                                name="NGC_API_KEY",
                                source="dr-credential",
                                dr_credential_id=NGC_CREDENTIAL,
                                key="NGC_API_KEY",
                            ),
                            lockyard.EnvironmentVariableArgs(name="NIM_MAX_MODEL_LEN", value="8192"),
                        ],
                    )
                ]
            )
        ],
    ),
)

# Health paths, ports, cache directory, shared memory and the time that loading takes follow from the type `nim`.
llama = KubernetesWorkload(
    "llama",
    artifact=artifact,
    cluster=cluster(config.require("namespace"), config.require("storageClass")),
    runtime=lockyard.WorkloadRuntimeArgs(
        container_groups=[lockyard.GroupRuntimeArgs(replica_count=1, resource_bundles=["gpu.l40s.1"])]
    ),
    # The registry knows a credential by its id; here it is a Secret that somebody put into the namespace.
    secrets={NGC_CREDENTIAL: SecretReference(name="ngc", key="NGC_API_KEY")},
)

pulumi.export("version", artifact.version)
pulumi.export("workloadId", llama.workload_id)
pulumi.export("internalUrl", llama.internal_url)
pulumi.export("rollout", llama.plan.rollout.reason if llama.plan.rollout else None)
