"""Routes as requests meet them: what the description says is told once, at the start, and costs no request anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Receive, Scope, Send

from ..operations import refuse_reading_token
from ..store import Store
from ._bodies import BodyRule
from ._remembered import AskedClock, may_remember
from ._requests import Call, read_json

_READERS = 4
"""Reads that threads of a process answer at once. Python runs one of them at a time: more would only take turns, and
keep the thread waiting that talks to the clients."""

_FILE_WRITERS = 8
"""The same for changes of a file. One of them writes, the others read bodies and make answers meanwhile."""

_NETWORK_WRITERS = 40
"""The same for a database on the network, which lets many write; they wait for it most of the time."""


class Dispatch:
    """Where the requests of one application are answered.

    A read that takes less than handing it to a thread and back is answered on the spot; but only from a file: a
    database on the network may be slow to answer, and everybody else would wait with it.

    Args:
        app: the application.
    """

    def __init__(self, app: FastAPI) -> None:
        store: Store = app.state.registry.store
        self._on_the_spot = store.is_file
        self._readers = CapacityLimiter(_READERS)
        self._writers = CapacityLimiter(_FILE_WRITERS if store.is_file else _NETWORK_WRITERS)

    async def answer(
        self,
        request: Request,
        handler: Callable[..., Response],
        body: BodyRule | None,
        quick: Collection[str] | None,
        remembered: bool,
    ) -> Response:
        """Answers a request.

        Args:
            request: the request.
            handler: takes the call, the path's parameters and, if it wants one, the body.
            body: which JSON bodies it takes; None if it takes none.
            quick: if its work is small and never waits: the query parameters that leave it so. None if it is not.
            remembered: whether its answer may be given again while no record changes.
        """
        call = Call(request)
        clock = AskedClock(call.registry.clock)
        if remembered:
            call.registry = replace(call.registry, clock=clock)
        response = await self._answer(call, handler, body, quick)
        if remembered and not clock.asked:
            may_remember(request.scope)
        return response

    async def _answer(
        self, call: Call, handler: Callable[..., Response], body: BodyRule | None, quick: Collection[str] | None
    ) -> Response:
        request = call.request
        values: dict[str, Any] = dict(request.path_params)
        if body is not None:
            values["body"] = await self._body(call, body)
        elif quick is not None and self._on_the_spot and all(name in quick for name in request.query_params):
            return handler(call, **values)
        reads = request.method == "GET"
        limiter = self._readers if reads else self._writers
        return await to_thread.run_sync(lambda: handler(call, **values), limiter=limiter)

    async def _body(self, call: Call, rule: BodyRule) -> Any:
        # A token that only reads is refused before anything of the body is read, a foreign caller before much of it is.
        caller = call.caller
        if rule.changes:
            refuse_reading_token(caller)

        async def refuse() -> None:
            path = call.request.path_params
            await to_thread.run_sync(lambda: rule.refuse(call.registry, caller, path), limiter=self._readers)

        return await read_json(call.request, rule.most, refuse)


class ApiRoute(Route):
    """One method of one path, with and without a slash at its end: clients do not follow redirects (R1).

    Args:
        method: HTTP method.
        path: the path, with parameters in braces.
        handler: answers.
        dispatch: where.
        body: which JSON bodies it takes; None if it takes none.
        quick: see `Dispatch.answer`.
        remembered: see `Dispatch.answer`.
    """

    def __init__(
        self,
        method: str,
        path: str,
        handler: Callable[..., Response],
        *,
        dispatch: Dispatch,
        body: BodyRule | None,
        quick: Collection[str] | None,
        remembered: bool,
    ) -> None:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive, send)
            response = await dispatch.answer(request, handler, body, quick, remembered)
            await response(scope, receive, send)

        super().__init__(path, handler, methods=[method])
        # Not the framework's own way from an endpoint to an application: errors are answered outside, once.
        self.app = answer
        # The framework would answer HEAD with a GET.
        self.methods = {method}
        self.path_regex = re.compile(f"{self.path_regex.pattern.removesuffix('$')}/?$")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether this route answers a request; it leaves its name for who counts requests."""
        match, found = super().matches(scope)
        if match is not Match.NONE:
            found["route"] = self
        return match, found
