"""The volume that NIM workloads of one image share, and the Job that fills it (kubernetes-serving §2.5)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from lockyard.contract import Problem, memory_bytes
from lockyard_components.placement import PlacementError

from ._description import Manifest, PlanError, PodSecurity
from ._labels import DOMAIN
from ._plain import NotPlainError, is_opaque
from ._pod_security import container_security_context, pod_security_context
from ._quantities import claim_bytes

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster, SecretReference

CacheProtocol = Literal["download-to-cache", "create-model-store", "engine"]
"""How an image downloads: most NIMs have `download-to-cache`, model-endpoint NIMs `create-model-store`, engine-native
ones only a switch (`NIM_ENGINE_MODEL_DOWNLOAD_ONLY`)."""

CACHE_PATH: Final = "/model-store"
"""Where weights are mounted in the job and, unless `NIM_CACHE_PATH` says otherwise, in the server."""

ALL_PROFILES: Final = "all"
"""Folder of a cache that holds every profile of the image."""

_CACHE_ROOT: Final = "/cache"
_VOLUME: Final = "cache"
_LEAST_SECONDS: Final = 7200
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


@dataclass(frozen=True, kw_only=True)
class CacheNames:
    """Names of a cache; the same image and profiles always give the same ones.

    Attributes:
        claim: the claim: one per image, `nim-cache-` and 16 hex digits.
        subfolder: the folder of the profiles on it.
        job: the Job that fills the folder.
        pinned: the image is given by digest; a tag may move, and the cache would then hold another model's weights.
    """

    claim: str
    subfolder: str
    job: str
    pinned: bool


def cache_names(image: Any, profiles: Iterable[str] = ()) -> CacheNames:
    """Names from the image's digest, or its whole reference where it has none, and the profiles in any order.

    Args:
        image: image reference, plain.
        profiles: NIM profile ids; none is every profile.

    Raises:
        NotPlainError: the image is opaque.
    """
    if is_opaque(image):
        raise NotPlainError(["image"])
    _, at, digest = image.rpartition("@")
    pinned = bool(at) and digest.startswith("sha256:")
    claim = f"nim-cache-{_short(digest if pinned else image, 16)}"
    chosen = sorted(set(profiles))
    subfolder = _short("\n".join(chosen), 16) if chosen else ALL_PROFILES
    return CacheNames(claim=claim, subfolder=subfolder, job=f"{claim}-{subfolder}", pinned=pinned)


def render_nim_cache(
    *,
    image: str,
    cluster: Cluster,
    namespace: str,
    size: str,
    profiles: Sequence[str] = (),
    protocol: CacheProtocol = "download-to-cache",
    storage_class: str | None = None,
    ngc_secret: SecretReference | None = None,
    env: Mapping[str, Any] | None = None,
    throughput: str | int = "50MiB",
    fatal_exit_codes: Sequence[int] = (126, 127),
    memory: str = "8Gi",
    security: PodSecurity | None = None,
    labels: Mapping[str, str] | None = None,
) -> dict[str, Manifest]:
    """The claim and the Job of a shared cache.

    The Job prepares the folder, runs the model image's own downloader (no shell around it: some images have none), and
    writes a marker last. It needs no GPU. Its name follows from image and profiles, so there is one writer per folder.

    Args:
        image: the model image; a digest is better than a tag.
        cluster: the cluster; it needs a storage class for ReadWriteMany.
        namespace: where both go; consumers must be there too.
        size: size of the claim, such as `200Gi`; it can only grow.
        profiles: NIM profile ids to fetch; none is every profile of the image.
        protocol: how the image downloads.
        storage_class: name of one of the cluster's classes; None is its first for ReadWriteMany.
        ngc_secret: Secret with the NGC key; None is the cluster's.
        env: further variables of the downloader; they win over ours. Values may be opaque.
        throughput: bytes per second that the download is expected to reach at least; with `size` it gives the deadline.
        fatal_exit_codes: exit codes of the downloader that a retry cannot mend, such as those of a refused key.
        memory: memory of the downloader.
        security: who the processes run as; None is user and group 1000.
        labels: labels beside ours.

    Returns:
        `claim` and `job`, in order of creation.

    Raises:
        PlanError: with every problem.
        NotPlainError: the image is opaque.
    """
    names = cache_names(image, profiles)
    security = security or PodSecurity()
    total = claim_bytes(size)
    rate, problems = _rate(throughput)
    if not total:
        problems.append(Problem("size", "must be a number greater than 0 and Mi, Gi or Ti, such as 200Gi"))
    class_name = _class_name(cluster, storage_class, problems)
    problems += _protocol_problems(protocol, profiles)
    if security.chown_volume:
        problems.append(Problem("security.chown_volume", "does nothing for a cache: use a class that maps the user"))
    if problems:
        raise PlanError(problems)
    metadata = {
        "namespace": namespace,
        "labels": {
            **(labels or {}),
            "app.kubernetes.io/name": "nim-cache",
            "app.kubernetes.io/instance": names.claim,
            "app.kubernetes.io/component": "cache",
            "app.kubernetes.io/part-of": "lockyard",
            "app.kubernetes.io/managed-by": "lockyard",
            f"{DOMAIN}/cache": names.claim,
        },
    }
    claim: Manifest = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": names.claim, **metadata},
        "spec": {
            "accessModes": ["ReadWriteMany"],
            "storageClassName": class_name,
            "volumeMode": "Filesystem",
            "resources": {"requests": {"storage": size}},
        },
    }
    deadline = max(_LEAST_SECONDS, math.ceil(4 * (total or 0) / rate))
    secret = ngc_secret or cluster.ngc_secret
    job: Manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": names.job, **metadata},
        "spec": {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 5,
            "activeDeadlineSeconds": deadline,
            # The next pod starts when the last one is gone for good: never two writers.
            "podReplacementPolicy": "Failed",
            "podFailurePolicy": {"rules": _failure_rules(fatal_exit_codes)},
            "template": {
                "metadata": {
                    "labels": metadata["labels"],
                    # A mesh's sidecar would keep the Job from completing; moving the pod loses the download.
                    "annotations": {"sidecar.istio.io/inject": "false", "karpenter.sh/do-not-disrupt": "true"},
                },
                "spec": {
                    "restartPolicy": "Never",
                    "automountServiceAccountToken": False,
                    "enableServiceLinks": False,
                    "securityContext": pod_security_context(security),
                    **(
                        {"imagePullSecrets": [{"name": name} for name in cluster.pull_secrets]}
                        if cluster.pull_secrets
                        else {}
                    ),
                    "initContainers": [
                        _utility("prepare", _PREPARE, cluster, {"FOLDER": names.subfolder}),
                        _download(image, names, profiles, protocol, secret, env or {}, memory),
                    ],
                    "containers": [
                        _utility(
                            "finish",
                            _FINISH,
                            cluster,
                            {"FOLDER": names.subfolder, "IMAGE": image, "PROFILES": ",".join(sorted(set(profiles)))},
                        )
                    ],
                    "volumes": [
                        {"name": _VOLUME, "persistentVolumeClaim": {"claimName": names.claim}},
                        {"name": "tmp", "emptyDir": {}},
                    ],
                },
            },
        },
    }
    return {"claim": claim, "job": job}


def _short(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]


def _rate(throughput: str | int) -> tuple[int, list[Problem]]:
    try:
        rate = memory_bytes(throughput)
    except ValueError as error:
        return 1, [Problem("throughput", str(error))]
    return (rate, []) if rate > 0 else (1, [Problem("throughput", "must be greater than 0")])


def _class_name(cluster: Cluster, name: str | None, problems: list[Problem]) -> str:
    if name is None:
        try:
            return cluster.storage_class("ReadWriteMany").name
        except PlacementError as error:
            problems.append(Problem("cluster.storage_classes", f"a cache is shared by many nodes: {error}"))
            return ""
    found = next((item for item in cluster.storage_classes if item.name == name), None)
    known = ", ".join(item.name for item in cluster.storage_classes) or "none"
    if found is None:
        problems.append(Problem("storage_class", f"the cluster has no such class; it has: {known}"))
    elif "ReadWriteMany" not in found.access_modes:
        modes = ", ".join(found.access_modes)
        problems.append(Problem("storage_class", f"must offer ReadWriteMany, as a cache is shared; it offers {modes}"))
    return name


def _protocol_problems(protocol: str, profiles: Sequence[str]) -> list[Problem]:
    if protocol not in get_args(CacheProtocol):
        return [Problem("protocol", f"must be one of {', '.join(get_args(CacheProtocol))}")]
    if protocol == "create-model-store" and len(set(profiles)) != 1:
        return [Problem("profiles", "create-model-store makes the store of one profile: give exactly one")]
    if protocol == "engine" and len(set(profiles)) > 1:
        return [Problem("profiles", "an engine-native image downloads one profile: give at most one")]
    return []


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
    return {
        "name": name,
        "image": cluster.utility_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", script],
        "env": [{"name": key, "value": value} for key, value in env.items()],
        "resources": _SMALL,
        "securityContext": {**container_security_context(), "readOnlyRootFilesystem": True},
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [{"name": _VOLUME, "mountPath": _CACHE_ROOT}],
    }


def _download(
    image: str,
    names: CacheNames,
    profiles: Sequence[str],
    protocol: CacheProtocol,
    secret: SecretReference | None,
    env: Mapping[str, Any],
    memory: str,
) -> dict[str, Any]:
    chosen = sorted(set(profiles))
    variables: dict[str, Any] = {
        # Some images only follow NGC_HOME or HF_HOME when they download.
        "NIM_CACHE_PATH": {"value": CACHE_PATH},
        "NGC_HOME": {"value": CACHE_PATH},
        "HF_HOME": {"value": f"{CACHE_PATH}/huggingface"},
    }
    container: dict[str, Any] = {"name": "download", "image": image, "imagePullPolicy": "IfNotPresent"}
    if protocol == "download-to-cache":
        container["command"] = [protocol, *(["--profiles", *chosen] if chosen else ["--all"])]
    elif protocol == "create-model-store":
        container["command"] = [protocol, "--profile", chosen[0], "--model-store", CACHE_PATH]
    else:
        variables["NIM_ENGINE_MODEL_DOWNLOAD_ONLY"] = {"value": "1"}
        if chosen:
            variables["NIM_MODEL_PROFILE"] = {"value": chosen[0]}
    if secret is not None:
        variables["NGC_API_KEY"] = {"valueFrom": {"secretKeyRef": {"name": secret.name, "key": secret.key}}}
    variables |= {name: {"value": value} for name, value in env.items()}
    container["env"] = [{"name": name, **value} for name, value in variables.items()]
    container["resources"] = {"requests": {"cpu": "1", "memory": memory}, "limits": {"memory": memory}}
    container["securityContext"] = container_security_context()
    container["terminationMessagePolicy"] = "FallbackToLogsOnError"
    container["volumeMounts"] = [{"name": _VOLUME, "mountPath": CACHE_PATH, "subPath": names.subfolder}, _WRITABLE]
    return container
