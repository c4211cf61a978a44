"""What the server answers about replicas, and about what a workload is related to (workload-api §12.4, §13.4)."""

from __future__ import annotations

from typing import Any

from ._answers import Answer, UserData


class OverallStatus(Answer):
    """The state of a proton as its replicas show it."""

    state: str
    summary: str
    last_updated: str


class ReplicaStatus(Answer):
    """One replica."""

    name: str
    status: str
    address: str = ""
    node_address: str = ""
    started_at: str | None = None
    conditions: list[dict[str, Any]]
    containers: list[dict[str, Any]]


class StatusDetails(Answer):
    """`ReplicaStatusesSnapshot` (R121, R122)."""

    overall_status: OverallStatus
    replicas: list[ReplicaStatus]


class RelatedItem(Answer):
    """Something that a workload is related to; only `id` and `type` of what the caller may not see."""

    id: str
    type: str
    name: str | None = None
    creator: UserData | None = None
    permissions: list[str] | None = None
    created_at: str | None = None
    updated_at: str | None = None


class RelatedItems(Answer):
    """All of them on one page."""

    count: int
    data: list[RelatedItem]
