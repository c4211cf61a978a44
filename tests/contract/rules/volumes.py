"""R69: volumes of NIM workloads. The components make them; the registry only keeps what they follow from."""

from __future__ import annotations

from typing import Any

from lockyard_components.manifests import WorkloadDescription, cache_names, plan_workload, render_workload
from lockyard_components.placement import Cluster, GpuNodePool, ResourceBundle, StorageClass

from ..table import rule
from ..world import World, container, runtime, spec

IMAGE = "nvcr.io/nim/meta/llama@sha256:" + "3f" * 32
CLUSTER = Cluster(
    name="prod",
    pools=(GpuNodePool(name="l4", flavour="gke", node_cpu=15, node_memory="60GiB", gpu="L4", gpus_per_node=2),),
    bundles=(ResourceBundle(id="gpu.l4.small", cpu=4, memory="16GiB", gpus=1, gpu="L4"),),
    storage_classes=(StorageClass(name="shared", access_modes=("ReadWriteMany",)),),
    namespace="models",
)


@rule("R69")
def volumes(t: World) -> None:
    """With `nimCache` two workloads on one image share one volume; with `dedicatedPvc` each has its own."""
    shared = [claims(t, name, "nimCache") for name in ("one", "two")]
    assert shared[0] == shared[1] == {cache_names(IMAGE).claim}
    own = [claims(t, name, "dedicatedPvc") for name in ("one", "two")]
    assert own[0] and own[1]
    assert own[0].isdisjoint(own[1])


def claims(t: World, name: str, mode: str) -> set[str]:
    """The claims that the pods of a workload mount, from what the registry says of it."""
    artifact = t.artifact(type="nim", spec=spec(container(imageUri=IMAGE, port=8000), storage={"mode": mode}))
    wanted = runtime(resourceBundles=["gpu.l4.small"])
    made = t.workload(artifact, runtime=wanted)
    names = cache_names(IMAGE)
    cache: dict[str, Any] = {"cache_claim": names.claim, "cache_subfolder": names.subfolder}
    description = WorkloadDescription(
        name=name,
        namespace="models",
        workload_id=made["id"],
        artifact_id=artifact["id"],
        artifact_digest="v1:" + "d" * 64,
        runtime_digest="v1:" + "e" * 64,
        version=artifact["id"][:12],
        draft=True,
        artifact_type=artifact["type"],
        spec=artifact["spec"],
        runtime=wanted,
        **(cache if mode == "nimCache" else {}),
    )
    problems = [str(problem) for problem in plan_workload(description, CLUSTER).errors]
    assert not problems, problems
    pod = render_workload(description, CLUSTER)["deployment"]["spec"]["template"]["spec"]
    mounted = (volume.get("persistentVolumeClaim") for volume in pod["volumes"])
    return {claim["claimName"] for claim in mounted if claim}
