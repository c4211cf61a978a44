"""Route authentication: modelled by the contract, a cluster capability that is off (workload-api §4.5)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import Field

from ._base import ContractModel, as_object
from ._errors import ForbiddenError
from ._types import ROUTE_PATTERN


class Route(ContractModel):
    """How requests below a path are authenticated; refused by `refuse_routes` for now.

    Attributes:
        path: starts with `/`, at most 1024 characters, relative to the workload's root.
        auth: `required`, `optional` (only when a token is sent) or `disabled`.
    """

    path: Annotated[str, Field(min_length=1, max_length=1024, pattern=ROUTE_PATTERN)]
    auth: Literal["required", "optional", "disabled"]


def refuse_routes(data: object) -> None:
    """Refuse a body in which a container holds the key `routes`, even as `[]` (workload-api §4.5).

    Route configuration is a cluster capability that this contract models but no cluster of ours offers.

    Args:
        data: body of an artifact, or its spec.

    Raises:
        ForbiddenError: always the same sentence, as the platform says it.
    """
    body = as_object(data)
    spec = as_object(body["spec"]) if "spec" in body else body
    for group in _items(spec.get("containerGroups")):
        for container in _items(as_object(group).get("containers")):
            if "routes" in as_object(container):
                raise ForbiddenError("Route configuration is disabled on this cluster")


def _items(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else []
