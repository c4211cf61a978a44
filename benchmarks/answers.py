"""What our server answers to `GET /artifacts`: over HTTP, to one client on one connection."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from client import Client
from engine import BenchmarkError
from filling import World
from lockyard_server import API, lockyard_server

from lockyard.contract import ArtifactQuery
from lockyard_registry.people import add_token


class Answers:
    """A server of a filled registry, asked by its users.

    Every request comes under another host name: none is answered from memory.

    Args:
        client: sends the requests.
        tokens: by keys of `World.callers`.
    """

    def __init__(self, client: Client, tokens: dict[str, str]) -> None:
        self._client = client
        self._tokens = tokens
        self._numbers = itertools.count()

    def ask(self, caller: str, query: ArtifactQuery, facets: tuple[str, ...]) -> tuple[float, int]:
        """Seconds that an answer took, and how many artifacts match.

        Args:
            caller: a key of `World.callers`.
            query: what is asked.
            facets: what shall be counted.

        Raises:
            BenchmarkError: the answer was a refusal.
        """
        asked = query.model_dump(mode="json", by_alias=True, exclude_unset=True)
        pairs = urlencode([*asked.items(), *(("facets", name) for name in facets)], doseq=True)
        headers = {
            "Host": f"registry-{next(self._numbers)}.example",
            "Authorization": f"Bearer {self._tokens[caller]}",
        }
        started = time.perf_counter()
        answer = self._client.send("GET", f"{API}/artifacts?{pairs}", headers=headers)
        seconds = time.perf_counter() - started
        if answer.status != 200:
            raise BenchmarkError(f"{pairs}: {answer.status} {answer.body[:300]!r}")
        return seconds, answer.json()["totalCount"]


@contextmanager
def answers(world: World) -> Iterator[Answers]:
    """Starts a server of a filled registry in one process, with tokens for its callers.

    Args:
        world: the registry.
    """
    store = world.registry.store
    tokens = {
        name: add_token(store, caller.username, "benchmark", scope="read").secret
        for name, caller in world.callers.items()
    }
    with (
        tempfile.TemporaryDirectory(prefix="lockyard-bench-") as folder,
        lockyard_server(Path(folder), location=world.registry.location) as server,
    ):
        yield Answers(Client(server.address, {}), tokens)
