"""Statistics of workloads (workload-api §13.1; measurements are our addition)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import (
    MeasurementsAnswer,
    MeasurementsInput,
    PeriodQuery,
    SeriesFormatted,
    SeriesQuery,
    StatisticsFormatted,
    StatisticsQuery,
    WorkloadQuery,
    WorkloadsStatistics,
)

from .. import operations
from ._answers import as_is, nothing
from ._requests import Body, CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", "/workloads/stats", answers={200: WorkloadsStatistics}, query=WorkloadQuery)
    def statistics_of_workloads(call: CallOf) -> Response:
        """Statistics over all workloads that match, of the last 7 days."""
        return as_is(operations.statistics_of_workloads(call.registry, call.caller, call.query))

    path = "/workloads/{id}/stats"

    @routes.add("GET", path, answers={200: StatisticsFormatted}, errors=(400,), query=StatisticsQuery)
    def workload_statistics(call: CallOf, id: str) -> Response:
        """The figures of one proton's requests in a period."""
        return as_is(operations.workload_statistics(call.registry, call.caller, id, call.query))

    @routes.add("DELETE", path, answers={204: None}, errors=(400, 403), query=PeriodQuery)
    def delete_statistics(call: CallOf, id: str) -> Response:
        """Forget the measurements of one proton in a period."""
        operations.delete_statistics(call.registry, call.caller, id, call.query)
        return nothing()

    @routes.add("GET", f"{path}/{{metric}}", answers={200: SeriesFormatted}, errors=(400,), query=SeriesQuery)
    def statistics_series(call: CallOf, id: str, metric: str) -> Response:
        """One metric of one proton over a period."""
        return as_is(operations.statistics_series(call.registry, call.caller, id, metric, call.query))

    if not routes.additions:
        return

    @routes.add(
        "POST",
        "/workloads/{id}/measurements",
        answers={202: MeasurementsAnswer},
        errors=(403,),
        body=MeasurementsInput,
    )
    def post_measurements(call: CallOf, id: str, body: Body) -> Response:
        """Take what was counted of a workload's requests."""
        return as_is(operations.post_measurements(call.registry, call.caller, id, body), 202)
