"""Locking: the step that makes an artifact unchangeable and gives it its version number (workload-api §3.7)."""

from dataclasses import replace

from ._entries import write_history_entry
from ._measurements import reset
from ._records import need_repository, write_artifact, write_repository
from ._references import workloads_on
from ._rows import ArtifactRow, RepositoryRow
from ._settle import settle
from ._state_rules import refuse_unlockable
from ._transaction import Transaction


def next_version(t: Transaction, repository: RepositoryRow) -> tuple[int, RepositoryRow]:
    """The next version number of a repository, and the repository with that number taken (R43, R44).

    Numbers are given in the order of locks, without gaps, and never again, also not after a deletion.
    """
    version = repository.last_version_number + 1
    return version, replace(repository, last_version_number=version, updated_at=t.now)


def lock(t: Transaction, before: ArtifactRow, edited: ArtifactRow, *, promoted: str | None = None) -> ArtifactRow:
    """Locks an artifact and stores the edits that come with it (R38, R42, R43).

    Workloads on it lose their 8-hour limit and get an entry in their history, and their statistics begin anew (R46);
    nothing restarts. One whose 8 hours were over already stays stopped.

    Args:
        t: the transaction.
        before: the stored draft.
        edited: the same with the edits of this call.
        promoted: the workload that is being promoted, for its history.

    Raises:
        ValidationFailedError: a container has no image yet, or there is no container.
    """
    refuse_unlockable(edited.spec, edited.type)
    for workload in workloads_on(t, [before.id]):
        settle(t, workload)
    repository = need_repository(t, before.repository_id)
    version, numbered = next_version(t, repository)
    write_repository(t, repository, numbered)
    after = replace(edited, status="locked", version=version, revision=before.revision + 1, updated_at=t.now)
    write_artifact(t, before, after)
    for workload in workloads_on(t, [before.id]):
        if workload.artifact_id == before.id:
            how = "promote" if workload.id == promoted else "lock"
            write_history_entry(t, workload, after, how)
            reset(t, workload.id)
    return after
