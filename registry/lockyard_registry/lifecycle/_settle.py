"""Brings a workload up to what the clock says: steps of the driver, warm-ups, the end of 8 hours."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import bindparam, select

from ..store import protons, workloads
from ._expiry import expires_at, has_expired
from ._lineages import of_workload
from ._protons import VISIBLE_TO_WORKLOAD, move_proton, schedule
from ._records import need_artifact, need_workload, write_workload
from ._registry import Caller, Registry
from ._rollout import active_replacement, candidate_progresses, candidate_ready, complete, fail, halt
from ._rows import ProtonRow, WorkloadRow
from ._transaction import CLOCK, Transaction, reading, repeated, writing

_due_one = select(workloads.c.id).where(workloads.c.id == bindparam("workload"), workloads.c.due_at <= bindparam("now"))
_due_all = select(workloads.c.id).where(workloads.c.due_at <= bindparam("now")).order_by(workloads.c.due_at)
_due_proton = (
    select(protons)
    .where(protons.c.workload_id == bindparam("workload"), protons.c.due_at <= bindparam("limit"))
    .order_by(protons.c.due_at, protons.c.id)
    .limit(1)
)


@contextmanager
def reading_settled(reg: Registry, caller: Caller, id: str | None = None) -> Generator[Transaction, None, None]:
    """A transaction that only reads, over a workload, or all of them, as the clock has made them.

    Nothing is written unless a step is due; then it is stored first, in a transaction of its own.

    Args:
        reg: the registry.
        caller: who calls.
        id: the workload; None for all.
    """
    with reading(reg, caller) as t:
        if not _due(t, id):
            yield t
            return
    settle_due(reg, caller, id)
    with reading(reg, caller) as t:
        yield t


@repeated
def settle_due(reg: Registry, caller: Caller, id: str | None = None) -> None:
    """Stores the steps that are due, of one workload or all.

    Args:
        reg: the registry.
        caller: who calls.
        id: the workload; None for all.
    """
    with writing(reg, caller, CLOCK, None if id is None else of_workload(id)) as t:
        for found in _due(t, id):
            settle(t, need_workload(t, found))


def _due(t: Transaction, id: str | None) -> list[str]:
    if id is None:
        return list(t.tx.execute(_due_all, {"now": t.now}).scalars())
    return [] if "\0" in id else list(t.tx.execute(_due_one, {"workload": id, "now": t.now}).scalars())


def settle(t: Transaction, workload: WorkloadRow) -> WorkloadRow:
    """The workload after everything that the clock has done to it, stored."""
    while True:
        status = need_artifact(t, workload.artifact_id).status
        end = expires_at(workload, status)
        limit = t.now if end is None else min(t.now, end)
        if workload.due_at is None or workload.due_at > limit:
            break
        workload = _next(t, workload, limit)
    if workload.status != "stopped" and has_expired(workload, status, t.now):
        assert end is not None
        workload = halt(t, workload, "stopped", "The 8 hours of the draft were over", end)
    return workload


def _next(t: Transaction, workload: WorkloadRow, limit: str) -> WorkloadRow:
    found = t.tx.execute(_due_proton, {"workload": workload.id, "limit": limit}).first()
    proton = None if found is None else ProtonRow(*found)
    replacement = active_replacement(t, workload.id)
    warmed = replacement.due_at if replacement is not None else None
    if (
        replacement is not None
        and warmed is not None
        and warmed <= limit
        and (proton is None or warmed <= (proton.due_at or ""))
    ):
        return complete(t, workload, replacement, warmed)
    if proton is None:
        return schedule(t, workload)
    step = t.reg.driver.next_step(proton.status, proton.deployed_images.values())
    at = proton.due_at
    assert at is not None
    if step is None:
        # The registry was opened with another driver, which leaves protons alone.
        move_proton(t, proton, proton.status, at, role=proton.role, message=proton.message)
        return schedule(t, workload)
    if proton.role == "candidate" and replacement is not None:
        if step.status == "errored":
            return fail(t, workload, replacement, step.message or "the candidate failed", at)
        if step.status == "running":
            return candidate_ready(t, workload, replacement, at)
        return candidate_progresses(t, workload, replacement, step.status, at)
    move_proton(t, proton, step.status, at, role=proton.role, message=step.message)
    if proton.role == "active":
        status = VISIBLE_TO_WORKLOAD.get(step.status, step.status)
        after = replace(workload, status=status, status_message=step.message, updated_at=at)
        write_workload(t, workload, after)
        workload = after
    return schedule(t, workload)
