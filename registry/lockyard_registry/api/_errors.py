"""The contract's errors as HTTP answers (workload-api §1.6)."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match

from lockyard.contract import ApiError, StorageError

from ._requests import request_id_of


def add_error_handlers(app: FastAPI) -> None:
    """Make the application answer with the contract's error bodies."""
    app.add_exception_handler(ApiError, _refusal)
    app.add_exception_handler(StorageError, _storage)
    app.add_exception_handler(HTTPException, _framework)


def _refusal(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    return JSONResponse(error.body(), error.status, headers=error.headers)


def _storage(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, StorageError)
    return JSONResponse({"detail": f"{error} (request {request_id_of(request)})"}, 503)


def _framework(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    headers: dict[str, str] = dict(error.headers or {})
    if error.status_code == 405:
        # Each method of a path is a route of its own; the framework would name only the first one's.
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return JSONResponse({"detail": error.detail}, error.status_code, headers=headers)


def _methods(request: Request) -> set[str]:
    methods: set[str] = set()
    for route in request.app.router.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods
    return methods
