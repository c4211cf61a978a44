"""Artifact repositories (workload-api §8; POST and PUT are our additions)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import ListEnvelope, RepositoryFormatted, RepositoryInput, RepositoryQuery

from .. import operations
from ._answers import document, nothing, page
from ._headers import ALLOWED_ACTIONS, CLAIM, IDEMPOTENCY_KEY
from ._requests import Body, CallOf
from ._routing import Routes

_PATH = "/artifactRepositories"
_FORCE = {
    "name": "force",
    "in": "query",
    "required": False,
    "description": "Also delete locked versions that no workload uses; they are lost for ever.",
    "schema": {"type": "boolean", "default": False},
}


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add(
        "GET",
        _PATH,
        answers={200: ListEnvelope[RepositoryFormatted]},
        query=RepositoryQuery,
        added=ALLOWED_ACTIONS,
        remembered=True,
    )
    def list_repositories(call: CallOf) -> Response:
        """The repositories that match."""
        return page(call, operations.list_repositories(call.registry, call.listing_caller, call.query))

    @routes.add("GET", f"{_PATH}/{{id}}", answers={200: RepositoryFormatted}, quick=(), remembered=True)
    def get_repository(call: CallOf, id: str) -> Response:
        """Read a repository."""
        return document(call, operations.get_repository(call.registry, call.caller, id))

    @routes.add(
        "DELETE",
        f"{_PATH}/{{id}}",
        answers={204: None},
        errors=(409,),
        headers=CLAIM,
        parameters=(_FORCE,) if routes.additions else (),
    )
    def delete_repository(call: CallOf, id: str) -> Response:
        """Delete a repository with the drafts in it."""
        operations.delete_repository(call.registry, call.caller, id, claim=call.claim, force=call.force)
        return nothing()

    if not routes.additions:
        return

    @routes.add(
        "POST",
        _PATH,
        answers={201: RepositoryFormatted, 200: RepositoryFormatted},
        body=RepositoryInput,
        headers=IDEMPOTENCY_KEY,
    )
    def create_repository(call: CallOf, body: Body) -> Response:
        """Make a repository that stays when its last artifact goes."""
        made = operations.create_repository(call.registry, call.caller, body, idempotency_key=call.idempotency_key)
        return document(call, made.document, 201 if made.created else 200)

    @routes.add("PUT", f"{_PATH}/{{id}}", answers={200: RepositoryFormatted}, errors=(409,), body=RepositoryInput)
    def put_repository(call: CallOf, id: str, body: Body) -> Response:
        """Rename a repository; this makes none."""
        return document(call, operations.put_repository(call.registry, call.caller, id, body))
