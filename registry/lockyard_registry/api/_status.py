"""Replicas of protons, and what a workload is related to (workload-api §12.3, §12.4, §13.4)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import RelatedItems, StatusDetails

from .. import operations
from ._answers import as_is, nothing
from ._requests import CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", "/workloads/{id}/protons/{proton_id}/statusDetails", answers={200: StatusDetails, 204: None})
    def proton_status_details(call: CallOf, id: str, proton_id: str) -> Response:
        """The replicas as they were last told of; 204 before that."""
        found = operations.proton_status_details(call.registry, call.caller, id, proton_id)
        return nothing() if found is None else as_is(found)

    @routes.add("GET", "/workloads/{id}/related", answers={200: RelatedItems})
    def related_entities(call: CallOf, id: str) -> Response:
        """Artifacts, repositories and protons of a workload."""
        return as_is(operations.related_entities(call.registry, call.caller, id))
