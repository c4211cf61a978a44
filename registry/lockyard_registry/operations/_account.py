"""Calls on the caller's account, execution environments and use cases."""

from __future__ import annotations

from lockyard.contract import (
    EntitlementsInput,
    EnvironmentsQuery,
    Json,
    ListQuery,
    UseCaseLinkPath,
    UseCasesQuery,
    parse,
    parse_query,
)

from .. import lifecycle
from ..lifecycle import Caller, Page, Registry
from ._lists import Query


def evaluate_entitlements(reg: Registry, caller: Caller, data: object) -> Json:
    """Which entitlements there are, from a body `{"entitlements": [{"name"}]}`."""
    return lifecycle.evaluate_entitlements(reg, caller, parse(EntitlementsInput, data))


def list_environments(reg: Registry, caller: Caller, query: Query) -> Page:
    """The execution environments that match."""
    return lifecycle.list_environments(reg, caller, parse_query(EnvironmentsQuery, query))


def list_environment_versions(reg: Registry, caller: Caller, id: str, query: Query) -> Page:
    """The versions of an execution environment."""
    page = parse_query(ListQuery, query)
    return lifecycle.list_environment_versions(reg, caller, id, page.offset, page.limit)


def list_use_cases(reg: Registry, caller: Caller, query: Query) -> Page:
    """The use cases that hold a workload."""
    return lifecycle.list_use_cases(reg, caller, parse_query(UseCasesQuery, query))


def link_use_case(reg: Registry, caller: Caller, use_case_id: str, workload_id: str) -> Json:
    """Put a workload into a use case."""
    return lifecycle.link_use_case(reg, caller, _use_case(use_case_id), workload_id)


def unlink_use_case(reg: Registry, caller: Caller, use_case_id: str, workload_id: str) -> None:
    """Take a workload out of a use case."""
    lifecycle.unlink_use_case(reg, caller, _use_case(use_case_id), workload_id)


def _use_case(id: str) -> str:
    return parse(UseCaseLinkPath, {"useCaseId": id}).use_case_id
