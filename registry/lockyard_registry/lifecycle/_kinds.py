"""The three kinds of objects that can be tagged and shared."""

from typing import Literal

from ..store import Lineages
from ._changes import REPOSITORIES, WORKLOADS
from ._lineages import of_artifact, of_repository, of_workload
from ._records import need_artifact, need_repository, need_workload
from ._transaction import Transaction

Kind = Literal["artifacts", "artifactRepositories", "workloads"]
"""Named as in the paths of the API."""


def need_object(t: Transaction, kind: Kind, id: str) -> tuple[str, str]:
    """Makes sure the object is there, and gives the chain of the audit log that it belongs to.

    Raises:
        NotFoundError: it is not.
    """
    if kind == "artifacts":
        return REPOSITORIES, need_artifact(t, id).repository_id
    if kind == "workloads":
        return WORKLOADS, need_workload(t, id).id
    return REPOSITORIES, need_repository(t, id).id


def lineages_of(kind: Kind, id: str) -> Lineages:
    """What a change beside the object touches, such as its tags."""
    if kind == "workloads":
        return of_workload(id)
    return of_artifact(id) if kind == "artifacts" else of_repository(id)
