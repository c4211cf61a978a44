"""The audit log (our addition)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import AuditQuery, AuditRecordFormatted, ListEnvelope

from .. import operations
from ._answers import page
from ._requests import CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the route."""
    if not routes.additions:
        return

    @routes.add("GET", "/audit", answers={200: ListEnvelope[AuditRecordFormatted]}, query=AuditQuery)
    def list_audit(call: CallOf) -> Response:
        """What was changed by whom, newest first."""
        return page(call, operations.list_audit(call.registry, call.caller, call.query))
