"""The Deployment, Service, account: identity, scheduling, rollout, rights."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import (
    BASELINE,
    CLUSTER,
    CPU_POOL,
    FULL,
    GPU_POOL,
    ONLY_RWO,
    RWO,
    RWX,
    cached,
    container,
    described,
    errors_of,
    nim,
    planned,
    pod,
    rendered,
    runtime,
    scaled,
    server,
    spec,
)

from lockyard_components.manifests import Exposure, PodSecurity
from lockyard_components.manifests._deployment import rollout_strategy
from lockyard_components.placement import NodePool, Rollout

SELECTOR = {"app.kubernetes.io/instance": "chat", "app.kubernetes.io/component": "server"}
EVERYTHING = nim(
    runtime=scaled("gpuCacheUtilization"),
    exposure=Exposure(),
    spec=spec(container(environmentVars=[{"name": "DB_PASSWORD", "value": "hunter22"}])),
)
FIXED = [EVERYTHING, described(), nim(), cached()]
CHOWN = PodSecurity(chown_volume=True)


def deployment(description: Any, cluster: Any = CLUSTER) -> dict[str, Any]:
    """The Deployment."""
    return rendered(description, cluster)["deployment"]


# --- identity -------------------------------------------------------------------------------------------------------


def test_objects_come_in_order_of_creation() -> None:
    assert list(rendered(EVERYTHING, FULL)) == [
        "serviceAccount",
        "environment",
        "claim",
        "networkPolicy",
        "deployment",
        "disruptionBudget",
        "service",
        "autoscaler",
        "monitor",
        "route",
    ]
    assert list(rendered(described())) == ["serviceAccount", "networkPolicy", "deployment", "service"]


@pytest.mark.parametrize("description", FIXED)
def test_k44_every_object_names_workload_and_version(description: Any) -> None:
    for role, manifest in rendered(description, FULL).items():
        labels = manifest["metadata"]["labels"]
        assert labels["lockyard.dev/workload-id"] == "6" * 24, role
        assert labels["lockyard.dev/version"] == "0123456789ab", role
        assert labels.items() >= SELECTOR.items(), role
        assert labels["app.kubernetes.io/name"] == "chat"
        assert labels["app.kubernetes.io/part-of"] == labels["app.kubernetes.io/managed-by"] == "lockyard"
        assert manifest["metadata"]["namespace"] == "models"


@pytest.mark.parametrize("description", FIXED)
def test_k44_the_selector_is_a_strict_part_of_the_pods_labels(description: Any) -> None:
    found = deployment(description, FULL)["spec"]
    assert found["selector"] == {"matchLabels": SELECTOR}
    assert found["template"]["metadata"]["labels"].items() > SELECTOR.items()
    assert rendered(description, FULL)["service"]["spec"]["selector"] == SELECTOR


def test_k44_user_labels_are_on_every_object_and_never_ours() -> None:
    objects = rendered(replace(EVERYTHING, labels={"team": "search"}), FULL)
    assert all(manifest["metadata"]["labels"]["team"] == "search" for manifest in objects.values())
    (found,) = errors_of(described(labels={"app.kubernetes.io/instance": "other"}))
    assert found == "labels: 'app.kubernetes.io/instance' does nothing: this label is set by Lockyard"
    (found,) = errors_of(described(labels={"lockyard.dev/draft": "other"}))
    assert found.startswith("labels: 'lockyard.dev/draft' does nothing")


def test_annotations_tell_what_runs() -> None:
    assert deployment(described())["metadata"]["annotations"] == {
        "lockyard.dev/artifact-id": "a" * 24,
        "lockyard.dev/content-digest": "v1:" + "d" * 64,
        "lockyard.dev/runtime-digest": "v1:" + "e" * 64,
    }


def test_k43_a_draft_says_so_and_when_it_ends() -> None:
    description = described(draft=True, expires_at="2026-11-21T18:00:00Z")
    found = deployment(description)["metadata"]
    assert found["labels"]["lockyard.dev/draft"] == "true"
    assert found["annotations"]["lockyard.dev/expires-at"] == "2026-11-21T18:00:00Z"
    locked = deployment(replace(description, draft=False))["metadata"]
    assert locked["labels"]["lockyard.dev/draft"] == "false"
    assert "lockyard.dev/expires-at" not in locked["annotations"]


def test_locking_in_place_moves_no_pod() -> None:
    draft = described(draft=True, expires_at="2026-11-21T18:00:00Z")
    locked = replace(draft, draft=False, expires_at=None)
    assert deployment(draft)["spec"] == deployment(locked)["spec"]


@pytest.mark.parametrize(
    "changed",
    [
        {"runtime": runtime(resourceBundles=["cpu.small"], replicaCount=5), "runtime_digest": "v1:other"},
        {"importance": "critical"},
        {"running": False},
        {"artifact_id": "b" * 24},
        {"exposure": Exposure()},
        {"callers": ("other",)},
    ],
)
def test_what_concerns_no_pod_moves_none(changed: dict[str, Any]) -> None:
    before, after = described(), described(**changed)
    assert before != after
    assert deployment(before, FULL)["spec"]["template"] == deployment(after, FULL)["spec"]["template"]


def test_a_changed_secret_restarts_the_pods_that_asked_for_it() -> None:
    found = deployment(described(restart_on={"ngc": "sha"}))["spec"]["template"]["metadata"]["annotations"]
    assert found["lockyard.dev/restart-on-ngc"] == "sha"


# --- replicas and rollout -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "replicas"), [({}, 1), ({"replicaCount": 3}, 3)])
def test_replicas_are_the_runtimes(group: dict[str, Any], replicas: int) -> None:
    description = described(runtime=runtime(resourceBundles=["cpu.small"], **group))
    assert deployment(description)["spec"]["replicas"] == replicas
    assert planned(description).replicas.fixed == replicas


def test_autoscaling_that_is_off_is_none() -> None:
    group = {"replicaCount": 2, "autoscaling": {"enabled": False}}
    plan = planned(described(runtime=runtime(resourceBundles=["cpu.small"], **group)))
    assert (plan.replicas.fixed, plan.autoscaling) == (2, None)


def test_k30_an_autoscaler_owns_the_replicas() -> None:
    description = nim(runtime=scaled())
    assert "replicas" not in deployment(description)["spec"]
    plan = planned(description)
    assert (plan.replicas.minimum, plan.replicas.maximum, plan.replicas.fixed) == (1, 4, None)


@pytest.mark.parametrize("description", FIXED)
def test_a_stopped_workload_has_no_pods(description: Any) -> None:
    objects = rendered(replace(description, running=False), replace(FULL, keda=None))
    assert objects["deployment"]["spec"]["replicas"] == 0
    assert "autoscaler" not in objects


def test_k23_with_room_a_new_pod_comes_first() -> None:
    assert deployment(nim())["spec"]["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0},
    }


def test_k23_in_a_full_pool_an_old_pod_goes_first() -> None:
    full = replace(CLUSTER, pools=(CPU_POOL, replace(GPU_POOL, max_nodes=1)))
    two = nim(runtime=runtime(resourceBundles=["gpu.l4.small"], replicaCount=2))
    assert deployment(two, full)["spec"]["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1},
    }


@pytest.mark.parametrize(
    "cluster",
    [ONLY_RWO, replace(CLUSTER, pools=(CPU_POOL, replace(GPU_POOL, gpus_per_node=1, max_nodes=1)))],
)
def test_k23_one_replica_without_room_or_on_a_volume_of_one_node_is_recreated(cluster: Any) -> None:
    assert deployment(nim(), cluster)["spec"]["strategy"] == {"type": "Recreate"}
    assert any(
        "outage" in str(problem).lower() or "serve" in str(problem) for problem in planned(nim(), cluster).warnings
    )


def test_k23_a_rollout_that_may_change_nothing_is_refused() -> None:
    rollout = Rollout(kind="surge", max_surge=1, max_unavailable=0, reason="", announces_outage=False)
    object.__setattr__(rollout, "max_surge", 0)
    with pytest.raises(ValueError, match="maxSurge or maxUnavailable"):
        rollout_strategy(rollout)


# --- scheduling -----------------------------------------------------------------------------------------------------


def test_k14_tolerations_of_the_user_come_after_the_default_ones() -> None:
    own = {"key": "team", "operator": "Equal", "value": "search", "effect": "NoExecute", "tolerationSeconds": 60}
    found = pod(nim(tolerations=(own,)))["tolerations"]
    assert {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"} in found
    assert {"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"} in found
    assert found[-1] == own and found[:-1] == pod(nim())["tolerations"]


def test_k15_the_pools_selectors_arrive_in_the_pod() -> None:
    plan = planned(nim())
    assert plan.placement is not None and plan.placement.node_selector
    assert pod(nim())["nodeSelector"] == plan.placement.node_selector
    assert pod(nim()).get("affinity") == plan.placement.affinity


def test_the_pools_runtime_class_arrives_in_the_pod() -> None:
    cluster = replace(CLUSTER, pools=(CPU_POOL, replace(GPU_POOL, runtime_class="nvidia")))
    assert pod(nim(), cluster)["runtimeClassName"] == "nvidia"
    assert "runtimeClassName" not in pod(nim())


def test_k18_pods_are_spread_softly_over_hosts_of_one_version() -> None:
    (host,) = (item for item in pod(nim())["topologySpreadConstraints"] if "hostname" in item["topologyKey"])
    assert host == {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "matchLabelKeys": ["pod-template-hash"],
        "labelSelector": {"matchLabels": SELECTOR},
    }


@pytest.mark.parametrize(("storage_class", "zones"), [(RWO, 0), (replace(RWX, zonal=True), 0), (RWX, 1)])
def test_k18_a_zonal_volume_spreads_over_no_zones(storage_class: Any, zones: int) -> None:
    cluster = replace(CLUSTER, storage_classes=(storage_class,))
    keys = [item["topologyKey"] for item in pod(nim(), cluster)["topologySpreadConstraints"]]
    assert keys.count("topology.kubernetes.io/zone") == zones
    assert "kubernetes.io/hostname" in keys


def test_a_loaded_model_is_not_moved_by_karpenter() -> None:
    key = "karpenter.sh/do-not-disrupt"
    karpenter = replace(CLUSTER, pools=(replace(GPU_POOL, flavour="karpenter"), replace(CPU_POOL, flavour="karpenter")))

    def annotations(description: Any, cluster: Any) -> dict[str, Any]:
        return deployment(description, cluster)["spec"]["template"]["metadata"]["annotations"]

    assert annotations(nim(), karpenter)[key] == "true"
    assert key not in annotations(described(), karpenter)
    assert key not in annotations(nim(), CLUSTER)


def test_local_disks_do_not_hold_a_node() -> None:
    found = deployment(nim())["spec"]["template"]["metadata"]["annotations"]
    assert found["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"] == "tmp"
    assert found["kubectl.kubernetes.io/default-container"] == "server"


# --- rights ---------------------------------------------------------------------------------------------------------


def test_k11_the_volume_belongs_to_the_group_of_the_processes() -> None:
    for user, group, expected in ((1000, 1000, 1000), (2000, 3000, 3000), (2000, None, 2000)):
        context = pod(nim(security=PodSecurity(run_as_user=user, run_as_group=group)))["securityContext"]
        assert context["runAsUser"] == user
        assert context["runAsGroup"] == context["fsGroup"] == expected
        assert context["fsGroupChangePolicy"] == "OnRootMismatch"


def test_k11_a_namespace_that_assigns_users_is_left_to_it() -> None:
    context = pod(nim(security=PodSecurity(run_as_user=None, run_as_group=None)))["securityContext"]
    assert context == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


def test_k11_the_owner_is_changed_by_one_init_container_only_when_asked() -> None:
    (chown,) = pod(nim(security=CHOWN), BASELINE)["initContainers"]
    assert chown["securityContext"]["capabilities"] == {"add": ["CHOWN", "FOWNER"], "drop": ["ALL"]}
    assert chown["securityContext"]["runAsUser"] == 0
    assert chown["securityContext"]["allowPrivilegeEscalation"] is False
    assert chown["securityContext"]["privileged"] is False
    assert chown["env"] == [{"name": "OWNER", "value": "1000:1000"}]
    assert "chown" in chown["command"][-1] and "-R" not in chown["command"][-1]
    assert chown["volumeMounts"] == [{"name": "weights", "mountPath": "/volume"}]
    assert "initContainers" not in pod(nim(), BASELINE)


def test_k11_a_restricted_namespace_refuses_a_root_container() -> None:
    (found,) = errors_of(nim(security=CHOWN), CLUSTER)
    assert found.startswith("security.chown_volume: starts a container as root")
    (found,) = errors_of(nim(security=PodSecurity(run_as_user=None, chown_volume=True)), BASELINE)
    assert "needs security.run_as_user" in found


@pytest.mark.parametrize("field", ["run_as_user", "run_as_group"])
def test_k38_root_is_refused(field: str) -> None:
    (found,) = errors_of(described(security=PodSecurity(**{field: 0})))
    assert found == f"security.{field}: must be at least 1: nothing runs as root"


@pytest.mark.parametrize("description", [*FIXED, described(spec=spec(container(), {"name": "p", "imageUri": "i"}))])
def test_k38_pods_satisfy_the_restricted_level(description: Any) -> None:
    found = pod(description, FULL)
    assert found["securityContext"]["runAsNonRoot"] is True
    assert found["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for item in [*found["containers"], *found.get("initContainers", ())]:
        context = item["securityContext"]
        assert context["allowPrivilegeEscalation"] is False and context["privileged"] is False
        assert context["capabilities"]["drop"] == ["ALL"] and "add" not in context["capabilities"]
        assert item["resources"]["limits"]["memory"] and item["resources"]["requests"]["cpu"]
    assert found["automountServiceAccountToken"] is False
    assert found["enableServiceLinks"] is False
    assert not any(key in found for key in ("hostNetwork", "hostPID", "hostIPC", "hostUsers"))
    assert not any("hostPath" in volume for volume in found["volumes"])
    assert rendered(description, FULL)["serviceAccount"]["automountServiceAccountToken"] is False
    assert found["serviceAccountName"] == "chat"


def test_k38_a_read_only_root_is_opt_in_and_gets_a_place_to_write() -> None:
    assert "readOnlyRootFilesystem" not in server(described())["securityContext"]
    asked = {"securityContext": {"readOnlyRootFilesystem": True}}
    description = described(spec=spec(container(**asked), {"name": "p", "imageUri": "i", **asked}))
    first, second = pod(description)["containers"]
    assert first["securityContext"]["readOnlyRootFilesystem"] is True
    assert {"name": "tmp", "mountPath": "/tmp"} in first["volumeMounts"]
    assert second["volumeMounts"] == [{"name": "tmp-1", "mountPath": "/tmp"}]
    assert {"name": "tmp-1", "emptyDir": {}} in pod(description)["volumes"]


def test_the_artifacts_rights_arrive_as_they_are() -> None:
    context = {
        "allowPrivilegeEscalation": True,
        "capabilities": {"add": ["CHOWN"], "drop": ["NET_RAW"]},
        "seccompProfile": {"type": "Localhost", "localhostProfile": "p.json"},
    }
    found = server(described(spec=spec(container(securityContext=context))), BASELINE)["securityContext"]
    assert found == {
        "allowPrivilegeEscalation": True,
        "privileged": False,
        "capabilities": {"add": ["CHOWN"], "drop": ["NET_RAW", "ALL"]},
        "seccompProfile": {"type": "Localhost", "localhostProfile": "p.json"},
    }


@pytest.mark.parametrize(
    ("context", "path", "restricted", "baseline"),
    [
        ({"allowPrivilegeEscalation": True}, "allowPrivilegeEscalation", True, False),
        ({"capabilities": {"add": ["NET_BIND_SERVICE"]}}, "", False, False),
        ({"capabilities": {"add": ["CHOWN"]}}, "capabilities.add.0", True, False),
        ({"capabilities": {"add": ["SYS_PTRACE"]}}, "capabilities.add.0", True, True),
        ({"seccompProfile": {"type": "Unconfined"}}, "seccompProfile.type", True, True),
        ({"seccompProfile": {"type": "RuntimeDefault"}}, "", False, False),
    ],
)
def test_k38_rights_that_the_namespace_refuses_are_refused(
    context: Any, path: str, restricted: bool, baseline: bool
) -> None:
    description = described(spec=spec(container(securityContext=context)))
    for cluster, refused in ((CLUSTER, restricted), (BASELINE, baseline)):
        found = errors_of(description, cluster)
        assert [text.split(":")[0] for text in found] == (
            [f"spec.containerGroups.0.containers.0.securityContext.{path}"] if refused else []
        )
        assert all(f"level '{cluster.pod_security}'" in text for text in found)


# --- containers and Service -----------------------------------------------------------------------------------------


def test_what_the_artifact_says_of_a_container() -> None:
    found = server(described(spec=spec(container(name="api-1", entrypoint=["/run", "--port", "8000"]))))
    assert found["name"] == "api-1"
    assert found["command"] == ["/run", "--port", "8000"] and "args" not in found
    assert found["image"].startswith("nvcr.io/") and found["imagePullPolicy"] == "IfNotPresent"
    assert found["terminationMessagePolicy"] == "FallbackToLogsOnError"
    assert "command" not in server(described())
    assert "command" not in server(described(spec=spec(container(entrypoint=[]))))


def test_containers_keep_their_order() -> None:
    description = described(spec=spec({"name": "b", "imageUri": "i"}, container(), {"name": "a", "imageUri": "i"}))
    assert [item["name"] for item in pod(description)["containers"]] == ["b", "server", "a"]


def test_the_services_port_stays_when_the_artifacts_changes() -> None:
    services = [rendered(described(spec=spec(container(port=port))))["service"] for port in (8000, 9001)]
    assert services[0] == services[1]
    assert services[0]["spec"] == {
        "type": "ClusterIP",
        "selector": SELECTOR,
        "ports": [{"name": "api", "port": 80, "targetPort": "api", "protocol": "TCP", "appProtocol": "http"}],
        "publishNotReadyAddresses": False,
    }


def test_a_pool_is_shared_memory_of_no_other_kind() -> None:
    cluster = replace(CLUSTER, pools=(NodePool(name="c", flavour="generic", node_cpu=8, node_memory="32GiB"),))
    assert json.dumps(pod(described(), cluster)).count('"medium": "Memory"') == 1
