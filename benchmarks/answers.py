"""What the server's application answers to `GET /artifacts`, without sockets."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from filling import World

from lockyard.contract import ArtifactQuery
from lockyard_registry.api._app import create_app
from lockyard_registry.api._gate import Gate
from lockyard_registry.people import Identity


class _ByName:
    """Takes the name of a caller for his token."""

    def __init__(self, world: World) -> None:
        self._callers = world.callers

    async def identify(self, token: str) -> Identity | None:
        caller = self._callers[token]
        return Identity(
            caller.user_id, caller.username, tuple(caller.groups), administrator=caller.administrator, read_only=True
        )


class Answers:
    """The application of a filled registry.

    Every request comes under another host name: none is answered from memory.

    Args:
        world: the registry.
    """

    def __init__(self, world: World) -> None:
        self._app = create_app(world.registry, users=True)
        gate = next(each for each in self._app.user_middleware if each.cls is Gate)
        gate.kwargs["authenticator"] = _ByName(world)
        self._numbers = itertools.count()
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Answers:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def ask(self, caller: str, query: ArtifactQuery, facets: tuple[str, ...]) -> tuple[float, int]:
        """Seconds that an answer took, and how many artifacts match.

        Args:
            caller: a key of `World.callers`.
            query: what is asked.
            facets: what shall be counted.

        Raises:
            RuntimeError: the answer was a refusal.
        """
        asked = query.model_dump(mode="json", by_alias=True, exclude_unset=True)
        pairs = urlencode([*asked.items(), *(("facets", name) for name in facets)], doseq=True)
        scope = self._scope(caller, pairs)
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        started = time.perf_counter()
        self._loop.run_until_complete(self._app(scope, receive, send))
        seconds = time.perf_counter() - started
        body = b"".join(message.get("body", b"") for message in sent)
        if sent[0]["status"] != 200:
            raise RuntimeError(f"{pairs}: {sent[0]['status']} {body[:300]!r}")
        return seconds, json.loads(body)["totalCount"]

    def _scope(self, caller: str, query: str) -> dict[str, Any]:
        path = "/api/v2/artifacts"
        headers = [
            (b"host", f"registry-{next(self._numbers)}.example".encode()),
            (b"authorization", f"Bearer {caller}".encode()),
        ]
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
