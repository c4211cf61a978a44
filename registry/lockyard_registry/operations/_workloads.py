"""Calls on workloads."""

from __future__ import annotations

from lockyard.contract import Json, ReplacementInput, Report, SettingsPatch, WorkloadPatch, parse, parse_workload

from .. import lifecycle
from ..lifecycle import Caller, Created, Registry


def create_workload(reg: Registry, caller: Caller, data: object, *, idempotency_key: str | None = None) -> Created:
    """Make a workload."""
    return lifecycle.create_workload(reg, caller, parse_workload(data, reg.compat), idempotency_key=idempotency_key)


def patch_workload(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Change name, description or importance."""
    return lifecycle.patch_workload(reg, caller, id, parse(WorkloadPatch, data))


def patch_settings(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Roll a workload onto a runtime, from a body `{"runtime": …}`."""
    return lifecycle.patch_settings(reg, caller, id, parse(SettingsPatch, data, compat=reg.compat))


def start_replacement(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Start a rolling swap."""
    return lifecycle.start_replacement(reg, caller, id, parse(ReplacementInput, data, compat=reg.compat))


def report_workload(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Take a report on what runs."""
    return lifecycle.report_workload(reg, caller, id, parse(Report, data))
