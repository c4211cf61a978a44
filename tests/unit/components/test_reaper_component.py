"""The DraftReaper component: its objects, their order, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from tests.unit.program import Run

from lockyard.resources import InputError
from lockyard_components.manifests import PodSecurity
from lockyard_components.placement import Cluster, NodePool
from lockyard_components.reaper import DraftReaper

IMAGE = "registry.example/lockyard:0.1.0"


def cluster(**more: Any) -> Cluster:
    pool = NodePool(name="cpu", flavour="gke", node_cpu=7, node_memory="28GiB")
    return Cluster(name="main", pools=(pool,), namespace="serving", **more)


def pod_of(run: Run, name: str = "reaper-cron-job") -> dict[str, Any]:
    return run.named("CronJob", name).inputs["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def test_its_objects(program: Callable[..., Run]) -> None:
    run = program(lambda: DraftReaper("reaper", cluster=cluster(pull_secrets=("pull",)), image=IMAGE))

    first, *between, last = [type_.rpartition(":")[2] for type_, _ in run.names]
    assert (first, last) == ("DraftReaper", "CronJob")
    # These wait for nothing, so they come in any order.
    assert sorted(between) == ["ClusterRole", "ClusterRoleBinding", "ServiceAccount"]
    job = run["CronJob"].inputs
    assert job["spec"]["schedule"] == "*/5 * * * *"
    assert job["metadata"]["namespace"] == "serving"
    pod = pod_of(run)
    assert pod["containers"][0]["command"] == ["lockyard", "reap"]
    assert pod["containers"][0]["image"] == IMAGE
    assert pod["imagePullSecrets"] == [{"name": "pull"}]


def test_it_may_scale_and_annotate_and_nothing_else(program: Callable[..., Run]) -> None:
    run = program(lambda: DraftReaper("reaper", cluster=cluster(), image=IMAGE))

    rights = {
        (resource, verb)
        for rule in run["ClusterRole"].inputs["rules"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert rights == {
        ("deployments", "get"),
        ("deployments", "list"),
        ("deployments/scale", "patch"),
        ("scaledobjects", "list"),
        ("scaledobjects", "patch"),
    }


def test_its_pods_are_restricted(program: Callable[..., Run]) -> None:
    pod = pod_of(program(lambda: DraftReaper("reaper", cluster=cluster(), image=IMAGE)))

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    context = pod["containers"][0]["securityContext"]
    assert context["allowPrivilegeEscalation"] is False
    assert context["capabilities"] == {"drop": ["ALL"]}
    assert context["readOnlyRootFilesystem"] is True


def test_watched_namespaces_get_roles_and_no_cluster_role(program: Callable[..., Run]) -> None:
    made: list[DraftReaper] = []
    run = program(
        lambda: made.append(DraftReaper("reaper", cluster=cluster(), image=IMAGE, watched=("team-a", "team-b")))
    )

    kinds = [type_.rpartition(":")[2] for type_, _ in run.names]
    assert kinds.count("Role") == kinds.count("RoleBinding") == 2 and "ClusterRole" not in kinds
    assert run.named("Role", "reaper-role-team-b").inputs["metadata"]["namespace"] == "team-b"
    for place in ("team-a", "team-b"):
        command = pod_of(run, f"reaper-cron-job-{place}")["containers"][0]["command"]
        assert command == ["lockyard", "reap", "--namespace", place]
    assert set(made[0].cron_jobs) == {"team-a", "team-b"}
    assert set(made[0].children) >= {"service-account", "role-team-a", "role-binding-team-a", "cron-job-team-a"}


def test_the_rights_are_there_before_the_first_run(program: Callable[..., Run]) -> None:
    run = program(lambda: DraftReaper("reaper", cluster=cluster(), image=IMAGE))

    depends = {urn.rpartition("::")[2] for urn in run["CronJob"].request.dependencies}
    assert depends == {"reaper-service-account", "reaper-cluster-role", "reaper-cluster-role-binding"}
    parents = {resource.request.parent.rpartition("::")[2] for resource in run.resources[1:]}
    assert parents == {"reaper"}


def test_an_image_that_is_still_built_and_other_settings(
    program: Callable[..., Run], unknown: Callable[[], pulumi.Output[Any]]
) -> None:
    run = program(
        lambda: DraftReaper(
            "reaper",
            cluster=cluster(),
            image=unknown(),
            namespace="ops",
            name="tidy",
            schedule="0 * * * *",
            security=PodSecurity(run_as_user=4000, run_as_group=4000),
        ),
        preview=True,
    )
    assert run["CronJob"].is_unknown("spec.jobTemplate.spec.template.spec.containers.0.image")
    assert run["CronJob"].inputs["metadata"] | {"labels": None} == {"name": "tidy", "namespace": "ops", "labels": None}
    assert run["CronJob"].inputs["spec"]["schedule"] == "0 * * * *"
    assert pod_of(run)["securityContext"]["runAsUser"] == 4000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": ""}, "image"),
        ({"image": "a b"}, "image"),
        ({"image": 5}, "image"),
        ({"image": IMAGE, "watched": "team-a"}, "list of namespaces"),
    ],
)
def test_refusals_name_the_component(program: Callable[..., Run], arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=f"DraftReaper 'reaper': .*{words}"):
        program(lambda: DraftReaper("reaper", cluster=cluster(), **arguments))


def test_the_namespace_comes_first_where_the_program_makes_it(program: Callable[..., Run]) -> None:
    run = program(lambda: DraftReaper("reaper", cluster=cluster(create_namespace=True), image=IMAGE))

    assert run["Namespace"].inputs["metadata"]["name"] == "serving"
    for kind in ("ServiceAccount", "CronJob"):
        assert "serving" in {urn.rpartition("::")[2] for urn in run[kind].request.dependencies}


@pytest.mark.parametrize("setting", ["cluster", "config"])
def test_without_a_cluster_it_renders(program: Callable[..., Run], setting: str) -> None:
    where = cluster(render_to="rendered") if setting == "cluster" else cluster()
    config = {"lockyard:renderTo": "rendered"} if setting == "config" else {}

    run = program(lambda: DraftReaper("reaper", cluster=where, image=IMAGE), config=config)

    provider = run.named("kubernetes", "lockyard-render")
    assert provider.inputs["renderYamlToDirectory"] == "rendered"
    providers = {resource.request.provider.rpartition("::")[0] for resource in run.resources[2:]}
    assert len(providers) == 1 and providers.pop().endswith("::lockyard-render")
