"""The reaper's objects: rights to see drafts and to scale them, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.manifests.cases import CLUSTER, FULL

from lockyard_components.manifests import PlanError, PodSecurity, render_reaper


def reaper(**fields: Any) -> dict[str, Any]:
    """Its objects."""
    return render_reaper(**{"cluster": CLUSTER, "namespace": "lockyard", "image": "lockyard:1"} | fields)


def test_one_reaper_watches_a_cluster() -> None:
    objects = reaper()
    assert list(objects) == ["serviceAccount", "clusterRole", "clusterRoleBinding", "cronJob"]
    assert objects["clusterRole"]["metadata"]["name"] == "lockyard-reaper-lockyard"
    assert "namespace" not in objects["clusterRole"]["metadata"]
    binding = objects["clusterRoleBinding"]
    assert binding["roleRef"]["name"] == objects["clusterRole"]["metadata"]["name"]
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "lockyard-reaper", "namespace": "lockyard"}]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"schedule": "often"}, "schedule"),
        ({"schedule": "*/5 * * *"}, "schedule"),
        ({"schedule": "*/5 * * * * *"}, "schedule"),
        ({"schedule": "@reboot"}, "schedule"),
        ({"namespace": "Ops"}, "namespace"),
        ({"watched": ["a", "b c"]}, "watched.1"),
        ({"name": "Tidy Up"}, "name"),
        ({"name": "n" * 53}, "name"),
        ({"name": "n" * 50, "watched": ["ab", "b"]}, "name"),
        ({"labels": {"app.kubernetes.io/name": "x"}}, "labels"),
        ({"security": PodSecurity(run_as_user=0)}, "security.run_as_user"),
    ],
)
def test_settings_that_cannot_be(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(PlanError) as caught:
        reaper(**fields)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_settings_that_can_be() -> None:
    for schedule in ("0 * * * *", "15,45 8-18/2 * JAN-MAR MON", "@hourly"):
        assert reaper(schedule=schedule)["cronJob"]["spec"]["schedule"] == schedule
    assert reaper(name="n" * 52, watched=["a"])["cronJob"]["metadata"]["name"] == "n" * 52
    assert reaper(name="n" * 49, watched=["ab", "b"])["cronJob-ab"]["metadata"]["name"] == "n" * 49 + "-ab"


def test_a_reaper_of_namespaces_has_a_role_in_each() -> None:
    objects = reaper(watched=["a", "b", "a"])
    assert list(objects) == [
        "serviceAccount",
        "role-a",
        "roleBinding-a",
        "role-b",
        "roleBinding-b",
        "cronJob-a",
        "cronJob-b",
    ]
    assert {objects[key]["metadata"]["namespace"] for key in ("role-a", "roleBinding-a")} == {"a"}
    assert {objects[key]["kind"] for key in objects if key.startswith("role")} == {"Role", "RoleBinding"}
    for place in ("a", "b"):
        job = objects[f"cronJob-{place}"]
        assert job["metadata"] == job["metadata"] | {"name": f"lockyard-reaper-{place}", "namespace": "lockyard"}
        container = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
        assert container["command"] == ["lockyard", "reap", "--namespace", place]
    assert "cronJob" in reaper(watched=["a"])


@pytest.mark.parametrize("watched", [(), ("a",)])
def test_k43_it_may_look_and_scale_and_nothing_else(watched: tuple[str, ...]) -> None:
    (rules,) = (manifest["rules"] for manifest in reaper(watched=watched).values() if "rules" in manifest)
    allowed = {
        (group, resource, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
    assert allowed == {
        ("apps", "deployments", "get"),
        ("apps", "deployments", "list"),
        ("apps", "deployments/scale", "patch"),
        ("keda.sh", "scaledobjects", "list"),
        ("keda.sh", "scaledobjects", "patch"),
    }


def test_k43_it_runs_twice_within_ten_minutes_and_never_twice_at_once() -> None:
    spec = reaper()["cronJob"]["spec"]
    assert spec["schedule"] == "*/5 * * * *" and spec["concurrencyPolicy"] == "Forbid"
    job = spec["jobTemplate"]["spec"]
    assert job["activeDeadlineSeconds"] < 300 and job["backoffLimit"] == 1


def test_its_pod_satisfies_the_restricted_level_and_has_a_token() -> None:
    pod = reaper(cluster=FULL, security=PodSecurity(run_as_user=9))["cronJob"]["spec"]["jobTemplate"]["spec"][
        "template"
    ]
    pod = pod["spec"]
    assert pod["automountServiceAccountToken"] is True and pod["serviceAccountName"] == "lockyard-reaper"
    assert pod["securityContext"]["runAsNonRoot"] is True and pod["securityContext"]["runAsUser"] == 9
    context = pod["containers"][0]["securityContext"]
    assert context["readOnlyRootFilesystem"] is True and context["capabilities"] == {"drop": ["ALL"]}
    assert pod["imagePullSecrets"] == [{"name": "ngc-pull"}]
    assert pod["restartPolicy"] == "Never"


def test_nobody_shares_a_dict_of_labels() -> None:
    objects = reaper(watched=["a", "b"], labels={"team": "x"})
    objects["role-a"]["metadata"]["labels"]["team"] = "y"
    assert objects["role-b"]["metadata"]["labels"]["team"] == "x"
    objects["role-a"]["rules"][0]["verbs"].append("delete")
    assert "delete" not in objects["role-b"]["rules"][0]["verbs"]
