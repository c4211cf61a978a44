"""What users of Lockyard import: the resources, their argument classes, and look-ups."""

from lockyard.resources._artifact import Artifact, ArtifactArguments
from lockyard.resources._artifact_args import ArtifactSpecArgs, NimStorageArgs
from lockyard.resources._artifact_repository import ArtifactRepository
from lockyard.resources._build_args import CodeLocationArgs, CodeRefArgs, DockerfileArgs, ImageBuildConfigArgs
from lockyard.resources._container_args import ContainerArgs, ContainerGroupArgs, EnvironmentVariableArgs
from lockyard.resources._errors import InputError
from lockyard.resources._infos import ArtifactInfo, RepositoryInfo, WorkloadInfo
from lockyard.resources._lookups import lookup_artifact, lookup_repository, lookup_workload
from lockyard.resources._probe_args import ProbeArgs
from lockyard.resources._rollout_report import RolloutReport
from lockyard.resources._security_args import CapabilitiesArgs, SeccompProfileArgs, SecurityContextArgs
from lockyard.resources._sharing_args import SharedRoleArgs
from lockyard.resources._workload import RolloutInputs, Workload
from lockyard.resources._workload_args import (
    AutoscalingArgs,
    AutoscalingPolicyArgs,
    ContainerOverrideArgs,
    GroupRuntimeArgs,
    ResourceAllocationArgs,
    WorkloadRuntimeArgs,
)
from lockyard.resources._workload_ready import WorkloadReady

__all__ = [
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
]
