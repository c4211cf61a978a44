"""Where weights are kept: the storage rule table (kubernetes-serving §2.2, §2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import NimStorage, Problem
from lockyard_components.placement import PlacementError

from ._cache_names import CACHE_PATH, is_other_image
from ._plain import NotPlainError, is_opaque
from ._quantities import claim_bytes

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster, StorageClass

    from ._description import WorkloadDescription

RWX: Final = "ReadWriteMany"
# A dedicated volume that many nodes can use rolls without an outage and allows replicas. The choice follows from the
# cluster alone: if it followed from the number of replicas, a second replica would replace the volume.
_DEDICATED_MODES: Final = (RWX, "ReadWriteOnce", "ReadWriteOncePod")
_CACHE_VARIABLE: Final = "NIM_CACHE_PATH"


@dataclass(frozen=True, kw_only=True)
class StoragePlan:
    """Fields of `WorkloadPlan` about storage."""

    kind: str
    claim_mode: str | None = None
    claim_size: str | None = None
    storage_class: StorageClass | None = None
    cache_path: str | None = None


def plan_storage(
    description: WorkloadDescription,
    cluster: Cluster,
    storage: Mapping[str, Any] | None,
    primary: Mapping[str, Any],
    *,
    replicas_max: int,
    gpus: int,
    errors: list[Problem],
    warnings: list[Problem],
) -> StoragePlan:
    """Decide which volume holds the weights.

    Args:
        description: the workload.
        cluster: the cluster.
        storage: the artifact's storage block, full, or None.
        primary: the primary container, full.
        replicas_max: most replicas there can be.
        gpus: devices of a replica.
        errors: gets what cannot be.
        warnings: gets what will hurt.
    """
    if description.artifact_type != "nim":
        given = {"nim_cache": _has_cache(description)}
        given |= {"profiles": bool(description.profiles), "storage_class": description.storage_class is not None}
        for name in (name for name, there in given.items() if there):
            errors.append(
                Problem(name, f"does nothing: artifacts of type '{description.artifact_type}' have no volume")
            )
        if description.security.chown_volume:
            errors.append(Problem("security.chown_volume", "does nothing: there is no volume"))
        if gpus:
            warnings.append(
                Problem(
                    "spec",
                    f"artifacts of type '{description.artifact_type}' have no volume: what the server downloads is "
                    "lost with "
                    "each pod, and every start downloads it again; bring weights in the image, or use type 'nim'",
                )
            )
        return StoragePlan(kind="none")
    block = storage or {"mode": NimStorage.model_fields["mode"].default, "pvcSize": None}
    path = _cache_path(primary)
    if block["mode"] == "nimCache":
        return _shared(description, cluster, primary["imageUri"], path, errors)
    return _dedicated(description, cluster, block["pvcSize"], path, replicas_max, errors, warnings)


def _has_cache(description: WorkloadDescription) -> bool:
    return bool(description.cache_claim or description.cache_subfolder or description.cache_namespace)


def _cache_path(primary: Mapping[str, Any]) -> str:
    for index, variable in enumerate(primary["environmentVars"]):
        if variable.get("name") == _CACHE_VARIABLE:
            if variable["source"] != "string" or is_opaque(variable["value"]):
                raise NotPlainError([f"environmentVars.{index} ({_CACHE_VARIABLE}) of container {primary['name']}"])
            return variable["value"]
    return CACHE_PATH


def _shared(
    description: WorkloadDescription, cluster: Cluster, image: Any, path: str, errors: list[Problem]
) -> StoragePlan:
    if not description.cache_claim:
        errors.append(
            Problem(
                "nim_cache", "storage mode nimCache needs a shared cache: give nim_cache=NimCache(...) of this image"
            )
        )
    elif description.cache_namespace not in (None, description.namespace):
        errors.append(
            Problem(
                "nim_cache",
                f"the cache is in namespace '{description.cache_namespace}', the workload in "
                f"'{description.namespace}', and "
                "claims cannot be shared between namespaces: put both into one, or make a NimCache in this one",
            )
        )
    if description.cache_image is not None and not is_opaque(image) and is_other_image(description.cache_image, image):
        errors.append(
            Problem(
                "nim_cache",
                f"the cache holds the weights of {description.cache_image}, the artifact runs {image}: give the cache "
                "of the artifact's image",
            )
        )
    if description.storage_class is not None:
        errors.append(Problem("storage_class", "does nothing with storage mode nimCache: the cache has its own"))
    if description.security.chown_volume:
        errors.append(
            Problem("security.chown_volume", "does nothing with storage mode nimCache: the cache is filled already")
        )
    try:
        storage_class = cluster.storage_class(RWX)
    except PlacementError as error:
        errors.append(Problem("spec.storage.mode", f"nimCache shares a volume between nodes: {error}"))
        storage_class = None
    return StoragePlan(kind="nimCache", claim_mode=RWX, storage_class=storage_class, cache_path=path)


def _dedicated(
    description: WorkloadDescription,
    cluster: Cluster,
    pvc_size: str | None,
    path: str,
    replicas_max: int,
    errors: list[Problem],
    warnings: list[Problem],
) -> StoragePlan:
    if _has_cache(description):
        errors.append(
            Problem("nim_cache", "does nothing with storage mode dedicatedPvc: set spec.storage.mode to nimCache")
        )
    storage_class, mode = _dedicated_class(description, cluster, errors)
    size = pvc_size or cluster.defaults.dedicated_claim_size
    wanted = claim_bytes(size) or 0
    if wanted == 0:
        errors.append(Problem("spec.storage.pvcSize", "must be greater than 0"))
    recorded = claim_bytes(description.recorded_claim_size or "")
    if recorded is not None and wanted < recorded:
        errors.append(
            Problem(
                "spec.storage.pvcSize",
                f"is {size}, the volume has {description.recorded_claim_size}: a volume cannot shrink; keep the "
                "size, or give "
                "the workload another name to start with a new volume",
            )
        )
    elif recorded is not None and wanted > recorded and storage_class is not None and not storage_class.expandable:
        errors.append(
            Problem(
                "spec.storage.pvcSize",
                f"is {size}, the volume has {description.recorded_claim_size}, and storage class "
                f"'{storage_class.name}' cannot "
                "expand volumes: keep the size, or give the workload another name to start with a new volume",
            )
        )
    if mode != RWX and replicas_max > 1 and storage_class is not None:
        errors.append(
            Problem(
                "spec.storage.mode",
                f"a {mode} volume serves one replica and this workload may have {replicas_max}: use a storage class "
                "with "
                "ReadWriteMany, storage mode nimCache, or 1 replica",
            )
        )
    if storage_class is not None and not storage_class.honours_fs_group and not description.security.chown_volume:
        warnings.append(
            Problem(
                "security.chown_volume",
                f"storage class '{storage_class.name}' ignores fsGroup: unless it maps users itself, the server "
                "cannot write "
                "its weights; set PodSecurity(chown_volume=True) then",
            )
        )
    return StoragePlan(
        kind="dedicatedPvc", claim_mode=mode, claim_size=size, storage_class=storage_class, cache_path=path
    )


def _dedicated_class(
    description: WorkloadDescription, cluster: Cluster, errors: list[Problem]
) -> tuple[StorageClass | None, str | None]:
    if description.storage_class is not None:
        found = next((item for item in cluster.storage_classes if item.name == description.storage_class), None)
        if found is None:
            known = ", ".join(item.name for item in cluster.storage_classes) or "none"
            errors.append(Problem("storage_class", f"cluster '{cluster.name}' has no such class; it has: {known}"))
            return None, None
        mode = next((mode for mode in _DEDICATED_MODES if mode in found.access_modes), None)
        if mode is None:
            errors.append(
                Problem("storage_class", "its volumes cannot be written, so weights cannot be downloaded to them")
            )
        return found, mode
    for mode in _DEDICATED_MODES:
        for storage_class in cluster.storage_classes:
            if mode in storage_class.access_modes:
                return storage_class, mode
    errors.append(
        Problem(
            "spec.storage.mode",
            f"dedicatedPvc needs a storage class and cluster '{cluster.name}' has none that can be written: add one to "
            "Cluster.storage_classes",
        )
    )
    return None, None
