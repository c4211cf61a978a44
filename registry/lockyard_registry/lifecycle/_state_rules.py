"""What the state of an object forbids, whoever asks.

The calls and `allowedActions` share these: each raises the refusal that the call answers.
"""

from collections.abc import Callable, Iterable, Sequence

from lockyard.contract import (
    ALL_COMPAT,
    ANY_STORED_IMAGE,
    LOCKED_DELETE_MESSAGE,
    LOCKED_UPDATE_MESSAGE,
    ArtifactType,
    ConflictError,
    ForbiddenError,
    Json,
    NotFoundError,
    ServerFaultError,
    ValidationFailedError,
    lock_problems,
    parse_spec,
)

from ._references import User
from ._rows import WorkloadRow

NOT_STOPPED_MESSAGE = "The proton must be stopped before attempting to start it."
NO_REPLACEMENT_MESSAGE = "There is no active replacement for this workload."

_NOT_RUNNING = ("stopping", "stopped")


def refuse_locked(status: str) -> None:
    """Nothing edits a locked artifact (R39, R40)."""
    if status == "locked":
        raise ForbiddenError(LOCKED_UPDATE_MESSAGE)


def refuse_unlockable(spec: Json, type: ArtifactType) -> None:
    """An artifact without containers, or with one whose image is not built, cannot be locked (R42)."""
    containers = [container for group in spec["containerGroups"] for container in group["containers"]]
    if containers and all(container["imageUri"] for container in containers):
        # Reading the spec takes time, and lists ask for every artifact: nothing else is wanted of a container.
        return
    read = parse_spec(spec, artifact_type=type, compat=ALL_COMPAT, stored_image_uris=ANY_STORED_IMAGE)
    if problems := lock_problems(read):
        raise ValidationFailedError(problems=problems)


def refuse_artifact_deletion(status: str, users: int, named: Callable[[], str]) -> None:
    """Only a draft that no workload refers to is deleted (R51, R52, D4).

    Args:
        status: the artifact's.
        users: how many workloads refer to it.
        named: their names, as far as the caller may see them.
    """
    if status == "locked":
        raise ConflictError(LOCKED_DELETE_MESSAGE)
    if users:
        raise ConflictError(
            f"Cannot delete artifact referenced by {users} workload(s): {named()}. Delete the workload(s) first."
        )


def refuse_repository_deletion(users: int, named: str, locked: str) -> None:
    """A repository whose artifacts are used, or locked, stays (R59, R60, D3).

    Args:
        users: how many workloads refer to its artifacts.
        named: their names, if they are known, after a colon.
        locked: which locked versions stand in the way; empty for none.
    """
    if users:
        raise ConflictError(
            f"Cannot delete artifact repository: {users} workload(s) refer to its artifacts{named}. "
            "Delete the workload(s) first."
        )
    if locked:
        raise ConflictError(
            f"Cannot delete artifact repository: it holds {locked}, which are kept for ever unless the deletion is "
            "forced."
        )


def refuse_second_on_draft(
    artifact_id: str,
    status: str,
    others: Iterable[tuple[WorkloadRow | User, str]],
    sees: Callable[[str], bool],
    *,
    besides: str | None,
) -> None:
    """A draft artifact backs at most one active workload (R81); stopped and expired ones do not count.

    Args:
        artifact_id: the artifact that a workload is about to run.
        status: the artifact's.
        others: the workloads on it, each with its present status.
        sees: whether the caller may know of a workload.
        besides: the workload that is about to run, when it exists.
    """
    if status == "locked":
        return
    for other, now in others:
        if other.id != besides and now != "stopped":
            named = f"workload {other.name} ({other.id})" if sees(other.id) else "workload of somebody else"
            raise ConflictError(
                f"Draft artifact {artifact_id} already backs the active {named}: stop or "
                "delete that workload, or lock the artifact, since only a locked one may back several."
            )


def refuse_start(status: str) -> None:
    """What is still stopping, or failed, is not started (R90)."""
    if status in ("stopping", "errored"):
        raise ConflictError(NOT_STOPPED_MESSAGE)


def refuse_roll(status: str, *, rolling: bool) -> None:
    """One replacement at a time, and none while the workload stops (R107)."""
    if rolling:
        raise ConflictError("A replacement of this workload is already in progress: wait for it or cancel it first.")
    if status == "stopping":
        raise ConflictError("The workload is stopping: wait until it is stopped.")


def refuse_cancel(*, rolling: bool) -> None:
    """Only what is under way is cancelled (R118)."""
    if not rolling:
        raise NotFoundError(NO_REPLACEMENT_MESSAGE)


def refuse_promotion(status: str, artifact_status: str, proton_id: str | None, *, rolling: bool) -> None:
    """Only a draft under a workload that runs and does not roll is promoted (R94)."""
    if artifact_status == "locked":
        raise ValidationFailedError("Cannot promote workload: its artifact is already locked.")
    if proton_id is None or status in _NOT_RUNNING:
        raise ValidationFailedError("Cannot promote workload: it has no active proton.")
    if rolling:
        raise ValidationFailedError("Cannot promote workload: a replacement is in progress.")


def invoked_address(status: str, address: str | None) -> str:
    """The address of what runs; without it nothing is invoked (R129)."""
    if status in _NOT_RUNNING:
        raise ServerFaultError(f"The workload is {status}: start it first", status=503)
    if not address:
        raise ServerFaultError("The workload has no address yet: whoever runs it reports it", status=503)
    return address


def refuse_report(driver: str, *, takes_reports: bool) -> None:
    """A driver that moves workloads itself is told nothing."""
    if not takes_reports:
        raise ConflictError(f"the driver '{driver}' moves workloads itself and takes no reports")


def versions(locked: Sequence[int]) -> str:
    """Locked versions by their numbers, for a refusal."""
    return f"locked version(s) {', '.join(map(str, locked))}" if locked else ""
