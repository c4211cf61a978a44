"""Two NIM workloads of one image: the weights are downloaded once, by a Job without a GPU."""

import pulumi
from cluster import cluster

import lockyard
from lockyard_components import KubernetesWorkload, NimCache

config = pulumi.Config()
image = config.require("image")
where = cluster(config.require("namespace"), config.require("storageClass"))

# Protected, and kept on the cluster: other stacks may use it, too (NimCache.get).
cache = NimCache("llama", image=image, cluster=where, size="200Gi", profiles=(config.require("profile"),))


def llama(name: str, max_length: int) -> lockyard.Artifact:
    """A locked artifact in a repository of its own."""
    return lockyard.Artifact(
        name,
        repository=lockyard.ArtifactRepository(name, type="nim"),
        status="locked",
        spec=lockyard.ArtifactSpecArgs(
            storage=lockyard.NimStorageArgs(mode="nimCache"),
            container_groups=[
                lockyard.ContainerGroupArgs(
                    containers=[
                        lockyard.ContainerArgs(
                            name="nim",
                            image_uri=image,
                            port=8000,
                            environment_vars=[
                                lockyard.EnvironmentVariableArgs(name="NIM_MAX_MODEL_LEN", value=str(max_length))
                            ],
                        )
                    ]
                )
            ],
        ),
    )


def runtime(replicas: int) -> lockyard.WorkloadRuntimeArgs:
    return lockyard.WorkloadRuntimeArgs(
        container_groups=[lockyard.GroupRuntimeArgs(replica_count=replicas, resource_bundles=["gpu.l40s.1"])]
    )


chat = KubernetesWorkload(
    "chat",
    artifact=llama("chat", 8192),
    cluster=where,
    runtime=runtime(config.require_int("chatReplicas")),
    nim_cache=cache,
)
summaries = KubernetesWorkload(
    "summaries", artifact=llama("summaries", 32768), cluster=where, runtime=runtime(1), nim_cache=cache
)

pulumi.export("claim", cache.claim_name)
pulumi.export("consumers", list(cache.consumers))
pulumi.export("chat", chat.internal_url)
pulumi.export("summaries", summaries.internal_url)
