"""The interface to a registry that everything else is written against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from lockyard.contract import Json

Kind = Literal["artifacts", "artifactRepositories", "workloads"]
"""What can carry tags and shared roles, as the wire names it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which registry answers.

    Attributes:
        registry_id: The registry's own id. A server that has none (another implementation of the Workload API) is
            known by the host and port of its endpoint.
        endpoint: Address of the API, without credentials.
        additions: What the server offers beyond the contract, such as `idempotency` or `etag`; empty for other servers.
        driver: Who runs workloads there (`external`, `simulated`), None if the server does not say.
        embedded: The registry lives in this process.
    """

    registry_id: str
    endpoint: str
    additions: frozenset[str]
    driver: str | None
    embedded: bool


class RegistryClient(Protocol):
    """A registry, wherever it is.

    Bodies and answers are wire documents (camelCase). Every method raises an `ApiError` when the registry refuses,
    a `TransportError` when no usable answer came (HTTP only) and a `StorageError` when the database cannot be used
    (embedded only). Methods may be called from several threads.

    `idempotency_key` (at most 255 characters) makes a repeated create answer the object of the first one. `if_match`
    is the `etag` of the document that the edit started from. `claim` is the claim that the caller knows: an object
    that somebody claimed later is left alone, and the call still succeeds.
    """

    def identity(self) -> Identity:
        """Which registry this is; asked once and remembered."""
        ...

    def create_artifact(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Make an artifact (R11 to R20)."""
        ...

    def get_artifact(self, id: str) -> Json:
        """Read an artifact (R34)."""
        ...

    def update_artifact(
        self, id: str, body: Json, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Json:
        """Edit or lock a draft; only the keys in the body change (R35 to R42).

        `idempotency_key` marks who wrote last: the artifact shows it as `editKey` until an edit comes without it.
        """
        ...

    def replace_artifact(self, id: str, body: Json, *, if_match: str | None = None) -> Json:
        """Replace a draft as a whole; keys left out take their defaults (R41)."""
        ...

    def delete_artifact(self, id: str, *, claim: int | None = None) -> None:
        """Delete a draft that no workload refers to (R50 to R53)."""
        ...

    def clone_artifact(self, id: str, name: str) -> Json:
        """Make a draft with the same content in the same repository (R47 to R49)."""
        ...

    def list_artifacts(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        """All artifacts that match, following the pages; filters have their wire names: `repositoryId`, `ids` (R54)."""
        ...

    def create_repository(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Make a repository (not part of the contract)."""
        ...

    def put_repository(self, id: str, body: Json) -> Json:
        """Rename a repository; this makes none (not part of the contract)."""
        ...

    def get_repository(self, id: str) -> Json:
        """Read a repository."""
        ...

    def delete_repository(self, id: str, *, claim: int | None = None, force: bool = False) -> None:
        """Delete a repository (R58 to R60); `force` also deletes its locked versions, unless a workload uses them."""
        ...

    def list_repositories(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        """All repositories that match, following the pages."""
        ...

    def create_workload(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Make a workload (R77 to R83)."""
        ...

    def get_workload(self, id: str) -> Json:
        """Read a workload."""
        ...

    def update_workload(self, id: str, body: Json) -> Json:
        """Change name, description or importance; nothing restarts (R84 to R86)."""
        ...

    def delete_workload(self, id: str, *, claim: int | None = None) -> None:
        """Delete a workload, running or not; its artifact stays (R91)."""
        ...

    def list_workloads(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        """All workloads that match, following the pages (R95)."""
        ...

    def start_workload(self, id: str) -> Json:
        """Start a stopped workload; no-op while it runs (R89, R90)."""
        ...

    def stop_workload(self, id: str) -> Json:
        """Stop a workload; no-op when it is stopped (R88)."""
        ...

    def promote_workload(self, id: str) -> Json:
        """Lock the draft under a running workload in place and answer the workload (R93, R94)."""
        ...

    def get_settings(self, id: str) -> Json:
        """The workload's `{runtime, replacement}` (R103)."""
        ...

    def update_settings(self, id: str, runtime: Json) -> Json:
        """Roll the workload onto its current artifact with this runtime; answers the replacement (R104 to R108)."""
        ...

    def start_replacement(self, id: str, body: Json) -> Json:
        """Start a rolling swap to another artifact (R110 to R119)."""
        ...

    def get_replacement(self, id: str) -> Json | None:
        """The replacement under way or just finished, None when there is none (R117)."""
        ...

    def cancel_replacement(self, id: str) -> Json:
        """Cancel the active replacement; the old generation keeps serving (R118)."""
        ...

    def workload_history(self, id: str) -> Iterator[Json]:
        """Past replacements and promotes, in order (R120)."""
        ...

    def workload_events(self, id: str) -> Iterator[Json]:
        """Events of the workload, newest first (R116)."""
        ...

    def list_protons(self, id: str) -> Iterator[Json]:
        """The generations that run or ran (R114)."""
        ...

    def get_proton(self, id: str, proton_id: str) -> Json:
        """One generation."""
        ...

    def report_workload(self, id: str, body: Json) -> Json:
        """Tell the registry what runs (not part of the contract)."""
        ...

    def replace_tags(self, kind: Kind, id: str, tags: list[Json]) -> list[Json]:
        """Replace all tags, `[{name, value}]`, and answer them with their ids (not part of the contract)."""
        ...

    def list_shared_roles(self, kind: Kind, id: str) -> Iterator[Json]:
        """Who has which role."""
        ...

    def update_shared_roles(self, kind: Kind, id: str, roles: list[Json]) -> None:
        """Set the roles of the listed recipients; `NO_ROLE` takes one away, others keep theirs (R126)."""
        ...

    def list_audit(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        """Records of the audit log, newest first (not part of the contract); filters such as `objectId` and `since`."""
        ...

    def list_bundles(self) -> Iterator[Json]:
        """The resource bundles that a runtime may name (R128)."""
        ...

    def close(self) -> None:
        """Let go of connections or of the database; the client cannot be used afterwards."""
        ...
