"""Execution environments (workload-api §18)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import (
    EnvironmentFormatted,
    EnvironmentsQuery,
    EnvironmentVersionFormatted,
    ListEnvelope,
    ListQuery,
)

from .. import operations
from ._answers import page
from ._requests import CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""
    path = "/executionEnvironments"

    @routes.add("GET", path, answers={200: ListEnvelope[EnvironmentFormatted]}, query=EnvironmentsQuery)
    def list_environments(call: CallOf) -> Response:
        """The execution environments that match."""
        return page(call, operations.list_environments(call.registry, call.caller, call.query))

    versions = {200: ListEnvelope[EnvironmentVersionFormatted]}

    @routes.add("GET", f"{path}/{{id}}/versions", answers=versions, query=ListQuery)
    def list_environment_versions(call: CallOf, id: str) -> Response:
        """The versions of an execution environment, newest first."""
        return page(call, operations.list_environment_versions(call.registry, call.caller, id, call.query))
