"""How many workloads may be active at once (workload-api §15.2). Replicas: `_runtimes.py`."""

from sqlalchemy import func, select

from lockyard.contract import ForbiddenError

from ..store import Lineages, artifacts, workloads
from ._expiry import effective_status_column
from ._registry import Registry
from ._transaction import Transaction

_joined = workloads.join(artifacts, workloads.c.artifact_id == artifacts.c.id)


def counted(reg: Registry, lineages: Lineages | None) -> Lineages | None:
    """What a change touches that makes one more workload active: everything, where they are counted."""
    return None if reg.max_concurrent_workloads else lineages


def refuse_one_more(t: Transaction, *, besides: str = "") -> None:
    """Refuses one more active workload than allowed; every workload counts that is not stopped.

    Args:
        t: the transaction, begun with `counted`.
        besides: the workload that is about to be active.

    Raises:
        ForbiddenError: there are as many as allowed.
    """
    most = t.reg.max_concurrent_workloads
    if not most:
        return
    active = (effective_status_column(t) != "stopped", workloads.c.id != besides)
    wanted = t.tx.execute(select(func.count()).select_from(_joined).where(*active)).scalar_one() + 1
    if wanted > most:
        raise ForbiddenError(f"Requested workloads ({wanted}) exceeds the maximum allowed ({most}).")
