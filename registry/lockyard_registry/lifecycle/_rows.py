"""The records as the lifecycle sees them: one class per table, its fields are the columns in their order."""

from dataclasses import dataclass
from typing import Any

from lockyard.contract import ArtifactType, Json


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A row of `artifact_repositories`."""

    id: str
    name: str
    type: str
    explicit: bool
    origin: str | None
    last_version_number: int
    claim: int
    visible_to: str
    search_text: str
    creator_id: str
    creator_username: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ArtifactRow:
    """A row of `artifacts`; `spec` is the document that answers show."""

    id: str
    repository_id: str
    name: str
    description: str
    type: ArtifactType
    status: str
    version: int | None
    spec: Json
    content_digest: str
    revision: int
    edit_key: str | None
    claim: int
    visible_to: str
    search_text: str
    creator_id: str
    creator_username: str
    created_at: str
    updated_at: str

    @property
    def locked(self) -> bool:
        """Whether it can never change again."""
        return self.status == "locked"

    @property
    def etag(self) -> str:
        """Strong entity tag of the content; it changes with every edit and with the lock."""
        return f'"{self.revision}"'


@dataclass(frozen=True, slots=True)
class WorkloadRow:
    """A row of `workloads`; `status` does not know of the draft's 8 hours yet, see `_expiry.py`."""

    id: str
    name: str
    description: str | None
    importance: str
    status: str
    status_message: str | None
    artifact_id: str
    artifact_digest: str
    runtime: Json
    runtime_digest: str
    proton_id: str | None
    started_at: str
    last_report_at: str | None
    last_observed_at: str | None
    due_at: str | None
    claim: int
    search_text: str
    creator_id: str
    creator_username: str
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ProtonRow:
    """A row of `protons`."""

    id: str
    workload_id: str
    name: str
    artifact_id: str
    artifact_digest: str
    runtime: Json
    runtime_digest: str
    deployed_images: dict[str, str]
    role: str | None
    status: str
    message: str | None
    internal_url: str | None
    replicas: list[Any]
    reported_at: str | None
    running_since: str | None
    due_at: str | None
    created_at: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class ReplacementRow:
    """A row of `replacements`."""

    id: str
    workload_id: str
    name: str
    strategy: str
    status: str
    active: bool
    message: str | None
    artifact_id: str
    artifact_digest: str
    runtime: Json
    runtime_digest: str
    config: Json
    candidate_proton_ids: list[str]
    previous_proton_ids: list[str]
    due_at: str | None
    switched_at: str | None
    visible_until: str | None
    deleted_at: str | None
    user_id: str
    created_at: str
    updated_at: str


Row = RepositoryRow | ArtifactRow | WorkloadRow | ProtonRow | ReplacementRow
