"""The Job that fills a shared cache: the model image's own downloader between two small steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from lockyard_components.placement import GpuNodePool, PlacementError, ResourceBundle, placement_of

from ._cache_names import CACHE_PATH, CacheNames
from ._pod_security import container_security_context, pod_security_context
from ._quantities import claim_bytes
from ._utility import utility_container

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster, SecretReference

    from ._description import PodSecurity

CacheProtocol = Literal["download-to-cache", "create-model-store", "engine"]
"""How an image downloads: most NIMs have `download-to-cache`, model-endpoint NIMs `create-model-store`, engine-native
ones only a switch (`NIM_ENGINE_MODEL_DOWNLOAD_ONLY`)."""

_CACHE_ROOT: Final = "/cache"
_VOLUME: Final = "cache"
_CORES: Final = 1
_SMALL: Final = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}}
_WRITABLE: Final = {"name": "tmp", "mountPath": "/tmp"}

_PREPARE: Final = 'set -eu\nmkdir -p "/cache/$FOLDER"\n'
# The marker comes last and by rename, so that whoever sees it sees a complete cache.
_FINISH: Final = """set -eu
kib=$(du -sk "/cache/$FOLDER" | cut -f1)
if [ -z "$(ls -A "/cache/$FOLDER")" ]; then
  echo "the download left nothing in $FOLDER: see the log of the container download" >&2
  exit 1
fi
marker="/cache/$FOLDER.complete"
printf 'image=%s\\nprofiles=%s\\nkib=%s\\n' "$IMAGE" "$PROFILES" "$kib" > "$marker.tmp"
mv "$marker.tmp" "$marker"
echo "$FOLDER is complete: $kib KiB"
"""


def cache_job_spec(
    *,
    image: str,
    names: CacheNames,
    labels: Mapping[str, str],
    cluster: Cluster,
    profiles: Sequence[str],
    protocol: CacheProtocol,
    secret: SecretReference | None,
    env: Mapping[str, Any],
    memory: str,
    security: PodSecurity,
    deadline_seconds: int,
    fatal_exit_codes: Sequence[int],
) -> dict[str, Any]:
    """`spec` of the Job.

    Args:
        image: the model image.
        names: names of the cache.
        labels: labels of the pods.
        cluster: where it runs.
        profiles: the profiles to fetch, sorted; none is every profile.
        protocol: how the image downloads.
        secret: the NGC key, or None.
        env: further variables of the downloader.
        memory: memory of the downloader.
        security: who the processes run as.
        deadline_seconds: when it is given up.
        fatal_exit_codes: exit codes of the downloader that a retry cannot mend.
    """
    folder = {"FOLDER": names.subfolder}
    pod: dict[str, Any] = {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security_context(security),
        **_where(cluster, memory),
    }
    if cluster.pull_secrets:
        pod["imagePullSecrets"] = [{"name": name} for name in cluster.pull_secrets]
    pod["initContainers"] = [
        _utility("prepare", _PREPARE, cluster, folder),
        _download(image, names, profiles, protocol, secret, env, memory),
    ]
    pod["containers"] = [
        _utility("finish", _FINISH, cluster, {**folder, "IMAGE": image, "PROFILES": ",".join(profiles)})
    ]
    pod["volumes"] = [
        {"name": _VOLUME, "persistentVolumeClaim": {"claimName": names.claim}},
        {"name": "tmp", "emptyDir": {}},
    ]
    # A mesh's sidecar would keep the Job from completing; moving the pod loses the download.
    annotations = {"sidecar.istio.io/inject": "false", "karpenter.sh/do-not-disrupt": "true"}
    return {
        "parallelism": 1,
        "completions": 1,
        "backoffLimit": 5,
        "activeDeadlineSeconds": deadline_seconds,
        # The next pod starts when the last one is gone for good: never two writers.
        "podReplacementPolicy": "Failed",
        "podFailurePolicy": {"rules": _failure_rules(fatal_exit_codes)},
        "template": {"metadata": {"labels": dict(labels), "annotations": annotations}, "spec": pod},
    }


def _where(cluster: Cluster, memory: str) -> dict[str, Any]:
    """Scheduling fields: nodes without GPUs where the cluster describes some that have room, else anywhere."""
    pools = tuple(pool.name for pool in cluster.pools if not isinstance(pool, GpuNodePool))
    if not pools:
        return {}
    try:
        size = ResourceBundle(id="cache-download", cpu=_CORES, memory=claim_bytes(memory) or memory, pools=pools)
        placement = placement_of(size, cluster)
    except PlacementError:
        return {}
    fields = {
        "nodeSelector": placement.node_selector,
        "affinity": placement.affinity,
        "tolerations": placement.tolerations,
        "runtimeClassName": placement.runtime_class,
    }
    return {name: value for name, value in fields.items() if value}


def _failure_rules(fatal_exit_codes: Sequence[int]) -> list[dict[str, Any]]:
    # Losing a spot node is no failed attempt.
    rules: list[dict[str, Any]] = [
        {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    ]
    if fatal_exit_codes:
        codes = {"containerName": "download", "operator": "In", "values": sorted(set(fatal_exit_codes))}
        rules.append({"action": "FailJob", "onExitCodes": codes})
    return rules


def _utility(name: str, script: str, cluster: Cluster, env: Mapping[str, str]) -> dict[str, Any]:
    context = {**container_security_context(), "readOnlyRootFilesystem": True}
    made = utility_container(name, script, cluster, env=env, resources=_SMALL, context=context)
    return {**made, "volumeMounts": [{"name": _VOLUME, "mountPath": _CACHE_ROOT}]}


def _download(
    image: str,
    names: CacheNames,
    profiles: Sequence[str],
    protocol: CacheProtocol,
    secret: SecretReference | None,
    env: Mapping[str, Any],
    memory: str,
) -> dict[str, Any]:
    variables: dict[str, Any] = {
        # Some images only follow NGC_HOME or HF_HOME when they download.
        "NIM_CACHE_PATH": {"value": CACHE_PATH},
        "NGC_HOME": {"value": CACHE_PATH},
        "HF_HOME": {"value": f"{CACHE_PATH}/huggingface"},
    }
    container: dict[str, Any] = {"name": "download", "image": image, "imagePullPolicy": "IfNotPresent"}
    if protocol == "download-to-cache":
        container["command"] = [protocol, *(["--profiles", *profiles] if profiles else ["--all"])]
    elif protocol == "create-model-store":
        container["command"] = [protocol, "--profile", profiles[0], "--model-store", CACHE_PATH]
    else:
        variables["NIM_ENGINE_MODEL_DOWNLOAD_ONLY"] = {"value": "1"}
        if profiles:
            variables["NIM_MODEL_PROFILE"] = {"value": profiles[0]}
    if secret is not None:
        variables["NGC_API_KEY"] = {"valueFrom": {"secretKeyRef": {"name": secret.name, "key": secret.key}}}
    variables |= {name: {"value": value} for name, value in env.items()}
    container["env"] = [{"name": name, **value} for name, value in variables.items()]
    container["resources"] = {"requests": {"cpu": str(_CORES), "memory": memory}, "limits": {"memory": memory}}
    container["securityContext"] = container_security_context()
    container["terminationMessagePolicy"] = "FallbackToLogsOnError"
    container["volumeMounts"] = [{"name": _VOLUME, "mountPath": CACHE_PATH, "subPath": names.subfolder}, _WRITABLE]
    return container
