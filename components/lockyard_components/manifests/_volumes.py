"""Volumes of the pod, who mounts them, and the init containers that make them ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from lockyard_components.placement._quantities import memory_quantity

from ._labels import shortened
from ._pod_security import container_security_context
from ._utility import utility_container

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import WorkloadDescription, WorkloadPlan

WEIGHTS: Final = "weights"
_SHM: Final = "dshm"
_SMALL: Final = {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "32Mi"}}
# The first process of a container ignores the stop signal unless it handles it, and would sit out the grace period.
_WAIT: Final = """trap 'kill $! 2>/dev/null; exit 143' TERM
until [ -f "/cache/$FOLDER.complete" ]; do
  echo "waiting for the cache: $FOLDER.complete is not there yet"
  sleep 5 &
  wait $!
done
"""
# Not recursive: what is inside was written by the server itself.
_CHOWN: Final = 'chown "$OWNER" /volume && chmod g+rwxs /volume\n'


def claim_name(description: WorkloadDescription) -> str:
    """Name of the dedicated claim."""
    return f"{shortened(description.name, 55)}-weights"


def render_volumes(
    description: WorkloadDescription, plan: WorkloadPlan
) -> tuple[list[dict[str, Any]], dict[str, list[dict[str, Any]]], list[str]]:
    """The pod's volumes.

    Returns:
        `volumes`; `volumeMounts` by container name; names of the volumes on the node's disk.
    """
    volumes: list[dict[str, Any]] = []
    mounts: dict[str, list[dict[str, Any]]] = {}
    on_disk: list[str] = []
    primary = plan.primary["name"]
    own: list[dict[str, Any]] = []
    if plan.storage == "dedicatedPvc":
        volumes.append({"name": WEIGHTS, "persistentVolumeClaim": {"claimName": claim_name(description)}})
        own.append({"name": WEIGHTS, "mountPath": plan.cache_path})
    elif plan.storage == "nimCache":
        # Not read-only: a NIM refuses to start when it cannot write to its cache path.
        volumes.append({"name": WEIGHTS, "persistentVolumeClaim": {"claimName": description.cache_claim}})
        mount = {"name": WEIGHTS, "mountPath": plan.cache_path}
        own.append({**mount, "subPath": description.cache_subfolder} if description.cache_subfolder else mount)
    volumes.append({"name": _SHM, "emptyDir": {"medium": "Memory", "sizeLimit": memory_quantity(plan.shm_bytes)}})
    own.append({"name": _SHM, "mountPath": "/dev/shm"})
    mounts[primary] = own
    for index, container in enumerate(plan.group["containers"]):
        if _needs_tmp(description, container):
            name = "tmp" if container["primary"] else f"tmp-{index}"
            volumes.append({"name": name, "emptyDir": {}})
            mounts.setdefault(container["name"], []).append({"name": name, "mountPath": "/tmp"})
            on_disk.append(name)
    return volumes, mounts, on_disk


def render_init_containers(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster
) -> list[dict[str, Any]]:
    """What runs before the server: waiting for the shared cache to be complete, or giving away the root of a volume."""
    taken = {container["name"] for container in plan.group["containers"]}
    if plan.storage == "nimCache" and description.cache_subfolder:
        context = {**container_security_context(), "readOnlyRootFilesystem": True}
        wait = _utility("wait-for-cache", taken, cluster, _WAIT, {"FOLDER": description.cache_subfolder}, context)
        return [{**wait, "volumeMounts": [{"name": WEIGHTS, "mountPath": "/cache", "readOnly": True}]}]
    if plan.storage == "dedicatedPvc" and description.security.chown_volume:
        user = description.security.run_as_user
        group = description.security.run_as_group or user
        context = {
            "runAsNonRoot": False,
            "runAsUser": 0,
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"add": ["CHOWN", "FOWNER"], "drop": ["ALL"]},
        }
        chown = _utility("own-volume", taken, cluster, _CHOWN, {"OWNER": f"{user}:{group}"}, context)
        return [{**chown, "volumeMounts": [{"name": WEIGHTS, "mountPath": "/volume"}]}]
    return []


def _needs_tmp(description: WorkloadDescription, container: Mapping[str, Any]) -> bool:
    read_only = (container["securityContext"] or {}).get("readOnlyRootFilesystem") is True
    return read_only or (description.artifact_type == "nim" and container["primary"])


def _utility(
    name: str, taken: set[str], cluster: Cluster, script: str, env: Mapping[str, str], context: dict[str, Any]
) -> dict[str, Any]:
    while name in taken:  # container names are the artifact's to choose
        name = f"{name}-0"
    return utility_container(name, script, cluster, env=env, resources=_SMALL, context=context)
