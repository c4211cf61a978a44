"""Workloads (workload-api §9; reports are our addition)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import (
    Answer,
    ListEnvelope,
    OperationFormatted,
    Report,
    WorkloadFormatted,
    WorkloadInput,
    WorkloadPatch,
    WorkloadQuery,
)

from .. import operations
from ._answers import document, nothing, page
from ._headers import ALLOWED_ACTIONS, CLAIM, IDEMPOTENCY_KEY
from ._requests import Body, CallOf
from ._routing import Routes


class ReportAnswer(Answer):
    """Answer to a report."""

    accepted: bool
    status: str


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add(
        "GET",
        "/workloads",
        answers={200: ListEnvelope[WorkloadFormatted]},
        query=WorkloadQuery,
        added=ALLOWED_ACTIONS,
    )
    def list_workloads(call: CallOf) -> Response:
        """The workloads that match."""
        return page(call, operations.list_workloads(call.registry, call.listing_caller, call.query))

    @routes.add(
        "POST",
        "/workloads",
        answers={201: WorkloadFormatted, 200: WorkloadFormatted},
        errors=(403, 409),
        body=WorkloadInput,
        headers=IDEMPOTENCY_KEY,
    )
    def create_workload(call: CallOf, body: Body) -> Response:
        """Make a workload on an artifact."""
        made = operations.create_workload(call.registry, call.caller, body, idempotency_key=call.idempotency_key)
        return document(call, made.document, 201 if made.created else 200)

    @routes.add("GET", "/workloads/{id}", answers={200: WorkloadFormatted})
    def get_workload(call: CallOf, id: str) -> Response:
        """Read a workload."""
        return document(call, operations.get_workload(call.registry, call.caller, id))

    @routes.add("PATCH", "/workloads/{id}", answers={200: WorkloadFormatted}, body=WorkloadPatch)
    def patch_workload(call: CallOf, id: str, body: Body) -> Response:
        """Change name, description or importance; nothing restarts."""
        return document(call, operations.patch_workload(call.registry, call.caller, id, body))

    @routes.add("DELETE", "/workloads/{id}", answers={204: None}, headers=CLAIM)
    def delete_workload(call: CallOf, id: str) -> Response:
        """Delete a workload; its artifact stays."""
        operations.delete_workload(call.registry, call.caller, id, claim=call.claim)
        return nothing()

    actions = {202: OperationFormatted, 200: OperationFormatted}

    @routes.add("POST", "/workloads/{id}/start", answers=actions, errors=(403, 409))
    def start_workload(call: CallOf, id: str) -> Response:
        """Start a stopped workload."""
        done = operations.start_workload(call.registry, call.caller, id)
        return document(call, done.document, 202 if done.changed else 200)

    @routes.add("POST", "/workloads/{id}/stop", answers=actions, errors=(409,))
    def stop_workload(call: CallOf, id: str) -> Response:
        """Stop a workload."""
        done = operations.stop_workload(call.registry, call.caller, id)
        return document(call, done.document, 202 if done.changed else 200)

    @routes.add("POST", "/workloads/{id}/promote", answers={202: WorkloadFormatted})
    def promote_workload(call: CallOf, id: str) -> Response:
        """Lock the draft under a running workload in place."""
        return document(call, operations.promote_workload(call.registry, call.caller, id), 202)

    if not routes.additions:
        return

    @routes.add("POST", "/workloads/{id}/reports", answers={202: ReportAnswer}, errors=(409,), body=Report)
    def report_workload(call: CallOf, id: str, body: Body) -> Response:
        """Take a report on what runs."""
        return document(call, operations.report_workload(call.registry, call.caller, id, body), 202)
