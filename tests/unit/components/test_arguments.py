"""Arguments of a wrong kind, and names that are taken: one line with component and path, before anything is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pulumi
import pytest
from tests.unit.components.test_workload import CLUSTER, NIM_IMAGE, artifact, fixed, kinds, nim, workload
from tests.unit.program import Run

import lockyard
from lockyard.resources import InputError
from lockyard_components.karpenter import KarpenterNodePool
from lockyard_components.manifests import Exposure, Metrics, Network, PodSecurity
from lockyard_components.nim_cache import NimCache
from lockyard_components.reaper import DraftReaper
from lockyard_components.workload import KubernetesWorkload

Program = Callable[..., Run]
CHAT, LLAMA, REAPER, NODES = (
    "KubernetesWorkload 'chat': ",
    "NimCache 'llama': ",
    "DraftReaper 'reaper': ",
    "KarpenterNodePool 'nodes': ",
)


def cache(**more: Any) -> NimCache:
    return NimCache("llama", **{"image": NIM_IMAGE, "cluster": CLUSTER, "size": "200Gi", **more})


def reaper(**more: Any) -> DraftReaper:
    return DraftReaper("reaper", **{"image": "registry.example/lockyard:1", "cluster": CLUSTER, **more})


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: workload(cluster=None), CHAT + "cluster: must be a Cluster, not NoneType"),
    (lambda: workload(cluster={"name": "main"}), CHAT + "cluster: must be a Cluster, not dict"),
    (lambda: workload(namespace=5), CHAT + "namespace: must be text or None, not int"),
    (lambda: workload(namespace=""), CHAT + "namespace: must be 1 to 63 lower-case letters, digits and hyphens"),
    (lambda: workload(runtime=[]), CHAT + "runtime: must be an object"),
    (lambda: workload(runtime=0), CHAT + "runtime: must be an object"),
    (lambda: workload(running="no"), CHAT + "running: must be True or False, not str"),
    (lambda: workload(running=None), CHAT + "running: must be True or False, not NoneType"),
    (lambda: workload(nim_cache="llama"), CHAT + "nim_cache: must be a NimCache or None, not str"),
    (lambda: workload(exposure="chat.example"), CHAT + "exposure: must be an Exposure or None, not str"),
    (lambda: workload(exposure=Exposure(host=cast("Any", 5))), CHAT + "exposure.host: must be text or None, not int"),
    (lambda: workload(secrets={"a": "b"}), CHAT + "secrets.a: must be a SecretReference, not str"),
    (lambda: workload(secrets=["a"]), CHAT + "secrets: must be a map or None, not list"),
    (lambda: workload(security={}), CHAT + "security: must be a PodSecurity or None, not dict"),
    (
        lambda: workload(security=PodSecurity(run_as_user=cast("Any", "root"))),
        CHAT + "security.run_as_user: must be a whole number or None, not str",
    ),
    (lambda: workload(tolerations={"key": "a"}), CHAT + "tolerations: must be a list, not dict"),
    (lambda: workload(tolerations=["a"]), CHAT + "tolerations.0: must be a map, not str"),
    (lambda: workload(labels={"team": 1}), CHAT + "labels.team: must be text, not int"),
    (lambda: workload(labels={1: "a"}), CHAT + "labels: the key 1: must be text, not int"),
    (lambda: workload(callers="team"), CHAT + "callers: must be a list, not str"),
    (lambda: workload(metrics=Metrics(path=cast("Any", None))), CHAT + "metrics.path: must be text, not NoneType"),
    (
        lambda: workload(network=Network(address_blocks=cast("Any", "10.0.0.0/8"))),
        CHAT + "network.address_blocks: must be a list, not str",
    ),
    (lambda: workload(startup_seconds=1.5), CHAT + "startup_seconds: must be a whole number or None, not float"),
    (lambda: workload(drain_seconds=True), CHAT + "drain_seconds: must be a whole number or None, not bool"),
    (
        lambda: workload(grace_seconds=pulumi.Output.from_input(60)),
        CHAT + "grace_seconds: must be a whole number or None, not an Output: give it as a plain value",
    ),
    (
        lambda: workload(namespace=5, callers="x", grace_seconds="1m"),
        CHAT + "namespace: must be text or None, not int; callers: must be a list, not str; "
        "grace_seconds: must be a whole number or None, not str",
    ),
    (lambda: cache(cluster="main"), LLAMA + "cluster: must be a Cluster, not str"),
    (lambda: cache(image=None), LLAMA + "image: must be text, not NoneType"),
    (lambda: cache(size=200), LLAMA + "size: must be text, not int"),
    (lambda: cache(profiles=(1,)), LLAMA + "profiles.0: must be text, not int"),
    (lambda: cache(fatal_exit_codes="1"), LLAMA + "fatal_exit_codes: must be a list, not str"),
    (lambda: cache(throughput=1.5), LLAMA + "throughput: must be text or a whole number, not float"),
    (lambda: cache(allow_deletion="no"), LLAMA + "allow_deletion: must be True or False, not str"),
    (lambda: cache(existing_claim="nim-cache-1"), LLAMA + "existing_claim: must be a NimCache or None, not str"),
    (lambda: cache(ngc_secret="ngc"), LLAMA + "ngc_secret: must be a SecretReference or None, not str"),
    (lambda: cache(namespace=""), LLAMA + "namespace: must be 1 to 63 lower-case letters, digits and hyphens"),
    (lambda: reaper(cluster=None), REAPER + "cluster: must be a Cluster, not NoneType"),
    (lambda: reaper(schedule=5), REAPER + "schedule: must be text, not int"),
    (lambda: reaper(watched=[1]), REAPER + "watched.0: must be text, not int"),
    (lambda: reaper(namespace=""), REAPER + "namespace: must be 1 to 63 lower-case letters, digits and hyphens"),
    (
        lambda: KarpenterNodePool("nodes", cluster=cast("Any", None), pool="l4"),
        NODES + "cluster: must be a Cluster, not NoneType",
    ),
    (
        lambda: KarpenterNodePool("nodes", cluster=CLUSTER, pool="l4", architectures="amd64"),
        NODES + "architectures: must be a list, not str",
    ),
]


@pytest.mark.parametrize(("make", "says"), WRONG, ids=[says for _, says in WRONG])
def test_a_wrong_kind_is_one_line_with_its_path(program: Program, make: Callable[[], Any], says: str) -> None:
    def main() -> None:
        with pytest.raises(InputError) as caught:
            make()
        assert str(caught.value) == says

    assert kinds(program(main)) <= {"Artifact"}


def test_what_is_left_out_is_of_no_kind(program: Program) -> None:
    """None stands for the default wherever the signature says so."""
    optional = ("namespace", "name", "runtime", "nim_cache", "exposure", "secrets", "security", "storage_class")
    optional += ("labels", "metrics", "network", "restart_on", "startup_seconds", "drain_seconds", "grace_seconds")

    def main() -> None:
        KubernetesWorkload("chat", artifact=artifact(), cluster=CLUSTER, **dict.fromkeys(optional))

    assert "Deployment" in kinds(program(main))


def named(resource_name: str, **more: Any) -> KubernetesWorkload:
    return KubernetesWorkload(
        resource_name, **{"artifact": artifact(name=resource_name), "cluster": CLUSTER, "runtime": fixed(1), **more}
    )


def test_two_workloads_cannot_have_the_same_objects(program: Program) -> None:
    def main() -> None:
        named("one", name="chat")
        with pytest.raises(InputError) as caught:
            named("two", name="chat")
        assert str(caught.value) == (
            "KubernetesWorkload 'two': name: KubernetesWorkload 'one' already has the objects 'chat' in namespace "
            "'serving': give another name or namespace"
        )
        named("three", name="chat", namespace="elsewhere")
        named("four", name="chat", cluster=replace(CLUSTER, name="other"))

    run = program(main)
    assert sorted(name for kind, name in run.names if kind.endswith(":Deployment")) == ["four", "one", "three"]
    program(lambda: named("two", name="chat"))  # another run of a program starts anew


def test_another_provider_is_another_cluster(program: Program) -> None:
    from pulumi_kubernetes import Provider

    def main() -> None:
        providers = {place: Provider(place, kubeconfig=place) for place in ("east", "west")}
        inside = pulumi.ResourceOptions(providers=[providers["east"]])
        parent = pulumi.ComponentResource("shop:index:Team", "team", None, inside)
        named("default", name="chat")
        named("one", name="chat", opts=pulumi.ResourceOptions(provider=providers["east"]))
        named("two", name="chat", opts=pulumi.ResourceOptions(providers={"kubernetes": providers["west"]}))
        for opts in (
            pulumi.ResourceOptions(providers=[providers["east"]]),
            pulumi.ResourceOptions(parent=parent),
        ):
            with pytest.raises(InputError, match="KubernetesWorkload 'one' already has the objects"):
                named("again", name="chat", opts=opts)

    program(main)


def test_one_path_of_a_host_leads_to_one_workload(program: Program) -> None:
    def main() -> None:
        shared = Exposure(host="models.example.com", path="/v1")
        named("one", exposure=shared)
        named("two", exposure=replace(shared, path="/v2"))
        with pytest.raises(InputError) as caught:
            named("three", exposure=replace(shared, path="/v1/"))
        assert str(caught.value) == (
            "KubernetesWorkload 'three': exposure: KubernetesWorkload 'one' already gets the requests for "
            "models.example.com/v1/: give another host or path"
        )

    program(main)


def test_a_cache_of_another_image_is_refused(program: Program) -> None:
    def main() -> None:
        other = cache(image=NIM_IMAGE.replace("a1", "b2"))
        with pytest.raises(InputError, match="KubernetesWorkload 'chat': nim_cache: the cache holds the weights of"):
            workload(artifact=nim({"mode": "nimCache"}), nim_cache=other, runtime=fixed(1, "gpu.l4.1"))
        output = lockyard.Artifact(
            "built",
            repository="r" * 24,
            type="nim",
            spec={
                "container_groups": [
                    {"containers": [{"name": "nim", "image_uri": pulumi.Output.from_input(NIM_IMAGE), "port": 8000}]}
                ],
                "storage": {"mode": "nimCache"},
            },
        )
        workload(artifact=output, nim_cache=other, runtime=fixed(1, "gpu.l4.1"))

    program(main)
