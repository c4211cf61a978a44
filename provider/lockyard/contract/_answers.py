"""Documents that the server answers, for its OpenAPI description and for tests.

Answers may carry keys that are not listed here: clients ignore what they do not know (workload-api §1.4).
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """Base of all answers: open, camelCase."""

    model_config = ConfigDict(extra="allow", alias_generator=to_camel, populate_by_name=True, defer_build=True)


class UserData(Answer):
    """A user, as far as the caller may know."""

    id: str
    full_name: str | None = None
    email: str | None = None
    username: str | None = None
    userhash: str | None = None


class TagInfo(Answer):
    """A tag with its id (workload-api §14.3)."""

    id: str
    name: str
    value: str


class AllowedAction(Answer):
    """Something that may be done with an object, or why the caller may not do it now (our addition)."""

    action: str
    allowed: bool
    reason: str | None = None


class ArtifactFormatted(Answer):
    """An artifact (workload-api §3.1). `etag`, `contentDigest`, `claim` and `allowedActions` are our additions."""

    id: str
    name: str
    description: str = ""
    type: str
    status: str
    version: int | None
    spec: dict[str, Any]
    artifact_repository_id: str | None
    created_at: str
    updated_at: str
    creator: UserData | None = None
    tags: list[TagInfo] = []
    permissions: list[str] = []
    etag: str | None = None
    content_digest: str | None = None
    claim: int | None = None
    allowed_actions: list[AllowedAction] | None = None


class RepositoryFormatted(Answer):
    """An artifact repository (workload-api §8.1). `claim` and `allowedActions` are our additions."""

    id: str
    name: str
    type: str
    last_version_number: int
    num_artifacts: int
    created_at: str
    updated_at: str
    creator: UserData | None = None
    tags: list[TagInfo] = []
    permissions: list[str] = []
    claim: int | None = None
    allowed_actions: list[AllowedAction] | None = None


class ReplacementFormatted(Answer):
    """A rolling replacement (workload-api §11.3)."""

    id: str
    name: str
    workload_id: str
    candidate_artifact_id: str
    candidate_proton_ids: list[str]
    previous_proton_ids: list[str] | None = None
    status: str
    strategy: str
    config: dict[str, Any]
    runtime: dict[str, Any]
    message: str | None = None
    switched_at: str | None = None
    deleted_at: str | None = None
    is_deleted: bool = False
    user_id: str | None = None
    tenant_id: str | None = None
    created_at: str
    updated_at: str


class ArtifactSummary(Answer):
    """The active artifact inside a workload."""

    id: str
    name: str | None = None
    type: str | None = None
    status: str | None = None
    version: int | None = None
    artifact_repository_id: str | None = None
    template_id: str | None = None


class WorkloadFormatted(Answer):
    """A workload (workload-api §9.2). From `artifactDigest` on: our additions."""

    id: str
    name: str
    description: str | None = None
    status: str
    type: str
    importance: str
    artifact_id: str | None
    artifact: ArtifactSummary | None = None
    proton_id: str | None = None
    endpoint: str | None
    runtime: dict[str, Any]
    replacement: ReplacementFormatted | None = None
    request_stats: dict[str, Any] | None = None
    last_response: str | None = None
    status_details: dict[str, Any] | None = None
    owners: list[UserData] = []
    creator: UserData | None = None
    permissions: list[str] = []
    tags: list[TagInfo] = []
    created_at: str
    updated_at: str
    artifact_digest: str | None = None
    runtime_digest: str | None = None
    expires_at: str | None = None
    last_report_at: str | None = None
    driver: str | None = None
    claim: int | None = None
    allowed_actions: list[AllowedAction] | None = None


class SettingsFormatted(Answer):
    """The settings of a workload (R103)."""

    runtime: dict[str, Any]
    replacement: ReplacementFormatted | None = None


class OperationFormatted(Answer):
    """Answer to start and stop (R89)."""

    status: str
    workload_id: str
    track_via: str


class ProtonFormatted(Answer):
    """One generation of a workload (workload-api §12.2)."""

    id: str
    name: str
    status: str
    artifact_id: str
    workload_id: str | None = None
    role: str | None = None
    runtime: dict[str, Any]
    endpoint: str | None = None
    running_since: str | None = None
    created_at: str
    updated_at: str


class WorkloadEvent(Answer):
    """One event of a workload (workload-api §13.3)."""

    id: str
    workload_id: str
    timestamp: str
    event_type: str
    actor_id: str | None = None
    details: dict[str, Any] | None = None


class SharedRoleFormatted(Answer):
    """One grant (workload-api §14.1)."""

    id: str
    name: str
    role: str
    share_recipient_type: str


class BundleFormatted(Answer):
    """One resource bundle (workload-api §15.1)."""

    id: str
    name: str
    description: str = ""
    cpu_count: float
    memory_bytes: int
    gpu_count: int = 0
    gpu_maker: str | None = None
    gpu_type_label: str | None = None
    gpu_memory_bytes: int | None = None


class TagsFormatted(Answer):
    """Answer to PUT of tags (our addition)."""

    tags: list[TagInfo]


class VersionInfo(Answer):
    """Answer to the version call; everything but `version` is our addition."""

    version: str
    registry_id: str | None = None
    additions: list[str] = []
    driver: str | None = None


ItemT = TypeVar("ItemT")


class ListEnvelope(Answer, Generic[ItemT]):
    """One page of a list (R6)."""

    count: int
    total_count: int
    next: str | None
    previous: str | None
    data: list[ItemT]


class ProblemBody(Answer):
    """One mistake in a body (R4)."""

    path: str
    message: str
    code: str


class ErrorBody(Answer):
    """Body of every refusal (workload-api §1.6)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"detail": "Cannot update artifact: artifact is locked"},
                {"detail": [{"path": "name", "message": "Field required", "code": "missing"}]},
            ]
        }
    )

    detail: str | list[str] | list[ProblemBody]
