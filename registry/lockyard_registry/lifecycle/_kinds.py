"""The three kinds of objects that can be tagged and shared."""

from typing import Literal

from ._records import need_artifact, need_repository, need_workload
from ._transaction import Transaction

Kind = Literal["artifacts", "artifactRepositories", "workloads"]
"""Named as in the paths of the API."""


def need_object(t: Transaction, kind: Kind, id: str) -> None:
    """Makes sure the object is there.

    Raises:
        NotFoundError: it is not.
    """
    {"artifacts": need_artifact, "artifactRepositories": need_repository, "workloads": need_workload}[kind](t, id)
