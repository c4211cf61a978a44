"""Settings, replacements, protons, history and events of workloads (workload-api §10.6, §11, §12.3, §13.3)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import (
    ListEnvelope,
    ListQuery,
    ProtonFormatted,
    ReplacementFormatted,
    ReplacementInput,
    SettingsFormatted,
    SettingsPatch,
    WorkloadEvent,
)

from .. import operations
from ._answers import document, page
from ._requests import Body, CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", "/workloads/{id}/settings", answers={200: SettingsFormatted})
    def get_settings(call: CallOf, id: str) -> Response:
        """The runtime, and the replacement under way."""
        return document(call, operations.get_settings(call.registry, call.caller, id))

    @routes.add(
        "PATCH",
        "/workloads/{id}/settings",
        answers={202: ReplacementFormatted},
        errors=(403, 409),
        body=SettingsPatch,
    )
    def patch_settings(call: CallOf, id: str, body: Body) -> Response:
        """Roll the workload onto its current artifact with this runtime."""
        return document(call, operations.patch_settings(call.registry, call.caller, id, body), 202)

    @routes.add(
        "POST",
        "/workloads/{id}/replacement",
        answers={202: ReplacementFormatted},
        errors=(400, 403, 409),
        body=ReplacementInput,
    )
    def start_replacement(call: CallOf, id: str, body: Body) -> Response:
        """Start a rolling swap to another artifact."""
        return document(call, operations.start_replacement(call.registry, call.caller, id, body), 202)

    @routes.add("GET", "/workloads/{id}/replacement", answers={200: ReplacementFormatted})
    def get_replacement(call: CallOf, id: str) -> Response:
        """The replacement under way, or just finished."""
        return document(call, operations.get_replacement(call.registry, call.caller, id))

    @routes.add("DELETE", "/workloads/{id}/replacement", answers={202: ReplacementFormatted}, errors=(409,))
    def cancel_replacement(call: CallOf, id: str) -> Response:
        """Cancel the active replacement."""
        return document(call, operations.cancel_replacement(call.registry, call.caller, id), 202)

    @routes.add("GET", "/workloads/{id}/history", answers={200: ListEnvelope[ReplacementFormatted]}, query=ListQuery)
    def workload_history(call: CallOf, id: str) -> Response:
        """Past replacements and promotes."""
        return page(call, operations.workload_history(call.registry, call.caller, id, call.query))

    @routes.add("GET", "/workloads/{id}/events", answers={200: ListEnvelope[WorkloadEvent]}, query=ListQuery)
    def workload_events(call: CallOf, id: str) -> Response:
        """Events, newest first."""
        return page(call, operations.workload_events(call.registry, call.caller, id, call.query))

    @routes.add("GET", "/workloads/{id}/protons", answers={200: ListEnvelope[ProtonFormatted]}, query=ListQuery)
    def list_protons(call: CallOf, id: str) -> Response:
        """The generations that run or ran."""
        return page(call, operations.list_protons(call.registry, call.caller, id, call.query))

    @routes.add("GET", "/workloads/{id}/protons/{proton_id}", answers={200: ProtonFormatted})
    def get_proton(call: CallOf, id: str, proton_id: str) -> Response:
        """One generation."""
        return document(call, operations.get_proton(call.registry, call.caller, id, proton_id))
