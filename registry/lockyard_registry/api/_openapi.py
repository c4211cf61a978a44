"""The OpenAPI document, below the API's own path like everything else."""

from __future__ import annotations

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema
from starlette.responses import Response

from ._paths import API_PATH
from ._routing import Routes


def add_openapi(app: FastAPI, routes: Routes) -> None:
    """Declare `/openapi.json` and `/openapi.yaml` and make `app.openapi()` the same document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, routes)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]

    def as_json() -> Response:
        """The OpenAPI document."""
        return Response(json.dumps(openapi()), media_type="application/json")

    def as_yaml() -> Response:
        """The OpenAPI document. JSON is YAML, too."""
        return Response(json.dumps(openapi(), indent=1), media_type="application/yaml")

    for path, handler in (("/openapi.json", as_json), ("/openapi.yaml", as_yaml)):
        for spelling in (path, f"{path}/"):
            app.add_api_route(
                f"{API_PATH}{spelling}", handler, methods=["GET"], include_in_schema=False, response_model=None
            )


def _document(app: FastAPI, routes: Routes) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version="2",
        description="Artifact repositories, artifacts and workloads. Every call needs the header "
        "`Authorization: Bearer <token>`. Paths are served with and without a slash at their end.",
        routes=routes.description.routes,
    )
    bodies = sorted(routes.bodies, key=lambda model: model.__name__)
    _, schemas = models_json_schema(
        [(model, "validation") for model in bodies], by_alias=True, ref_template="#/components/schemas/{model}"
    )
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(schemas.get("$defs", {}))
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    return document
