"""Who calls and what they may use (workload-api §15.2, §15.3)."""

from __future__ import annotations

from starlette.responses import Response

from lockyard.contract import AccountInfo, EntitlementsFormatted, EntitlementsInput

from .. import operations
from ._answers import as_is
from ._requests import Body, CallOf
from ._routing import Routes


def add_routes(routes: Routes) -> None:
    """Declare the routes."""

    @routes.add("GET", "/account/info", answers={200: AccountInfo})
    def account_info(call: CallOf) -> Response:
        """The caller, and the registry's limits; 0 is no limit."""
        return as_is(operations.account_info(call.registry, call.caller))

    @routes.add("POST", "/entitlements/evaluate", answers={200: EntitlementsFormatted}, body=EntitlementsInput)
    def evaluate_entitlements(call: CallOf, body: Body) -> Response:
        """Which of these entitlements there are; unknown ones are not."""
        return as_is(operations.evaluate_entitlements(call.registry, call.caller, body))
