"""Lockyard: declare what runs on your GPU clusters, and which versions of it may never change.

Names are loaded at first use, so that a part of the package (the contract, the client) never pays for Pulumi.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .contract import (
        ApiError,
        ConfigurationError,
        LockyardError,
        StorageError,
        TransportError,
        ValidationFailedError,
        WaitFailedError,
        WaitTimeoutError,
        WrongRegistryError,
    )
    from .resources import (
        Artifact,
        ArtifactArguments,
        ArtifactInfo,
        ArtifactRepository,
        ArtifactSpecArgs,
        AutoscalingArgs,
        AutoscalingPolicyArgs,
        CapabilitiesArgs,
        CodeLocationArgs,
        CodeRefArgs,
        ContainerArgs,
        ContainerGroupArgs,
        ContainerOverrideArgs,
        DockerfileArgs,
        EnvironmentVariableArgs,
        GroupRuntimeArgs,
        ImageBuildConfigArgs,
        InputError,
        NimStorageArgs,
        ProbeArgs,
        RepositoryInfo,
        ResourceAllocationArgs,
        RolloutInputs,
        RolloutReport,
        SeccompProfileArgs,
        SecurityContextArgs,
        SharedRoleArgs,
        Workload,
        WorkloadInfo,
        WorkloadReady,
        WorkloadRuntimeArgs,
        lookup_artifact,
        lookup_repository,
        lookup_workload,
    )

_HOMES = {
    "contract": (
        "ApiError",
        "ConfigurationError",
        "LockyardError",
        "StorageError",
        "TransportError",
        "ValidationFailedError",
        "WaitFailedError",
        "WaitTimeoutError",
        "WrongRegistryError",
    ),
    "resources": (
        "Artifact",
        "ArtifactArguments",
        "ArtifactInfo",
        "ArtifactRepository",
        "ArtifactSpecArgs",
        "AutoscalingArgs",
        "AutoscalingPolicyArgs",
        "CapabilitiesArgs",
        "CodeLocationArgs",
        "CodeRefArgs",
        "ContainerArgs",
        "ContainerGroupArgs",
        "ContainerOverrideArgs",
        "DockerfileArgs",
        "EnvironmentVariableArgs",
        "GroupRuntimeArgs",
        "ImageBuildConfigArgs",
        "InputError",
        "NimStorageArgs",
        "ProbeArgs",
        "RepositoryInfo",
        "ResourceAllocationArgs",
        "RolloutInputs",
        "RolloutReport",
        "SeccompProfileArgs",
        "SecurityContextArgs",
        "SharedRoleArgs",
        "Workload",
        "WorkloadInfo",
        "WorkloadReady",
        "WorkloadRuntimeArgs",
        "lookup_artifact",
        "lookup_repository",
        "lookup_workload",
    ),
}

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "ApiError",
    "Artifact",
    "ArtifactArguments",
    "ArtifactInfo",
    "ArtifactRepository",
    "ArtifactSpecArgs",
    "AutoscalingArgs",
    "AutoscalingPolicyArgs",
    "CapabilitiesArgs",
    "CodeLocationArgs",
    "CodeRefArgs",
    "ConfigurationError",
    "ContainerArgs",
    "ContainerGroupArgs",
    "ContainerOverrideArgs",
    "DockerfileArgs",
    "EnvironmentVariableArgs",
    "GroupRuntimeArgs",
    "ImageBuildConfigArgs",
    "InputError",
    "LockyardError",
    "NimStorageArgs",
    "ProbeArgs",
    "RepositoryInfo",
    "ResourceAllocationArgs",
    "RolloutInputs",
    "RolloutReport",
    "SeccompProfileArgs",
    "SecurityContextArgs",
    "SharedRoleArgs",
    "StorageError",
    "TransportError",
    "ValidationFailedError",
    "WaitFailedError",
    "WaitTimeoutError",
    "Workload",
    "WorkloadInfo",
    "WorkloadReady",
    "WorkloadRuntimeArgs",
    "WrongRegistryError",
    "lookup_artifact",
    "lookup_repository",
    "lookup_workload",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
