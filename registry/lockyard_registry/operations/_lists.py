"""Lists, from query parameters: pairs as in a query string, or a mapping with plain values and lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lockyard.contract import ArtifactQuery, ListQuery, RepositoryQuery, WorkloadQuery, parse_query

from .. import lifecycle
from ..lifecycle import Caller, Kind, Page, Registry

if TYPE_CHECKING:
    from lockyard.contract import AuditQuery

Query = Mapping[str, Any] | Iterable[tuple[str, Any]]


def _audit_query() -> type[AuditQuery]:
    # Its module brings the models of all answers with it; the embedded registry starts without them.
    from lockyard.contract import AuditQuery

    return AuditQuery


def list_artifacts(reg: Registry, caller: Caller, query: Query, *, facets: Sequence[str] = ()) -> Page:
    """The artifacts that match, and counts over all of them."""
    return lifecycle.list_artifacts(reg, caller, parse_query(ArtifactQuery, query), facets=facets)


def list_repositories(reg: Registry, caller: Caller, query: Query) -> Page:
    """The repositories that match."""
    return lifecycle.list_repositories(reg, caller, parse_query(RepositoryQuery, query))


def list_workloads(reg: Registry, caller: Caller, query: Query) -> Page:
    """The workloads that match."""
    return lifecycle.list_workloads(reg, caller, parse_query(WorkloadQuery, query))


def workload_history(reg: Registry, caller: Caller, id: str, query: Query) -> Page:
    """Past replacements and promotes of a workload."""
    page = parse_query(ListQuery, query)
    return lifecycle.workload_history(reg, caller, id, page.offset, page.limit)


def workload_events(reg: Registry, caller: Caller, id: str, query: Query) -> Page:
    """Events of a workload."""
    page = parse_query(ListQuery, query)
    return lifecycle.workload_events(reg, caller, id, page.offset, page.limit)


def list_protons(reg: Registry, caller: Caller, id: str, query: Query) -> Page:
    """Generations of a workload."""
    page = parse_query(ListQuery, query)
    return lifecycle.list_protons(reg, caller, id, page.offset, page.limit)


def list_shared_roles(reg: Registry, caller: Caller, kind: Kind, id: str, query: Query) -> Page:
    """Who has which role on an object."""
    page = parse_query(ListQuery, query)
    return lifecycle.list_shared_roles(reg, caller, kind, id, page.offset, page.limit)


def list_audit(reg: Registry, caller: Caller, query: Query) -> Page:
    """The records of the audit log that match."""
    return lifecycle.list_audit(reg, caller, parse_query(_audit_query(), query))


def list_bundles(reg: Registry, caller: Caller, query: Query) -> Page:
    """The resource bundles."""
    page = parse_query(ListQuery, query)
    found = lifecycle.list_bundles(reg, caller)
    return Page(found.total, found.items[page.offset : page.offset + page.limit])
