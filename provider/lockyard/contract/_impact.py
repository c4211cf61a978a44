"""What the server answers about the impact of an artifact's change (our addition)."""

from __future__ import annotations

from ._answers import Answer, UserData


class ImpactWorkload(Answer):
    """A workload that runs the artifact (`active`) or rolls onto it (`candidate`)."""

    id: str
    name: str
    status: str
    importance: str
    role: str
    replicas: int
    ready_replicas: int | None = None
    endpoint: str
    expires_at: str | None = None
    creator: UserData


class ImpactReset(Answer):
    """What a lock would make a workload's statistics forget."""

    workload_id: str
    measurements: int
    requests: int
    since: str


class ImpactOrigin(Answer):
    """Who made an object, and how many creation keys know it."""

    id: str
    type: str
    origin: str | None = None
    creation_keys: int
    claim: int
    creator: UserData


class ArtifactImpact(Answer):
    """Everything that a change of the artifact touches, as far as the caller may see it."""

    artifact_id: str
    artifact_status: str
    total_workloads: int
    hidden_workloads: int | None = None
    by_importance: dict[str, int]
    replicas: int
    workloads: list[ImpactWorkload]
    lock_resets: list[ImpactReset] | None = None
    origins: list[ImpactOrigin]
