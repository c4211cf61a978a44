"""A draft artifact backs at most one active workload (R81)."""

from . import _state_rules
from ._access import may
from ._changes import WORKLOADS
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
    others = (
        (other, settle(t, other).status if other.id != besides else other.status)
        for other in workloads_on(t, [artifact.id])
    )
    _state_rules.refuse_second_on_draft(
        artifact.id, artifact.status, others, lambda id: may(t, WORKLOADS, id, "view"), besides=besides
    )
