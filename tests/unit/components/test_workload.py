"""KubernetesWorkload under mocks: what it registers, with which parents, dependencies and options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc
from tests.unit.program import Run

import lockyard
from lockyard.resources import InputError
from lockyard_components.manifests import Exposure
from lockyard_components.nim_cache import NimCache
from lockyard_components.placement import (
    Cluster,
    Gateway,
    GpuNodePool,
    Keda,
    NodePool,
    PrometheusOperator,
    ResourceBundle,
    SecretReference,
    StorageClass,
)
from lockyard_components.workload import KubernetesWorkload

CPU = NodePool(name="cpu", flavour="gke", node_cpu=16, node_memory="64GiB", max_nodes=10)
GPU = GpuNodePool(name="l4", flavour="gke", node_cpu=15, node_memory="60GiB", max_nodes=4, gpu="L4", gpus_per_node=1)
CLUSTER = Cluster(
    name="main",
    pools=(CPU, GPU),
    bundles=(
        ResourceBundle(id="cpu.small", cpu=1, memory="1GiB"),
        ResourceBundle(id="gpu.l4.1", cpu=8, memory="32GiB", gpus=1, gpu="L4"),
    ),
    namespace="serving",
    storage_classes=(StorageClass(name="fast"), StorageClass(name="shared", access_modes=("ReadWriteMany",))),
    prometheus=PrometheusOperator(server_address="http://prometheus:9090"),
    gateway=Gateway(name="public", namespace="gateways", domain="example.com"),
    ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY"),
)
NIM_IMAGE = "nvcr.example/nim/llama@sha256:" + "a1" * 32

Program = Callable[..., Run]


def artifact(*variables: Any, name: str = "chat", status: str = "locked", **more: Any) -> lockyard.Artifact:
    server = {"name": "server", "image_uri": f"registry.example/{name}:1", "port": 8080, "environment_vars": variables}
    spec = {"container_groups": [{"containers": [server]}]}
    return lockyard.Artifact(name, **{"repository": "r" * 24, "status": status, "spec": spec, **more})


def nim(storage: dict[str, Any] | None, **more: Any) -> lockyard.Artifact:
    server = {"name": "nim", "image_uri": NIM_IMAGE, "port": 8000}
    spec: dict[str, Any] = {"container_groups": [{"containers": [server]}], "storage": storage}
    return lockyard.Artifact("llama", repository="r" * 24, status="locked", type="nim", spec=spec, **more)


def fixed(count: int = 2, bundle: str = "cpu.small") -> dict[str, Any]:
    return {"container_groups": [{"replica_count": count, "resource_bundles": [bundle]}]}


def scaled(least: int, most: int, metric: str = "cpuAverageUtilization", bundle: str = "cpu.small") -> dict[str, Any]:
    policies = [{"scaling_metric": metric, "target": 70}]
    scaling = {"min_replica_count": least, "max_replica_count": most, "policies": policies}
    return {"container_groups": [{"autoscaling": scaling, "resource_bundles": [bundle]}]}


def workload(name: str = "chat", **more: Any) -> KubernetesWorkload:
    given: dict[str, Any] = {"cluster": CLUSTER, "runtime": fixed(), **more}
    return KubernetesWorkload(name, artifact=given.pop("artifact", None) or artifact(), **given)


def parent_of(resource: Any) -> str:
    return resource.request.parent.rpartition("::")[2]


def needs(resource: Any) -> set[str]:
    """Classes of what a resource depends on."""
    return {urn.split("::")[2].rpartition("$")[2].rpartition(":")[2] for urn in resource.request.dependencies}


def kinds(run: Run) -> set[str]:
    return {resource.type.rpartition(":")[2] for resource in run.resources}


def test_a_service(program: Program) -> None:
    made: list[KubernetesWorkload] = []
    run = program(lambda: made.append(workload(exposure=Exposure())))

    assert kinds(run) == {
        "Artifact",
        "KubernetesWorkload",
        "Workload",
        "ServiceAccount",
        "NetworkPolicy",
        "Deployment",
        "PodDisruptionBudget",
        "Service",
        "HTTPRoute",
        "RolloutReport",
    }
    component = run["KubernetesWorkload"]
    assert component.type == "lockyard:index:KubernetesWorkload"
    for resource in run.resources:
        if resource.type.rpartition(":")[2] not in ("KubernetesWorkload", "Artifact"):
            assert resource.request.parent.endswith("lockyard:index:KubernetesWorkload::chat"), resource.type
    (found,) = made
    assert found.host == "chat.serving.example.com"
    assert set(found.children) >= {"deployment", "service", "networkPolicy", "route"}
    assert (found.plan.replicas.fixed, found.deployment, found.service) == (
        2,
        found.children["deployment"],
        found.children["service"],
    )


def test_order_of_creation_and_destruction(program: Program) -> None:
    variable = {"name": "DB_PASSWORD", "value": pulumi.Output.secret("hush-hush")}
    run = program(lambda: workload(artifact=artifact(variable), runtime=scaled(1, 3), exposure=Exposure()))
    deployment = run["Deployment"]
    assert needs(deployment) >= {"ServiceAccount", "Secret", "NetworkPolicy", "Workload"}
    assert "Service" not in needs(deployment)
    for later in ("Service", "HorizontalPodAutoscaler", "PodDisruptionBudget", "RolloutReport"):
        assert "Deployment" in needs(run[later]), later
    assert "Service" in needs(run["HTTPRoute"]) and "Service" in needs(run["RolloutReport"])


def test_a_dedicated_volume_goes_after_the_pods_and_is_never_deleted_first(program: Program) -> None:
    run = program(lambda: workload(artifact=nim({"mode": "dedicatedPvc"}), runtime=fixed(1, "gpu.l4.1")))
    claim = run["PersistentVolumeClaim"].request
    assert "PersistentVolumeClaim" in needs(run["Deployment"])
    assert (claim.deleteBeforeReplace, claim.deleteBeforeReplaceDefined) == (False, True)


def test_the_deployment_has_its_times_and_its_hooks(program: Program) -> None:
    made: list[KubernetesWorkload] = []
    run = program(lambda: made.append(workload()))
    request, plan = run["Deployment"].request, made[0].plan
    assert request.customTimeouts.create == request.customTimeouts.update == f"{plan.await_seconds}s"
    assert plan.await_seconds > plan.progress_seconds > plan.startup_seconds
    assert list(request.ignoreChanges) == []
    hooks = request.hooks
    assert list(hooks.before_create) == ["lockyard:chat:rollout-begins"]
    assert list(hooks.before_update) == ["lockyard:chat:rollout-begins", "lockyard:chat:scaling-changes"]
    assert list(hooks.on_error) == ["lockyard:chat:rollout-failed"]
    # A hook on deletion would make `pulumi destroy` ask for the program.
    assert list(hooks.before_delete) == list(hooks.after_delete) == []
    for kind in ("ServiceAccount", "NetworkPolicy", "Service"):
        assert list(run[kind].request.hooks.on_error) == ["lockyard:chat:rollout-failed"]


@pytest.mark.parametrize("keda", [None, Keda()], ids=["hpa", "keda"])
def test_an_autoscaler_owns_the_replicas(program: Program, keda: Keda | None) -> None:
    run = program(lambda: workload(cluster=replace(CLUSTER, keda=keda), runtime=scaled(2, 5)))
    deployment = run["Deployment"]
    assert list(deployment.request.ignoreChanges) == ["spec.replicas"]
    assert deployment.inputs["spec"]["replicas"] == 2
    assert deployment.inputs["metadata"]["annotations"]["lockyard.dev/scaling"] == "autoscaler"
    kind = "ScaledObject" if keda else "HorizontalPodAutoscaler"
    assert kind in kinds(run) and needs(run[kind]) >= {"Deployment"}


def test_stopped(program: Program) -> None:
    run = program(lambda: workload(running=False, runtime=scaled(2, 5)))
    deployment = run["Deployment"]
    assert deployment.inputs["spec"]["replicas"] == 0 and list(deployment.request.ignoreChanges) == []
    assert "HorizontalPodAutoscaler" not in kinds(run)
    assert run["RolloutReport"].inputs["running"] is False and run["Workload"].inputs["running"] is False


def test_secrets_go_to_a_secret_whose_name_the_engine_gives(program: Program) -> None:
    variables = [
        {"name": "DB_PASSWORD", "value": pulumi.Output.secret("hush-hush")},
        {"name": "LEVEL", "value": "info"},
    ]

    def named(args: Any) -> dict[str, Any]:
        return (
            {"metadata": {**args.inputs["metadata"], "name": "chat-env-1a2b3c"}} if args.typ.endswith("Secret") else {}
        )

    run = program(lambda: workload(artifact=artifact(*variables)), outputs=named)
    secret = run["Secret"]
    assert secret.name == "chat-env" and "name" not in secret.inputs["metadata"]
    assert secret.inputs["immutable"] is True
    assert secret.inputs["stringData"] == {"server.DB_PASSWORD": "hush-hush"}
    assert secret.is_secret("stringData")
    environment = run["Deployment"].inputs["spec"]["template"]["spec"]["containers"][0]["env"]
    reference = {"secretKeyRef": {"name": "chat-env-1a2b3c", "key": "server.DB_PASSWORD"}}
    assert {"name": "DB_PASSWORD", "valueFrom": reference} in environment
    assert {"name": "LEVEL", "value": "info"} in environment
    assert "hush-hush" not in str(run["Deployment"].inputs)


def test_no_plain_hash_of_content_with_secrets_on_the_cluster(program: Program) -> None:
    digest = "v1:" + "0123456789abcdef" * 4

    def outputs(args: Any) -> dict[str, Any]:
        if args.typ.endswith("Artifact"):
            return {"contentDigest": digest}
        return {"output": args.inputs["input"]} if args.typ.endswith("Stash") else {}

    plain = program(workload, outputs=outputs)["Deployment"].inputs
    assert plain["metadata"]["annotations"]["lockyard.dev/content-digest"] == digest
    assert plain["metadata"]["labels"]["lockyard.dev/version"] == "0123456789ab"

    run = program(
        lambda: workload(artifact=artifact({"name": "A", "value": pulumi.Output.secret("x")})), outputs=outputs
    )
    guarded = run["Deployment"]
    label = guarded.inputs["metadata"]["labels"]["lockyard.dev/version"]
    assert len(label) == 12 and label != "0123456789ab" and digest not in str(guarded.inputs)
    assert not guarded.is_secret("metadata.labels")
    key = run["Stash"]
    assert key.is_secret("input") and list(key.request.ignoreChanges) == ["input"]


def test_the_report_knows_the_service_and_the_replicas(program: Program) -> None:
    run = program(workload, outputs=lambda args: {"status": {"readyReplicas": 2}} if "Deployment" in args.typ else {})
    inputs = run["RolloutReport"].inputs
    assert inputs["internalUrl"] == "http://chat.serving.svc" and inputs["readyReplicas"] == 2
    assert inputs["workloadId"] == "id-of-chat" and inputs["runtimeDigest"].startswith("v1:")


def test_a_draft_has_its_end(program: Program) -> None:
    def outputs(args: Any) -> dict[str, Any]:
        return {"expiresAt": "2026-11-21T08:00:00+00:00"} if args.typ.endswith(":Workload") else {}

    metadata = program(lambda: workload(artifact=artifact(status="draft")), outputs=outputs)["Deployment"].inputs[
        "metadata"
    ]
    assert metadata["annotations"]["lockyard.dev/expires-at"] == "2026-11-21T08:00:00+00:00"
    assert metadata["labels"]["lockyard.dev/draft"] == "true"
    metadata = program(workload, outputs=outputs)["Deployment"].inputs["metadata"]
    assert "lockyard.dev/expires-at" not in metadata["annotations"]


def test_unknown_leaves_in_a_preview(program: Program, unknown: Callable[[], pulumi.Output[Any]]) -> None:
    """An image and a value that are not known yet: the same objects, with unknowns in their places."""
    image, value = unknown(), unknown()
    spec = {
        "container_groups": [
            {
                "containers": [
                    {
                        "name": "server",
                        "image_uri": image,
                        "port": 8080,
                        "environment_vars": [{"name": "A", "value": value}],
                    }
                ]
            }
        ]
    }
    run = program(lambda: workload(artifact=artifact(spec=spec)), preview=True)
    deployment = run["Deployment"]
    assert deployment.is_unknown("spec.template.spec.containers.0.image")
    assert rpc.UNKNOWN in str(run["Secret"].sent["stringData"])


def test_a_cache_is_waited_for_and_counted(program: Program) -> None:
    made: list[Any] = []

    def main() -> None:
        cache = NimCache("llama", image=NIM_IMAGE, cluster=CLUSTER, size="200Gi")
        made.append(cache)
        workload("chat", artifact=nim({"mode": "nimCache"}), runtime=fixed(1, "gpu.l4.1"), nim_cache=cache)

    run = program(main)
    assert made[0].consumers == ("KubernetesWorkload 'chat'",)
    deployment = run["Deployment"]
    assert "Job" in needs(deployment)
    assert deployment.inputs["metadata"]["labels"]["lockyard.dev/cache"] == made[0].claim_name
    volumes = deployment.inputs["spec"]["template"]["spec"]["volumes"]
    assert made[0].claim_name in str(volumes)


def test_one_namespace_for_all(program: Program) -> None:
    where = replace(CLUSTER, create_namespace=True)
    run = program(lambda: [workload(name, cluster=where, artifact=artifact(name=name)) for name in ("a", "b")])
    namespace = run["Namespace"]
    assert namespace.inputs["metadata"]["labels"] == {"pod-security.kubernetes.io/enforce": "restricted"}
    assert parent_of(namespace) in ("", "shop-dev")
    accounts = [resource for resource in run.resources if resource.type.endswith("ServiceAccount")]
    assert all("Namespace" in needs(account) for account in accounts)


def test_render_mode(program: Program, tmp_path: Any) -> None:
    made: list[KubernetesWorkload] = []
    run = program(lambda: made.append(workload()), config={"lockyard:renderTo": "out"})
    assert "RolloutReport" not in kinds(run) and made[0].report is None
    providers = [resource for resource in run.resources if resource.type == "pulumi:providers:kubernetes"]
    assert [provider.inputs["renderYamlToDirectory"] for provider in providers] == ["out"]
    assert not run["Deployment"].request.HasField("hooks") or not list(run["Deployment"].request.hooks.on_error)


def test_outputs(program: Program) -> None:
    seen: list[Any] = []

    def outputs(args: Any) -> dict[str, Any]:
        return {"endpoint": "https://registry.example/w/"} if args.typ.endswith(":Workload") else {}

    def main() -> Any:
        found = workload()
        return pulumi.Output.all(found.workload_id, found.endpoint, found.internal_url, found.replicas).apply(
            seen.extend
        )

    program(main, outputs=outputs)
    assert seen == ["id-of-chat", "https://registry.example/w/", "http://chat.serving.svc", 2]


REFUSED: list[tuple[str, Callable[[], Any], str]] = [
    (
        "no artifact",
        lambda: workload(artifact="a" * 24),
        "artifact must be an Artifact or the result of lookup_artifact",
    ),
    (
        "a read artifact",
        lambda: workload(artifact=lockyard.Artifact.get("x", "c" * 24)),
        "use lockyard.lookup_artifact",
    ),
    ("a wrong name", lambda: workload("Chat_API"), "lower-case letters, digits and hyphens"),
    (
        "an unknown bundle",
        lambda: workload(runtime=fixed(1, "gpu.h100.8")),
        "runtime.containerGroups.0.resourceBundles.0",
    ),
    (
        "an unknown container",
        lambda: workload(
            runtime={"container_groups": [{"resource_bundles": ["cpu.small"], "containers": [{"name": "other"}]}]}
        ),
        "runtime.containerGroups.0.containers.0.name: the artifact has no container of this name",
    ),
    (
        "a volume for one with two replicas",
        lambda: workload(artifact=nim({"mode": "dedicatedPvc"}), runtime=fixed(2, "gpu.l4.1"), storage_class="fast"),
        "KubernetesWorkload 'chat': ",
    ),
    ("an Output for running", lambda: workload(running=pulumi.Output.from_input(True)), "'running' is an Output"),
    ("an Output as runtime", lambda: workload(runtime=pulumi.Output.from_input(fixed())), "'runtime' is an Output"),
    (
        "an Output as status",
        lambda: workload(artifact=artifact(status=pulumi.Output.from_input("draft"))),
        "artifact.status",
    ),
]


@pytest.mark.parametrize(("make", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_before_anything_is_declared(program: Program, make: Callable[[], Any], says: str) -> None:
    def main() -> None:
        with pytest.raises(InputError) as caught:
            make()
        assert says in str(caught.value) and "\n" not in str(caught.value), str(caught.value)

    run = program(main)
    assert kinds(run) <= {"Artifact"}


def test_everything_that_is_wrong_is_said_at_once(program: Program) -> None:
    def main() -> None:
        with pytest.raises(InputError) as caught:
            workload(runtime=fixed(1, "nope"), startup_seconds=-1, labels={"app.kubernetes.io/name": "x"})
        text = str(caught.value)
        assert text.startswith("KubernetesWorkload 'chat': ")
        for path in ("runtime.containerGroups.0.resourceBundles.0", "startup_seconds", "labels"):
            assert f"{path}: " in text, text

    program(main)


def test_an_output_where_the_structure_follows_is_named(program: Program) -> None:
    spec = {
        "container_groups": [
            {"containers": [{"name": "server", "image_uri": "i", "port": pulumi.Output.from_input(1)}]}
        ]
    }

    def main() -> None:
        with pytest.raises(InputError, match=r"spec\.containerGroups\.0\.containers\.0\.port.*it is an Output"):
            workload(artifact=artifact(spec=spec))

    program(main)


def test_an_outage_is_announced(program: Program) -> None:
    """One GPU node at most, and one replica on it: the old pod goes before the new one comes."""
    tight = replace(CLUSTER, pools=(CPU, replace(GPU, max_nodes=1)))
    spec = {"container_groups": [{"containers": [{"name": "server", "image_uri": "i", "port": 8080}]}]}
    run = program(lambda: workload(artifact=artifact(spec=spec), cluster=tight, runtime=fixed(1, "gpu.l4.1")))
    assert run["Deployment"].inputs["spec"]["strategy"] == {"type": "Recreate"}
    assert any(line.startswith("KubernetesWorkload 'chat': ") and "outage" in line.lower() for line in run.warnings), (
        run.warnings
    )


def test_what_does_not_fit_together_is_refused(program: Program) -> None:
    """Each alone has room."""

    def main() -> None:
        workload("one", artifact=artifact(name="one"), runtime=fixed(3, "gpu.l4.1"))
        says = r"KubernetesWorkload 'two': .* need 6 nvidia.com/gpu, pool 'l4' has 4 at most: one, two \(6 x 1\)"
        with pytest.raises(InputError, match=says):
            workload("two", artifact=artifact(name="two"), runtime=fixed(3, "gpu.l4.1"))

    program(main)


def test_what_is_tight_is_told_once(program: Program) -> None:
    def main() -> None:
        for name in ("one", "two"):
            workload(name, artifact=artifact(name=name), runtime=fixed(2, "gpu.l4.1"))

    run = program(main)
    assert len([line for line in run.warnings if line.startswith("cluster 'main': ")]) == 1
