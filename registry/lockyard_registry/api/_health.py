"""Whether the server can serve, for load balancers; needs no token."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request

from lockyard.contract import StorageError


def add_health(app: FastAPI) -> None:
    """Declare `/healthz`."""

    def healthz(request: Request) -> JSONResponse:
        """Whether the database answers."""
        try:
            with request.app.state.registry.store.read() as tx:
                tx.exec_driver_sql("SELECT 1")
        except StorageError:
            # Where the database is concerns nobody without a token.
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok"})

    for path in ("/healthz", "/healthz/"):
        app.add_api_route(path, healthz, methods=["GET"], include_in_schema=False, response_model=None)
