"""Tags of artifacts, repositories and workloads (our addition; the platform's own path is not known)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import TagsFormatted, TagsInput

from .. import operations
from ..lifecycle import Kind
from ._answers import document
from ._requests import Body, CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""
    if routes.additions:
        for kind in ("artifacts", "artifactRepositories", "workloads"):
            _add(routes, kind)


def _add(routes: Routes, kind: Kind) -> None:
    @routes.add("PUT", f"/{kind}/{{id}}/tags", answers={200: TagsFormatted}, body=TagsInput)
    def replace_tags(call: CallOf, id: str, body: Body) -> Response:
        """Replace all tags; nothing rolls."""
        return document(call, operations.replace_tags(call.registry, call.caller, kind, id, body))
