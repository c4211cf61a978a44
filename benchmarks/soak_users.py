"""What one user of the soak does: mostly looks, sometimes changes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from client import Client
from lockyard_server import API
from servers import Server
from versions import Version

USERS = 8
_KEPT = 200


@dataclass(frozen=True)
class Did:
    """One request that was answered well.

    Attributes:
        at: when it was sent, by the monotonic clock.
        seconds: how long the answer took.
        wrote: whether it changed something.
    """

    at: float
    seconds: float
    wrote: bool


class User:
    """A user with a connection and some repositories.

    Args:
        number: which one.
        server: the server.
        rate: requests a second, on average.

    Attributes:
        did: what was answered well.
        failures: what was not, in words.
    """

    def __init__(self, number: int, server: Server, rate: float) -> None:
        self.did: list[Did] = []
        self.failures: list[str] = []
        self._number = number
        self._rate = rate
        self._client = Client(server.address, server.headers)
        self._chance = random.Random(number)
        self._locked: list[str] = []
        self._drafts: list[str] = []
        self._repositories: list[str] = []
        self._count = 0
        # What is done, and how often in comparison.
        self._steps: dict[Callable[[], None], int] = {
            self._get: 40,
            self._list: 20,
            self._search: 10,
            self._filter: 10,
            self._register: 10,
            self._draft: 4,
            self._edit: 3,
            self._lock: 2,
            self._tag: 2,
            self._delete: 1,
        }

    def pause(self) -> float:
        """Seconds until the next request, as irregular as people are."""
        return self._chance.expovariate(self._rate)

    def step(self) -> None:
        """Does one thing.

        Raises:
            BenchmarkError: it was refused.
        """
        if not self._locked:
            for number in range(3):
                made = self._send("POST", "/artifactRepositories", {"name": f"soak {number}"})
                self._repositories.append(made["id"])
            self._register()
        else:
            self._chance.choices(list(self._steps), list(self._steps.values()))[0]()

    def _get(self) -> None:
        self._send("GET", f"/artifacts/{self._chance.choice(self._locked)}")

    def _list(self) -> None:
        self._send("GET", f"/artifacts?limit={self._chance.choice((10, 100))}&offset={self._chance.choice((0, 0, 50))}")

    def _search(self) -> None:
        self._send("GET", f"/artifacts?search=tenant%20{self._number}-{self._chance.randrange(100)}")

    def _filter(self) -> None:
        what = self._chance.choice(("status=draft", "type=service", f"repositoryId={self._repositories[0]}"))
        self._send("GET", f"/artifacts?{what}")

    def _register(self) -> None:
        made = self._send("POST", "/artifacts", self._body("locked"))
        # The oldest are looked at no more, so that what is kept here does not grow.
        self._locked = [*self._locked[-_KEPT:], made["id"]]

    def _draft(self) -> None:
        self._drafts.append(self._send("POST", "/artifacts", self._body("draft"))["id"])

    def _edit(self) -> None:
        if self._drafts:
            self._send("PATCH", f"/artifacts/{self._drafts[-1]}", {"description": self._mark()})

    def _lock(self) -> None:
        if self._drafts:
            self._locked.append(self._send("PATCH", f"/artifacts/{self._drafts.pop()}", {"status": "locked"})["id"])

    def _tag(self) -> None:
        tags = {"tags": [{"name": "stage", "value": self._chance.choice(("production", "test"))}]}
        self._send("PUT", f"/artifacts/{self._chance.choice(self._locked)}/tags", tags)

    def _delete(self) -> None:
        if self._drafts:
            self._send("DELETE", f"/artifacts/{self._drafts.pop(0)}")

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        started = time.monotonic()
        value = self._client.value(method, API + path, body)
        self.did.append(Did(started, time.monotonic() - started, method != "GET"))
        return value

    def _mark(self) -> str:
        self._count += 1
        return f"{self._number}-{self._count}"

    def _body(self, status: str) -> dict[str, Any]:
        version = Version(self._number, self._mark(), {})
        return {
            "name": f"soak-{self._number}",
            "description": version.description,
            "status": status,
            "artifactRepositoryId": self._chance.choice(self._repositories),
            "spec": version.spec,
        }
