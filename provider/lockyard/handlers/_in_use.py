"""Why an artifact or a repository cannot be deleted, said with the names of the workloads that run it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lockyard.contract import ConflictError, Json

if TYPE_CHECKING:
    from lockyard.client import RegistryClient


def in_use(client: RegistryClient, what: str, artifact_ids: Sequence[str], refusal: ConflictError) -> ConflictError:
    """The refusal as one line that names the object and the workloads; the refusal itself if no workload is seen."""
    found: dict[str, Json] = {}
    for id in artifact_ids:
        found |= {workload["id"]: workload for workload in client.list_workloads(artifactId=id)}
    if not found:
        return refusal
    names = ", ".join(f"'{workload['name']}' ({id})" for id, workload in sorted(found.items()))
    return ConflictError(
        f"{what} is in use by {'workload' if len(found) == 1 else 'workloads'} {names}: delete them or give them "
        "another artifact, then run the command again",
        status=refusal.status,
        request_id=refusal.request_id,
    )
