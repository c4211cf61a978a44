"""The volume that NIM workloads of one image share, and the Job that fills it (kubernetes-serving §2.5)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, get_args

from lockyard.contract import Problem, memory_bytes
from lockyard_components.placement import PlacementError

from ._cache_job import CacheProtocol, cache_job_spec
from ._cache_names import cache_names
from ._description import Manifest, PlanError, PodSecurity
from ._labels import DOMAIN
from ._object_checks import is_variable_name, label_problems, namespace_problems, security_problems
from ._quantities import claim_bytes

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster, SecretReference

_LEAST_SECONDS: Final = 7200
_IMAGE = re.compile(r"[^\s@]+(?:@[a-z0-9]+:[0-9a-f]{32,})?", re.ASCII)
_PROFILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*", re.ASCII)
_LAST_EXIT_CODE: Final = 255


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
    writes a marker last. It needs no GPU and goes to the cluster's CPU pools where there are some. Its name follows
    from image and profiles, so there is one writer per folder.

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
    problems += _text_problems(image, profiles, memory, env or {})
    for index, code in enumerate(fatal_exit_codes):
        if not 1 <= code <= _LAST_EXIT_CODE:
            problems.append(Problem(f"fatal_exit_codes.{index}", f"must be 1 to {_LAST_EXIT_CODE}"))
    problems += [*namespace_problems(namespace), *label_problems(labels or {}), *security_problems(security)]
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
    job: Manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": names.job, **metadata},
        "spec": cache_job_spec(
            image=image,
            names=names,
            labels=metadata["labels"],
            cluster=cluster,
            profiles=sorted(set(profiles)),
            protocol=protocol,
            secret=ngc_secret or cluster.ngc_secret,
            env=env or {},
            memory=memory,
            security=security,
            deadline_seconds=max(_LEAST_SECONDS, math.ceil(4 * (total or 0) / rate)),
            fatal_exit_codes=fatal_exit_codes,
        ),
    }
    return {"claim": claim, "job": job}


def _text_problems(image: str, profiles: Sequence[str], memory: str, env: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    if _IMAGE.fullmatch(image) is None:
        problems.append(Problem("image", "must be an image such as name:tag or name@sha256:…, without white space"))
    for index, profile in enumerate(profiles):
        if _PROFILE.fullmatch(profile) is None:
            problems.append(Problem(f"profiles.{index}", f"{profile!r} is not the id of a profile"))
    if not claim_bytes(memory):
        problems.append(Problem("memory", "must be a number greater than 0 and Mi, Gi or Ti, such as 8Gi"))
    for name in env:
        if not is_variable_name(name):
            problems.append(
                Problem(
                    f"env.{name}", "the name of a variable must be letters, digits, '-', '_' and '.', no digit first"
                )
            )
    return problems


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
