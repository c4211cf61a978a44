"""The Workload API's contract: documents as models, rules as pure functions, one error tree.

Both sides use it: what the server answers with 422, the provider refuses in `check` with the same path and sentence. It
imports nothing else of Lockyard. R-numbers in docstrings are the conformance rules of the contract's reference.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._artifact import (
    ArtifactClone,
    ArtifactInput,
    ArtifactPatch,
    ArtifactSpec,
    merge_spec,
    parse_artifact,
    parse_artifact_patch,
    parse_spec,
    spec_document,
)
from ._artifact_types import (
    allowed_types,
    foreign_problems,
    repository_type_message,
    source_build_problems,
    type_problems,
)
from ._base import ANY_STORED_IMAGE, ContractModel, Json, compact, dump, parse
from ._build import CodeLocation, CodeRef, Dockerfile, ImageBuildConfig
from ._bundle import ResourceBundle
from ._bundle_catalogue import DEFAULT_BUNDLES
from ._bundles import bundle_problems, infer_bundle, parse_bundles
from ._canonical import canonical_json
from ._compat import ALL_COMPAT, STRICT, Compat
from ._container import Container, ContainerGroup
from ._crashes import CRASH_LOOP, crash_loop
from ._digest import artifact_content, content_digest, runtime_digest
from ._environment import EnvironmentVariable
from ._errors import (
    ApiError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    ForbiddenError,
    LockyardError,
    MethodNotAllowedError,
    NotFoundError,
    PreconditionFailedError,
    Problem,
    RateLimitedError,
    ServerFaultError,
    StorageError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
    UnexpectedAnswerError,
    ValidationFailedError,
    WaitFailedError,
    WaitTimeoutError,
    WrongRegistryError,
    error_for_status,
)
from ._lock import (
    LOCKED_DELETE_MESSAGE,
    LOCKED_UPDATE_MESSAGE,
    NO_CONTAINERS_MESSAGE,
    NOT_BUILT_MESSAGE,
    lock_problems,
)
from ._metrics import COMMON_METRICS, metric_problems
from ._naming import MAX_NAME_LENGTH, is_dns_label, name_message
from ._ports import MAX_PORT, MIN_PORT
from ._probe import Probe
from ._replacement import SAME_ARTIFACT_MESSAGE, replacement_refusal
from ._repository import RepositoryInput
from ._routes import Route, refuse_routes
from ._runtime import (
    Autoscaling,
    AutoscalingPolicy,
    ContainerOverride,
    GroupRuntime,
    ResourceAllocation,
    WorkloadRuntime,
    requested_replicas,
)
from ._runtime_rules import container_names, runtime_problems
from ._secrets import looks_like_credential
from ._security import Capabilities, SeccompProfile, SecurityContext
from ._sharing import SharedRole, SharedRolesPatch, ShareRecipientType, SharingRole
from ._storage import NimStorage
from ._tags import Tag, TagsInput, tag_name_message
from ._types import ArtifactStatus, ArtifactType, Importance, WorkloadStatus
from ._units import memory_bytes
from ._unknown import UNKNOWN, Unknown, contains_unknown, is_unknown
from ._workload import (
    ReplacementConfig,
    ReplacementInput,
    SettingsPatch,
    WorkloadInput,
    WorkloadPatch,
    parse_runtime,
    parse_workload,
)

if TYPE_CHECKING:
    from ._account import (
        WORKLOAD_API_ENTITLEMENT,
        AccountInfo,
        EntitlementName,
        EntitlementsFormatted,
        EntitlementsInput,
        EntitlementValue,
        EnvironmentFormatted,
        EnvironmentsQuery,
        EnvironmentVersionFormatted,
        Limits,
        UseCaseFormatted,
        UseCaseLink,
        UseCaseLinkPath,
        UseCasesQuery,
    )
    from ._answers import (
        Answer,
        ArtifactFormatted,
        ArtifactSummary,
        BundleFormatted,
        ErrorBody,
        ListEnvelope,
        OperationFormatted,
        ProblemBody,
        ProtonFormatted,
        ReplacementFormatted,
        RepositoryFormatted,
        SettingsFormatted,
        SharedRoleFormatted,
        TagInfo,
        TagsFormatted,
        UserData,
        VersionInfo,
        WorkloadEvent,
        WorkloadFormatted,
    )
    from ._audit import AuditQuery, AuditRecordFormatted
    from ._credentials import (
        CredentialFormatted,
        CredentialInput,
        CredentialPatch,
        CredentialQuery,
        credential_problems,
    )
    from ._environments import (
        EnvironmentsFile,
        EnvironmentVersion,
        ExecutionEnvironment,
        default_environments,
        parse_environments,
    )
    from ._queries import (
        ArtifactQuery,
        FilteredQuery,
        ListQuery,
        Query,
        RepositoryQuery,
        WorkloadQuery,
        parse_query,
    )
    from ._reports import (
        ConditionReport,
        ContainerReport,
        ContainerState,
        ReplicaReport,
        Report,
    )
    from ._statistics import (
        Measurement,
        MeasurementsInput,
        PeriodQuery,
        Resolution,
        ResponseTime,
        SeriesPath,
        SeriesQuery,
        StatisticsMetric,
        StatisticsQuery,
    )
    from ._statistics_answers import MeasurementsAnswer, SeriesFormatted, StatisticsFormatted, WorkloadsStatistics
    from ._status_answers import RelatedItem, RelatedItems, ReplicaStatus, StatusDetails

# Only servers and tests need these; every start of the Pulumi plugin would pay for them.
_LATER = {
    "_credentials": (
        "CredentialFormatted",
        "CredentialInput",
        "CredentialPatch",
        "CredentialQuery",
        "credential_problems",
    ),
    "_account": (
        "AccountInfo",
        "EntitlementName",
        "EntitlementValue",
        "EntitlementsFormatted",
        "EntitlementsInput",
        "EnvironmentFormatted",
        "EnvironmentVersionFormatted",
        "EnvironmentsQuery",
        "Limits",
        "UseCaseFormatted",
        "UseCaseLink",
        "UseCaseLinkPath",
        "UseCasesQuery",
        "WORKLOAD_API_ENTITLEMENT",
    ),
    "_environments": (
        "EnvironmentVersion",
        "EnvironmentsFile",
        "ExecutionEnvironment",
        "default_environments",
        "parse_environments",
    ),
    "_statistics": (
        "Measurement",
        "MeasurementsInput",
        "PeriodQuery",
        "Resolution",
        "ResponseTime",
        "SeriesPath",
        "SeriesQuery",
        "StatisticsMetric",
        "StatisticsQuery",
    ),
    "_statistics_answers": (
        "MeasurementsAnswer",
        "SeriesFormatted",
        "StatisticsFormatted",
        "WorkloadsStatistics",
    ),
    "_status_answers": (
        "RelatedItem",
        "RelatedItems",
        "ReplicaStatus",
        "StatusDetails",
    ),
    "_answers": (
        "Answer",
        "ArtifactFormatted",
        "ArtifactSummary",
        "BundleFormatted",
        "ErrorBody",
        "ListEnvelope",
        "OperationFormatted",
        "ProblemBody",
        "ProtonFormatted",
        "ReplacementFormatted",
        "RepositoryFormatted",
        "SettingsFormatted",
        "SharedRoleFormatted",
        "TagInfo",
        "TagsFormatted",
        "UserData",
        "VersionInfo",
        "WorkloadEvent",
        "WorkloadFormatted",
    ),
    "_audit": ("AuditQuery", "AuditRecordFormatted"),
    "_queries": (
        "ArtifactQuery",
        "FilteredQuery",
        "ListQuery",
        "Query",
        "RepositoryQuery",
        "WorkloadQuery",
        "parse_query",
    ),
    "_reports": (
        "ConditionReport",
        "ContainerReport",
        "ContainerState",
        "ReplicaReport",
        "Report",
    ),
}

_LATER_HOME = {name: module for module, names in _LATER.items() for name in names}

__all__ = [
    "ALL_COMPAT",
    "ANY_STORED_IMAGE",
    "COMMON_METRICS",
    "CRASH_LOOP",
    "DEFAULT_BUNDLES",
    "LOCKED_DELETE_MESSAGE",
    "LOCKED_UPDATE_MESSAGE",
    "MAX_NAME_LENGTH",
    "MAX_PORT",
    "MIN_PORT",
    "NOT_BUILT_MESSAGE",
    "NO_CONTAINERS_MESSAGE",
    "SAME_ARTIFACT_MESSAGE",
    "STRICT",
    "UNKNOWN",
    "WORKLOAD_API_ENTITLEMENT",
    "AccountInfo",
    "Answer",
    "ApiError",
    "ArtifactClone",
    "ArtifactFormatted",
    "ArtifactInput",
    "ArtifactPatch",
    "ArtifactQuery",
    "ArtifactSpec",
    "ArtifactStatus",
    "ArtifactSummary",
    "ArtifactType",
    "AuditQuery",
    "AuditRecordFormatted",
    "Autoscaling",
    "AutoscalingPolicy",
    "BadRequestError",
    "BundleFormatted",
    "Capabilities",
    "CodeLocation",
    "CodeRef",
    "Compat",
    "ConditionReport",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailedError",
    "Container",
    "ContainerGroup",
    "ContainerOverride",
    "ContainerReport",
    "ContainerState",
    "ContractModel",
    "CredentialFormatted",
    "CredentialInput",
    "CredentialPatch",
    "CredentialQuery",
    "Dockerfile",
    "EntitlementName",
    "EntitlementValue",
    "EntitlementsFormatted",
    "EntitlementsInput",
    "EnvironmentFormatted",
    "EnvironmentVariable",
    "EnvironmentVersion",
    "EnvironmentVersionFormatted",
    "EnvironmentsFile",
    "EnvironmentsQuery",
    "ErrorBody",
    "ExecutionEnvironment",
    "FilteredQuery",
    "ForbiddenError",
    "GroupRuntime",
    "ImageBuildConfig",
    "Importance",
    "Json",
    "Limits",
    "ListEnvelope",
    "ListQuery",
    "LockyardError",
    "Measurement",
    "MeasurementsAnswer",
    "MeasurementsInput",
    "MethodNotAllowedError",
    "NimStorage",
    "NotFoundError",
    "OperationFormatted",
    "PeriodQuery",
    "PreconditionFailedError",
    "Probe",
    "Problem",
    "ProblemBody",
    "ProtonFormatted",
    "Query",
    "RateLimitedError",
    "RelatedItem",
    "RelatedItems",
    "ReplacementConfig",
    "ReplacementFormatted",
    "ReplacementInput",
    "ReplicaReport",
    "ReplicaStatus",
    "Report",
    "RepositoryFormatted",
    "RepositoryInput",
    "RepositoryQuery",
    "Resolution",
    "ResourceAllocation",
    "ResourceBundle",
    "ResponseTime",
    "Route",
    "SeccompProfile",
    "SecurityContext",
    "SeriesFormatted",
    "SeriesPath",
    "SeriesQuery",
    "ServerFaultError",
    "SettingsFormatted",
    "SettingsPatch",
    "ShareRecipientType",
    "SharedRole",
    "SharedRoleFormatted",
    "SharedRolesPatch",
    "SharingRole",
    "StatisticsFormatted",
    "StatisticsMetric",
    "StatisticsQuery",
    "StatusDetails",
    "StorageError",
    "Tag",
    "TagInfo",
    "TagsFormatted",
    "TagsInput",
    "TimedOutError",
    "TransportError",
    "UnauthorizedError",
    "UnexpectedAnswerError",
    "Unknown",
    "UseCaseFormatted",
    "UseCaseLink",
    "UseCaseLinkPath",
    "UseCasesQuery",
    "UserData",
    "ValidationFailedError",
    "VersionInfo",
    "WaitFailedError",
    "WaitTimeoutError",
    "WorkloadEvent",
    "WorkloadFormatted",
    "WorkloadInput",
    "WorkloadPatch",
    "WorkloadQuery",
    "WorkloadRuntime",
    "WorkloadStatus",
    "WorkloadsStatistics",
    "WrongRegistryError",
    "allowed_types",
    "artifact_content",
    "bundle_problems",
    "canonical_json",
    "compact",
    "container_names",
    "contains_unknown",
    "content_digest",
    "crash_loop",
    "credential_problems",
    "default_environments",
    "dump",
    "error_for_status",
    "foreign_problems",
    "infer_bundle",
    "is_dns_label",
    "is_unknown",
    "lock_problems",
    "looks_like_credential",
    "memory_bytes",
    "merge_spec",
    "metric_problems",
    "name_message",
    "parse",
    "parse_artifact",
    "parse_artifact_patch",
    "parse_bundles",
    "parse_environments",
    "parse_query",
    "parse_runtime",
    "parse_spec",
    "parse_workload",
    "refuse_routes",
    "replacement_refusal",
    "repository_type_message",
    "requested_replicas",
    "runtime_digest",
    "runtime_problems",
    "source_build_problems",
    "spec_document",
    "tag_name_message",
    "type_problems",
]


def __getattr__(name: str) -> Any:
    module = _LATER_HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
