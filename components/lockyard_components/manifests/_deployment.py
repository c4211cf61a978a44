"""The Deployment: pod template and rollout (kubernetes-serving §2.6 to §2.9, §2.13, §2.16, §2.24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from lockyard_components.placement import Rollout

from ._device_claims import pod_claims
from ._environment import literal
from ._labels import API_PORT, DOMAIN, expiry_annotations, object_metadata, pod_labels, selector_labels
from ._pod_security import container_security_context, pod_security_context
from ._probes import render_probes
from ._volumes import render_init_containers, render_volumes

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan

_ZONE: Final = "topology.kubernetes.io/zone"


def render_deployment(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster, env: Mapping[str, list[dict[str, Any]]]
) -> Manifest:
    """The Deployment of a workload. Its name and selector never change; a new version changes its pod template.

    Args:
        description: the workload.
        plan: what was decided for it; without errors.
        cluster: where it runs.
        env: `env` by container name.
    """
    annotations = {
        f"{DOMAIN}/artifact-id": description.artifact_id,
        f"{DOMAIN}/content-digest": description.artifact_digest,
        f"{DOMAIN}/runtime-digest": description.runtime_digest,
        **expiry_annotations(description),
    }
    spec: dict[str, Any] = {}
    if not description.running:
        spec["replicas"] = 0
    elif plan.replicas.fixed is not None:
        # An autoscaler owns the number otherwise.
        spec["replicas"] = plan.replicas.fixed
    spec |= {
        "revisionHistoryLimit": 3,
        "progressDeadlineSeconds": plan.progress_seconds,
        "strategy": rollout_strategy(plan.rollout),
        "selector": {"matchLabels": selector_labels(description)},
        "template": _template(description, plan, cluster, env),
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": object_metadata(description, annotations=annotations),
        "spec": spec,
    }


def rollout_strategy(rollout: Rollout | None) -> dict[str, Any]:
    """`strategy` of a Deployment; whole numbers of pods, as percentages of few pods round to surprises.

    Raises:
        ValueError: neither a pod more nor a pod less is allowed, which the API server refuses.
    """
    if rollout is None or rollout.kind == "recreate":
        return {"type": "Recreate"}
    surge, unavailable = rollout.max_surge, rollout.max_unavailable
    if surge < 1 and unavailable < 1:
        raise ValueError("a rolling update needs maxSurge or maxUnavailable of at least 1")
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}


def _template(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster, env: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    placement = plan.placement
    assert placement is not None  # a plan without errors has one
    volumes, mounts, on_disk = render_volumes(description, plan)
    # Everything here rolls the pods when it changes: nothing that locking or another number of replicas changes.
    annotations: dict[str, Any] = {"kubectl.kubernetes.io/default-container": plan.primary["name"]}
    if on_disk:
        annotations["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"] = ",".join(on_disk)
    if placement.bundle.gpus and any(pool.flavour in ("karpenter", "eks-auto") for pool in placement.pools):
        # Consolidation would throw a loaded model away.
        annotations["karpenter.sh/do-not-disrupt"] = "true"
    for name, value in description.restart_on.items():
        annotations[f"{DOMAIN}/restart-on-{name}"] = value

    spec: dict[str, Any] = {
        "serviceAccountName": description.name,
        "automountServiceAccountToken": False,
        # A Service called nim or vllm would put NIM_PORT=tcp://… into the environment.
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": plan.grace_seconds,
        "securityContext": pod_security_context(description.security),
    }
    if placement.runtime_class is not None:
        spec["runtimeClassName"] = placement.runtime_class
    if placement.node_selector:
        spec["nodeSelector"] = dict(placement.node_selector)
    if placement.affinity:
        spec["affinity"] = placement.affinity
    tolerations = [*placement.tolerations, *(dict(item) for item in description.tolerations)]
    if tolerations:
        spec["tolerations"] = tolerations
    spread = _spread(description, plan)
    if spread:
        spec["topologySpreadConstraints"] = spread
    if cluster.pull_secrets:
        spec["imagePullSecrets"] = [{"name": name} for name in cluster.pull_secrets]
    init_containers = render_init_containers(description, plan, cluster)
    if init_containers:
        spec["initContainers"] = init_containers
    spec["containers"] = [
        _container(description, plan, container, env.get(container["name"], []), mounts.get(container["name"], []))
        for container in plan.group["containers"]
    ]
    spec["volumes"] = volumes
    claims = pod_claims(description, plan)
    if claims:
        spec["resourceClaims"] = claims
    return {"metadata": {"labels": pod_labels(description), "annotations": annotations}, "spec": spec}


def _spread(description: WorkloadDescription, plan: WorkloadPlan) -> list[dict[str, Any]]:
    assert plan.placement is not None
    zonal = plan.storage_class is not None and plan.storage_class.zonal
    return [
        {**constraint, "labelSelector": {"matchLabels": selector_labels(description)}}
        for constraint in plan.placement.spread
        # A zonal volume ties all pods to its zone.
        if not (zonal and constraint["topologyKey"] == _ZONE)
    ]


def _container(
    description: WorkloadDescription,
    plan: WorkloadPlan,
    container: Mapping[str, Any],
    env: list[dict[str, Any]],
    mounts: list[dict[str, Any]],
) -> dict[str, Any]:
    rendered: dict[str, Any] = {
        "name": container["name"],
        "image": container["imageUri"],
        "imagePullPolicy": "IfNotPresent",
    }
    entrypoint = container["entrypoint"]
    if type(entrypoint) is list:
        if entrypoint:
            rendered["command"] = [literal(item) for item in entrypoint]
    elif entrypoint is not None:
        rendered["command"] = entrypoint
    if container["primary"]:
        rendered["ports"] = [{"name": API_PORT, "containerPort": container["port"], "protocol": "TCP"}]
    if env:
        rendered["env"] = env
    rendered["resources"] = plan.resources[container["name"]]
    rendered["securityContext"] = container_security_context(container["securityContext"])
    rendered |= render_probes(plan, container, description.artifact_type)
    if plan.drain_seconds:
        # The endpoint is gone everywhere before the server is told to stop. Native, as images may have no shell;
        # sidecars
        # wait too, or the server would lose them while it answers.
        rendered["lifecycle"] = {"preStop": {"sleep": {"seconds": plan.drain_seconds}}}
    rendered["terminationMessagePolicy"] = "FallbackToLogsOnError"
    if mounts:
        rendered["volumeMounts"] = mounts
    return rendered
