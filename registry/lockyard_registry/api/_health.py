"""Whether the server lives and whether it can serve, for load balancers and kubelets; needs no token."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request

from lockyard.contract import StorageError

from ..lifecycle import Registry


def database_answers(registry: Registry) -> None:
    """Ask the database something, and whether it takes changes.

    Raises:
        StorageError: It does not answer, or takes none.
    """
    with registry.store.read() as tx:
        tx.exec_driver_sql("SELECT 1")
    registry.store.check_writable()


def add_health(app: FastAPI) -> None:
    """Declare `/healthz` and `/readyz`."""

    def healthz() -> JSONResponse:
        """The process answers. It does not ask the database: a restart would not mend that."""
        return JSONResponse({"status": "ok"})

    def readyz(request: Request) -> JSONResponse:
        """Whether the database answers and takes changes, so that requests can be served."""
        try:
            database_answers(request.app.state.registry)
        except StorageError:
            # Where the database is concerns nobody without a token.
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok"})

    for name, handler in (("healthz", healthz), ("readyz", readyz)):
        for path in (f"/{name}", f"/{name}/"):
            app.add_api_route(path, handler, methods=["GET"], include_in_schema=False, response_model=None)
