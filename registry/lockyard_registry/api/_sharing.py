"""Shared roles of artifacts, repositories and workloads (workload-api §14.1)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import ListEnvelope, ListQuery, SharedRoleFormatted, SharedRolesPatch

from .. import operations
from ..lifecycle import Kind
from ._answers import nothing, page
from ._requests import Body, CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""
    for kind in ("artifacts", "artifactRepositories", "workloads"):
        _add(routes, kind)


def _add(routes: Routes, kind: Kind) -> None:
    path = f"/{kind}/{{id}}/sharedRoles"

    @routes.add("GET", path, answers={200: ListEnvelope[SharedRoleFormatted]}, query=ListQuery)
    def list_shared_roles(call: CallOf, id: str) -> Response:
        """Who has which role."""
        return page(call, operations.list_shared_roles(call.registry, call.caller, kind, id, call.query))

    @routes.add("PATCH", path, answers={204: None}, body=SharedRolesPatch)
    def update_shared_roles(call: CallOf, id: str, body: Body) -> Response:
        """Set the roles of the listed recipients."""
        operations.update_shared_roles(call.registry, call.caller, kind, id, body)
        return nothing()
