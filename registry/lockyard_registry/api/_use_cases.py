"""Use cases that hold workloads (workload-api §14.4)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import ListEnvelope, UseCaseFormatted, UseCaseLink, UseCasesQuery

from .. import operations
from ._answers import as_is, nothing, page
from ._requests import CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", "/useCases", answers={200: ListEnvelope[UseCaseFormatted]}, query=UseCasesQuery)
    def list_use_cases(call: CallOf) -> Response:
        """The use cases that hold a workload."""
        return page(call, operations.list_use_cases(call.registry, call.caller, call.query))

    path = "/useCases/{use_case_id}/workloads/{id}"

    @routes.add("POST", path, answers={201: UseCaseLink}, errors=(403, 409))
    def link_use_case(call: CallOf, use_case_id: str, id: str) -> Response:
        """Put a workload into a use case."""
        return as_is(operations.link_use_case(call.registry, call.caller, use_case_id, id), 201)

    @routes.add("DELETE", path, answers={204: None}, errors=(403,))
    def unlink_use_case(call: CallOf, use_case_id: str, id: str) -> Response:
        """Take a workload out of a use case."""
        operations.unlink_use_case(call.registry, call.caller, use_case_id, id)
        return nothing()
