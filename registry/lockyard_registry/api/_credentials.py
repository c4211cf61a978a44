"""Credentials (workload-api §16)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import CredentialFormatted, CredentialInput, CredentialPatch, CredentialQuery, ListEnvelope

from .. import operations
from ._answers import as_is, nothing, page
from ._requests import Body, CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""
    path, one = "/credentials", "/credentials/{id}"

    @routes.add("GET", path, answers={200: ListEnvelope[CredentialFormatted]}, query=CredentialQuery)
    def list_credentials(call: CallOf) -> Response:
        """The caller's credentials, without their values."""
        return page(call, operations.list_credentials(call.registry, call.caller, call.query))

    @routes.add("POST", path, answers={201: CredentialFormatted}, errors=(403,), messages=(409,), body=CredentialInput)
    def create_credential(call: CallOf, body: Body) -> Response:
        """Store a credential; its values are encrypted and never answered."""
        return as_is(operations.create_credential(call.registry, call.caller, body), 201)

    @routes.add("GET", one, answers={200: CredentialFormatted}, messages=(404,))
    def get_credential(call: CallOf, id: str) -> Response:
        """A credential, without its values."""
        return as_is(operations.get_credential(call.registry, call.caller, id))

    @routes.add(
        "PATCH",
        one,
        answers={200: CredentialFormatted},
        errors=(403,),
        messages=(404, 409),
        body=CredentialPatch,
    )
    def patch_credential(call: CallOf, id: str, body: Body) -> Response:
        """Change name, description or values."""
        return as_is(operations.patch_credential(call.registry, call.caller, id, body))

    @routes.add("DELETE", one, answers={204: None}, errors=(403,), messages=(404,))
    def delete_credential(call: CallOf, id: str) -> Response:
        """Forget a credential."""
        operations.delete_credential(call.registry, call.caller, id)
        return nothing()
