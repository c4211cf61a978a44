"""The 8 hours of a workload on a draft artifact (R92, design §4.6).

Nothing happens in the database when they end: every read computes from the last start what the workload is now.
"""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, and_, case

from ..store import artifacts, timestamp, workloads
from ._transaction import Transaction

DRAFT_LIFETIME = timedelta(hours=8)
"""How long a workload on a draft runs after its last start."""


class Started(Protocol):
    """What is known of a workload that was started."""

    @property
    def status(self) -> str:
        """Its status as last written."""
        ...

    @property
    def started_at(self) -> str:
        """When it was started last."""
        ...


def expires_at(workload: Started, artifact_status: str) -> str | None:
    """When the workload ends by itself; None on a locked artifact."""
    if artifact_status != "draft":
        return None
    return timestamp(datetime.fromisoformat(workload.started_at) + DRAFT_LIFETIME)


def has_expired(workload: Started, artifact_status: str, now: str) -> bool:
    """Whether the workload's 8 hours are over."""
    end = expires_at(workload, artifact_status)
    return end is not None and end <= now


def effective_status(workload: Started, artifact_status: str, now: str) -> str:
    """The status to show: `stopped` once the 8 hours are over."""
    return "stopped" if has_expired(workload, artifact_status, now) else workload.status


def started_before(t: Transaction) -> str:
    """Workloads on a draft that were started at or before this moment have expired."""
    return timestamp(t.moment - DRAFT_LIFETIME)


def effective_status_column(t: Transaction) -> ColumnElement[str]:
    """`effective_status` as SQL, over `workloads` joined with `artifacts`."""
    expired = and_(artifacts.c.status == "draft", workloads.c.started_at <= started_before(t))
    return case((expired, "stopped"), else_=workloads.c.status)
