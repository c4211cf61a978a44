"""Resource bundles (workload-api §15.1)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import BundleFormatted, ListEnvelope, ListQuery

from .. import operations
from ._answers import page
from ._requests import CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", "/mlops/compute/bundles", answers={200: ListEnvelope[BundleFormatted]}, query=ListQuery)
    def list_bundles(call: CallOf) -> Response:
        """The bundles that a runtime may name."""
        return page(call, operations.list_bundles(call.registry, call.caller, call.query))
