"""A draft artifact backs at most one active workload (R81)."""

from lockyard.contract import ConflictError

from ._access import may
from ._references import workloads_on
from ._rows import ArtifactRow
from ._settle import settle
from ._transaction import Transaction


def refuse_second_on_draft(t: Transaction, artifact: ArtifactRow, *, besides: str | None = None) -> None:
    """Refuses when another workload is active on a draft; stopped and expired ones do not count.

    Args:
        t: the transaction.
        artifact: the artifact that a workload is about to run.
        besides: that workload, when it exists.

    Raises:
        ConflictError: names the other workload, if the caller may see it.
    """
    if artifact.locked:
        return
    for other in workloads_on(t, [artifact.id]):
        if other.id != besides and settle(t, other).status != "stopped":
            named = f"workload {other.name} ({other.id})" if may(t, other.id, "view") else "workload of somebody else"
            raise ConflictError(
                f"Draft artifact {artifact.id} already backs the active {named}: stop or "
                "delete that workload, or lock the artifact, since only a locked one may back several."
            )
