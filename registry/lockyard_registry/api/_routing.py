"""How routes are declared: once, served under both spellings of the path, described in the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from inspect import signature
from typing import Any, TypeVar, cast

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict

from lockyard.contract import ContractModel, ErrorBody, Query

from ._bodies import rule_of
from ._dispatch import ApiRoute, Dispatch
from ._examples import EXAMPLES
from ._paths import API_PATH

HandlerT = TypeVar("HandlerT", bound=Callable[..., Any])

_ERRORS: dict[int, str] = {
    400: "The request makes no sense in the present state.",
    401: "No token, or one that the server does not know.",
    403: "Visible but not allowed.",
    404: "There is no such object.",
    408: "The body did not arrive in time.",
    409: "Something else stands in the way.",
    412: "Somebody else changed the object since it was read.",
    413: "The body is larger than the server takes.",
    421: "Not under this host: workloads have an origin of their own.",
    422: "The request is wrong; every mistake with its path.",
    429: "Too many requests; `Retry-After` says when to try again.",
    500: "The server failed; its log knows the request id.",
    502: "The workload cannot be reached, or does not speak HTTP.",
    503: "The server's storage cannot be used at the moment, or the workload does not run.",
    504: "The workload did not answer in time.",
    508: "The workload's reported address leads back to the registry.",
}
_ALWAYS = (401, 422, 429, 500, 503)


class MessageBody(BaseModel):
    """Body of a 401, and of refusals about credentials."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "Invalid API key"}]})

    message: str


class Routes:
    """Declares routes on an application.

    Args:
        app: Takes the routes.
        additions: Whether routes and headers that are not in the contract are offered.
    """

    def __init__(self, app: FastAPI, *, additions: bool) -> None:
        self.app = app
        self.additions = additions
        self.bodies: set[type[ContractModel]] = set()
        self.body_models: dict[tuple[str, str], type[ContractModel]] = {}
        # The framework describes the routes; it does not serve them (`_dispatch.py`).
        self.description = APIRouter()
        self._dispatch = Dispatch(app)

    def add(
        self,
        method: str,
        path: str,
        *,
        answers: Mapping[int, Any],
        errors: tuple[int, ...] = (),
        messages: tuple[int, ...] = (),
        body: type[ContractModel] | None = None,
        query: type[Query] | None = None,
        headers: Mapping[str, str] | None = None,
        parameters: tuple[dict[str, Any], ...] = (),
        added: tuple[dict[str, Any], ...] = (),
        quick: Collection[str] | None = None,
        remembered: bool = False,
    ) -> Callable[[HandlerT], HandlerT]:
        """Declare a route.

        A path is served with and without a slash at its end, directly: clients do not follow redirects (R1).

        Args:
            method: HTTP method.
            path: Path below `/api/v2`, without a slash at its end.
            answers: Model of the answer for each status of success; None for no body.
            errors: Statuses of refusals, beside those that every call may get.
            messages: The same, with a body `{"message"}`.
            body: Model of the request body, for the description; operations read it.
            query: Model of the query, for the description.
            headers: Request headers beyond the contract and what they mean; described only if additions are offered.
            parameters: More parameters in OpenAPI's form.
            added: The same, described only if additions are offered.
            quick: The query parameters with which the work is small and never waits (`_dispatch.py`); None if not.
            remembered: The answer depends on caller, address, records and, maybe, the clock, and on nothing else, so
                that it may be given again (`_remembered.py`).
        """

        def declare(handler: HandlerT) -> HandlerT:
            described = [*_query_parameters(query), *parameters]
            if self.additions:
                described += added
                described += [_header(name, text) for name, text in (headers or {}).items()]
            extra: dict[str, Any] = {"parameters": described} if described else {}
            if body is not None:
                self.bodies.add(body)
                reference = {"$ref": f"#/components/schemas/{body.__name__}"}
                content = {"schema": reference, "example": EXAMPLES[body.__name__]}
                extra["requestBody"] = {"required": True, "content": {"application/json": content}}
            statuses = (
                {*_ALWAYS, *errors, *messages}
                | ({408, 413} if body is not None else set[int]())
                | ({404} if "{" in path else set())
                # A token that only reads.
                | ({403} if method != "GET" else set())
            )
            responses: dict[int | str, dict[str, Any]] = {
                status: {"description": "Done."} if model is None else {"description": "Done.", "model": model}
                for status, model in answers.items()
            }
            for status in sorted(statuses):
                model = MessageBody if status in (401, *messages) else ErrorBody
                responses[status] = {"description": _ERRORS[status], "model": model}
            if 413 in responses:
                most = rule_of(method, path).most // 2**20
                responses[413]["description"] = f"The body is larger than {most} MiB."
            self.description.add_api_route(
                f"{API_PATH}{path}",
                handler,
                methods=[method],
                status_code=next(iter(answers)),
                responses=responses,
                response_model=None,
                openapi_extra=extra or None,
            )
            takes_body = "body" in signature(handler).parameters
            where = f"{API_PATH}{path}"
            route = ApiRoute(
                method,
                where,
                handler,
                dispatch=self._dispatch,
                body=rule_of(method, path) if takes_body else None,
                quick=quick,
                remembered=remembered,
            )
            if body is not None:
                self.body_models[method, path] = body
            self.app.router.routes.append(route)
            return handler

        return declare

    def add_forwarded(self, method: str, path: str, handler: Callable[..., Any]) -> None:
        """Declare a route for a path and everything below it, whose answers are somebody else's.

        Args:
            method: HTTP method.
            path: Path below `/api/v2`, without a slash at its end.
            handler: Forwards; takes the path parameters of `path` alone.
        """
        takes_body = method in ("POST", "PUT", "PATCH")
        # The workload may answer with the same statuses, so only the server's own 401 has a known body.
        errors = (400, 403, 404, 421, 429, 500, 502, 503, 504, 508, *((413,) if takes_body else ()))
        responses: dict[int | str, dict[str, Any]] = {
            status: {"description": f"{_ERRORS[status]} Or the workload's own answer.", "content": {"*/*": {}}}
            for status in errors
        }
        responses[401] = {"description": _ERRORS[401], "model": MessageBody}
        responses["default"] = {"description": "Whatever the workload answers.", "content": {"*/*": {}}}
        extra = {"requestBody": {"required": False, "content": {"*/*": {}}}} if takes_body else None
        for spelling in (path, f"{path}/{{rest:path}}"):
            self.app.add_api_route(
                f"{API_PATH}{spelling}", handler, methods=[method], response_model=None, include_in_schema=False
            )
            route = cast(APIRoute, self.app.router.routes[-1])
            # A decoded line break shall be refused with a reason, not missed.
            route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
        if method not in ("HEAD", "OPTIONS"):
            self.description.add_api_route(
                f"{API_PATH}{path}",
                handler,
                methods=[method],
                responses=responses,
                response_model=None,
                openapi_extra=extra,
            )


def _query_parameters(query: type[Query] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    properties: dict[str, Any] = query.model_json_schema(by_alias=True)["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(schema)}
        for name, schema in properties.items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of what a query string can say: who means nothing leaves the parameter out."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "anyOf")}
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if kept.get("default", ...) is None:
        del kept["default"]
    return {**kept, **options[0]} if len(options) == 1 else {**kept, **({"anyOf": options} if options else {})}


def _header(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
