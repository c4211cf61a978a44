"""Which server this is."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import VersionInfo

from .. import operations
from ._answers import document
from ._requests import CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", "/version", answers={200: VersionInfo})
    def version(call: CallOf) -> Response:
        """The server's version, its id and what it offers beyond the contract; also a way to try a token."""
        return document(call, operations.version_info(call.registry, call.caller))
