"""Which container gets what of the bundle.

A bundle is the size of the pod. What an allocation says, its container gets. A sidecar without one gets a little, all
such sidecars together at most a quarter of what is left; the primary container without one gets the rest, devices
included.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem
from lockyard_components.placement import GpuNodePool
from lockyard_components.placement._quantities import cpu_quantity, memory_quantity

from ._quantities import GIB, MIB

if TYPE_CHECKING:
    from lockyard_components.placement import Placement, ResourceBundle

SIDECAR_CORES: Final = 0.1
SIDECAR_MEMORY: Final = 128 * MIB
"""What a sidecar without an allocation gets, if the bundle is large enough."""

_SIDECAR_SHARE: Final = 4
_BESIDE_SHM: Final = 4 * GIB
_PATH: Final = "runtime.containerGroups.0"


@dataclass(frozen=True, kw_only=True)
class Split:
    """The bundle, divided.

    Attributes:
        resources: container name -> Kubernetes resources.
        devices: container name -> GPUs.
        shm_bytes: size of /dev/shm, within the primary container's memory.
    """

    resources: Mapping[str, dict[str, Any]]
    devices: Mapping[str, int]
    shm_bytes: int


def split_bundle(
    placement: Placement,
    containers: Sequence[Mapping[str, Any]],
    overrides: Sequence[Mapping[str, Any]],
    errors: list[Problem],
    warnings: list[Problem],
) -> Split:
    """Divide a bundle between the containers of a pod.

    Args:
        placement: the bundle where it goes.
        containers: the artifact's containers, full.
        overrides: the runtime's containers, full.
        errors: gets what is impossible.
        warnings: gets what is left unused.
    """
    bundle = placement.bundle
    names = [container["name"] for container in containers]
    primary = next(container["name"] for container in containers if container["primary"])
    asked = {item["name"]: item["resourceAllocation"] or {} for item in overrides}
    index = {item["name"]: position for position, item in enumerate(overrides)}

    def blame(name: str, field: str, message: str) -> None:
        where = f"{_PATH}.containers.{index[name]}.resourceAllocation.{field}" if name in index else _PATH
        errors.append(Problem(where, message))

    cores = _shared(
        "cpu", {name: asked.get(name, {}).get("cpu") or None for name in names}, primary, bundle.cpu, SIDECAR_CORES
    )
    memory = _shared(
        "memory",
        {name: asked.get(name, {}).get("memory") or None for name in names},
        primary,
        bundle.memory_bytes,
        SIDECAR_MEMORY,
    )
    for share, unit in ((cores, "cores"), (memory, "bytes of memory")):
        if share.excess is not None:
            errors.append(
                Problem(
                    f"{_PATH}.containers",
                    f"the containers ask for {share.excess:g} {unit} together, bundle '{bundle.id}' has "
                    f"{share.total:g}: ask for less or name a larger bundle",
                )
            )
        for name in share.empty:
            errors.append(
                Problem(
                    f"{_PATH}.containers",
                    f"nothing of the {unit} of bundle '{bundle.id}' is left for container '{name}': give it an "
                    "allocation, or name a larger bundle",
                )
            )
    devices = _devices(bundle, {name: asked.get(name, {}).get("gpu") for name in names}, primary, blame, warnings)
    _check_gpu_memory(placement, [item.get("gpuMemory") for item in asked.values()], errors)
    shm = _shm_bytes(placement, memory.shares.get(primary, 0), errors, warnings)
    resources = {
        name: _resources(cores.shares.get(name, 0), int(memory.shares.get(name, 0)), devices[name], bundle)
        for name in names
    }
    return Split(resources=resources, devices=devices, shm_bytes=shm)


def device_memory(placement: Placement) -> int | None:
    """Bytes of memory that each device has at least, as bundle or pools say; None: nobody says."""
    if placement.bundle.gpu_memory_bytes is not None or not placement.bundle.gpus:
        return placement.bundle.gpu_memory_bytes
    sizes = [pool.gpu_memory_bytes for pool in placement.pools if isinstance(pool, GpuNodePool)]
    known = [size for size in sizes if size is not None]
    return min(known) if known and len(known) == len(sizes) else None


@dataclass(frozen=True, kw_only=True)
class _Shares:
    shares: Mapping[str, float]
    total: float
    excess: float | None = None
    empty: Sequence[str] = ()


def _shared(
    field: str, stated: Mapping[str, float | None], primary: str, total: float, sidecar_default: float
) -> _Shares:
    given = {name: value for name, value in stated.items() if value is not None}
    asked = sum(given.values())
    if asked > total * (1 + 1e-9):
        return _Shares(shares=given, total=total, excess=asked)
    shares: dict[str, float] = dict(given)
    sidecars = [name for name in stated if name not in given and name != primary]
    rest = total - asked
    if sidecars:
        room = rest / _SIDECAR_SHARE if primary not in given else rest
        each = min(sidecar_default, room / len(sidecars))
        if field == "memory":
            each = each // MIB * MIB if each >= MIB else math.floor(each)
        for name in sidecars:
            shares[name] = each
            rest -= each
    if primary not in given:
        shares[primary] = rest
    # A container without a request for cores just runs last; one without memory would have no limit.
    empty = [name for name, share in shares.items() if share <= 0] if field == "memory" else []
    return _Shares(shares=shares, total=total, empty=empty)


def _devices(
    bundle: ResourceBundle, stated: Mapping[str, float | None], primary: str, blame: Any, warnings: list[Problem]
) -> dict[str, int]:
    devices: dict[str, int] = {}
    for name, value in stated.items():
        if value is None:
            continue
        if value != int(value):
            blame(name, "gpu", "must be a whole number: a device cannot be divided; use a bundle with MIG slices")
        devices[name] = math.ceil(value)
    asked = sum(devices.values())
    if asked > bundle.gpus:
        name = max(devices, key=lambda item: devices[item])
        blame(
            name,
            "gpu",
            f"the containers ask for {asked} GPUs together, bundle '{bundle.id}' has {bundle.gpus}: name another "
            "bundle",
        )
    if primary not in devices:
        devices[primary] = max(0, bundle.gpus - asked)
    used = sum(devices.values())
    if used < bundle.gpus:
        warnings.append(
            Problem(
                f"{_PATH}.containers",
                f"use {used} of the {bundle.gpus} GPUs of bundle '{bundle.id}': name a smaller bundle",
            )
        )
    return {name: devices.get(name, 0) for name in stated}


def _check_gpu_memory(placement: Placement, asked: Sequence[int | None], errors: list[Problem]) -> None:
    bundle, each = placement.bundle, device_memory(placement)
    total = sum(value or 0 for value in asked)
    if total and (each is not None or not bundle.gpus):
        there = bundle.gpus * (each or 0)
        if total > there:
            errors.append(
                Problem(
                    f"{_PATH}.containers",
                    f"the containers ask for {memory_quantity(total)} of GPU memory together, bundle '{bundle.id}' has "
                    f"{memory_quantity(there)}: name another bundle",
                )
            )


def _shm_bytes(placement: Placement, memory: float, errors: list[Problem], warnings: list[Problem]) -> int:
    shm, bundle = placement.shm_bytes, placement.bundle
    if not bundle.gpus and bundle.shm_size is None:
        # Without GPUs nothing relies on it, so it follows the container where that is small.
        return max(1, min(shm, int(memory) // 2))
    if memory <= shm:
        errors.append(
            Problem(
                f"{_PATH}.containers",
                f"the primary container's {memory_quantity(int(memory))} of memory include the "
                f"{memory_quantity(shm)} of "
                f"/dev/shm of bundle '{bundle.id}' and leave nothing: give it more, or set shm_size of the bundle",
            )
        )
    elif bundle.gpus and memory < shm + _BESIDE_SHM:
        warnings.append(
            Problem(
                f"{_PATH}.containers",
                f"the primary container has {memory_quantity(int(memory) - shm)} of memory beside /dev/shm; a model "
                f"server wants {memory_quantity(_BESIDE_SHM)} and an eighth of the weights",
            )
        )
    return shm


def _resources(cores: float, memory: int, devices: int, bundle: ResourceBundle) -> dict[str, Any]:
    # No limit of cores: throttling prolongs the start of a model server. Memory and devices: limit equals request.
    requests: dict[str, str] = {"cpu": cpu_quantity(cores), "memory": memory_quantity(memory)}
    limits: dict[str, str] = {"memory": memory_quantity(memory)}
    if devices:
        requests[bundle.resource_name] = limits[bundle.resource_name] = str(devices)
    return {"requests": requests, "limits": limits}
