"""The audit log's list (our addition; design §5)."""

from __future__ import annotations

from typing import Any

from ._answers import Answer
from ._queries import ListQuery
from ._times import Time
from ._types import Text


class AuditQuery(ListQuery):
    """Query of the audit log; filters combine with AND. Newest records first.

    Attributes:
        object_id: only records of this repository or workload, or of changes of this artifact, proton or replacement.
        actor: id or name of who called.
        action: what was called, such as `artifact.patch`.
        request_id: id of the call.
        since: only records of this moment or later.
        until: only records before this moment.
    """

    object_id: Text | None = None
    actor: Text | None = None
    action: Text | None = None
    request_id: Text | None = None
    since: Time | None = None
    until: Time | None = None


class AuditRecordFormatted(Answer):
    """One record: what one call changed in one repository or workload.

    Attributes:
        chain: id of the repository or workload; for people the registry's.
        kind: `artifactRepositories`, `workloads` or `people`.
        number: position in the chain, from 1.
        at: when.
        action: what was called.
        actor: who called: `id` and `username`.
        request_id: id of the call; empty for calls within a process.
        changes: kind, id and the digests before and after of each object that changed.
        previous: hash of the record before.
        hash: hash of this one.
    """

    chain: str
    kind: str
    number: int
    at: str
    action: str
    actor: dict[str, str]
    request_id: str
    changes: list[dict[str, Any]]
    previous: str
    hash: str
