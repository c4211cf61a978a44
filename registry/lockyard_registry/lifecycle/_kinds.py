"""The three kinds of objects that can be tagged and shared."""

from typing import Literal

from ..store import Lineages
from ._access import HolderKind, Right, artifact_for, repository_for, workload_for
from ._changes import REPOSITORIES, WORKLOADS
from ._lineages import of_artifact, of_repository, of_workload
from ._transaction import Transaction

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


def lineages_of(kind: Kind, id: str) -> Lineages:
    """What a change beside the object touches, such as its tags."""
    if kind == "workloads":
        return of_workload(id)
    return of_artifact(id) if kind == "artifacts" else of_repository(id)
