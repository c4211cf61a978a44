"""Artifacts (workload-api §3)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import (
    ArtifactClone,
    ArtifactFormatted,
    ArtifactImpact,
    ArtifactInput,
    ArtifactPatch,
    ArtifactQuery,
    ListEnvelope,
)

from .. import operations
from ._answers import as_is, document, nothing, page
from ._headers import ALLOWED_ACTIONS, CLAIM, EDIT_KEY, FACETS, IDEMPOTENCY_KEY, IF_MATCH
from ._requests import Body, CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add(
        "GET",
        "/artifacts",
        answers={200: ListEnvelope[ArtifactFormatted]},
        query=ArtifactQuery,
        added=(*ALLOWED_ACTIONS, *FACETS),
        # These are answered from counts and the fronts of an index, however long the list is.
        quick=("limit", "offset", "status", "type", "repositoryId"),
        remembered=True,
    )
    def list_artifacts(call: CallOf) -> Response:
        """The artifacts that match, each with its full spec."""
        return page(call, operations.list_artifacts(call.registry, call.listing_caller, call.query, facets=call.facets))

    @routes.add(
        "POST",
        "/artifacts",
        answers={201: ArtifactFormatted, 200: ArtifactFormatted},
        errors=(403, 404),
        body=ArtifactInput,
        headers=IDEMPOTENCY_KEY,
    )
    def create_artifact(call: CallOf, body: Body) -> Response:
        """Make an artifact, in a repository of its own if none is named."""
        body, key = call.contract_body(body), call.idempotency_key
        made = operations.create_artifact(call.registry, call.caller, body, idempotency_key=key)
        return document(call, made.document, 201 if made.created else 200)

    @routes.add("GET", "/artifacts/{id}", answers={200: ArtifactFormatted}, quick=(), remembered=True)
    def get_artifact(call: CallOf, id: str) -> Response:
        """Read an artifact."""
        return document(call, operations.get_artifact(call.registry, call.caller, id))

    @routes.add(
        "PATCH",
        "/artifacts/{id}",
        answers={200: ArtifactFormatted},
        errors=(403, 412),
        body=ArtifactPatch,
        headers={**IF_MATCH, **EDIT_KEY},
    )
    def patch_artifact(call: CallOf, id: str, body: Body) -> Response:
        """Edit a draft, lock it, or both; only the keys in the body change."""
        body, key = call.contract_body(body), call.idempotency_key
        edited = operations.patch_artifact(
            call.registry, call.caller, id, body, if_match=call.if_match, idempotency_key=key
        )
        return document(call, edited)

    @routes.add(
        "PUT",
        "/artifacts/{id}",
        answers={200: ArtifactFormatted},
        errors=(403, 412),
        body=ArtifactInput,
        headers=IF_MATCH,
    )
    def put_artifact(call: CallOf, id: str, body: Body) -> Response:
        """Replace a draft as a whole."""
        return document(call, operations.put_artifact(call.registry, call.caller, id, body, if_match=call.if_match))

    @routes.add("DELETE", "/artifacts/{id}", answers={204: None}, errors=(409,), headers=CLAIM)
    def delete_artifact(call: CallOf, id: str) -> Response:
        """Delete a draft that no workload refers to."""
        operations.delete_artifact(call.registry, call.caller, id, claim=call.claim)
        return nothing()

    @routes.add("POST", "/artifacts/{id}/clone", answers={200: ArtifactFormatted}, body=ArtifactClone)
    def clone_artifact(call: CallOf, id: str, body: Body) -> Response:
        """Make a draft with the same content in the same repository."""
        return document(call, operations.clone_artifact(call.registry, call.caller, id, body))

    if not routes.additions:
        return

    @routes.add("GET", "/artifacts/{id}/impact", answers={200: ArtifactImpact})
    def artifact_impact(call: CallOf, id: str) -> Response:
        """Which workloads run an artifact, and what a lock of it would reset."""
        return as_is(operations.artifact_impact(call.registry, call.caller, id))
