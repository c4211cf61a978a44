"""The three kinds of objects that can be tagged and shared."""

from typing import Literal

from ..store import Lineages
from ._access import HolderKind, Right, artifact_for, repository_for, workload_for
from ._changes import REPOSITORIES, WORKLOADS
from ._lineages import of_artifact, of_repository, of_workload
from ._registry import Caller, Registry
from ._transaction import Transaction, reading

Kind = Literal["artifacts", "artifactRepositories", "workloads"]
"""Named as in the paths of the API."""


def holder_of(t: Transaction, kind: Kind, id: str, right: Right) -> tuple[HolderKind, str]:
    """Makes sure that the object is there and the caller has a right on it.

    Returns:
        Kind and id of the repository or workload that has its roles, and its chain of the audit log.

    Raises:
        NotFoundError: there is none that the caller may see.
        ForbiddenError: the caller sees it, but has too small a role.
    """
    if kind == "artifacts":
        return REPOSITORIES, artifact_for(t, id, right).repository_id
    if kind == "workloads":
        return WORKLOADS, workload_for(t, id, right).id
    return REPOSITORIES, repository_for(t, id, right).id


def refuse_without(reg: Registry, caller: Caller, kind: Kind, id: str, right: Right) -> None:
    """Refuses who has no such right on an object, before anything is read for it; errors: as `holder_of`."""
    with reading(reg, caller) as t:
        holder_of(t, kind, id, right)


def lineages_of(kind: Kind, id: str) -> Lineages:
    """What a change beside the object touches, such as its tags."""
    if kind == "workloads":
        return of_workload(id)
    return of_artifact(id) if kind == "artifacts" else of_repository(id)
