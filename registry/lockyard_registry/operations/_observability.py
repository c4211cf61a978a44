"""Calls on what is told of running workloads: statistics, replicas, relations."""

from __future__ import annotations

from lockyard.contract import (
    Json,
    MeasurementsInput,
    PeriodQuery,
    SeriesPath,
    SeriesQuery,
    StatisticsQuery,
    WorkloadQuery,
    parse,
    parse_query,
)

from .. import lifecycle
from ..lifecycle import Caller, Registry
from ._lists import Query


def post_measurements(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Take measurements, from a body `{"measurements": […]}`."""
    return lifecycle.post_measurements(reg, caller, id, parse(MeasurementsInput, data))


def statistics_of_workloads(reg: Registry, caller: Caller, query: Query) -> Json:
    """Statistics over all workloads that match."""
    return lifecycle.statistics_of_workloads(reg, caller, parse_query(WorkloadQuery, query))


def workload_statistics(reg: Registry, caller: Caller, id: str, query: Query) -> Json:
    """The figures of a workload's requests."""
    return lifecycle.workload_statistics(reg, caller, id, parse_query(StatisticsQuery, query))


def statistics_series(reg: Registry, caller: Caller, id: str, metric: str, query: Query) -> Json:
    """One metric over time."""
    name = parse(SeriesPath, {"metric": metric}).metric
    return lifecycle.statistics_series(reg, caller, id, name, parse_query(SeriesQuery, query))


def delete_statistics(reg: Registry, caller: Caller, id: str, query: Query) -> None:
    """Forget measurements."""
    lifecycle.delete_statistics(reg, caller, id, parse_query(PeriodQuery, query))
