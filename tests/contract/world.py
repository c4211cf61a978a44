"""A registry behind one of the lanes, and what the rules do with it again and again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from lockyard.client import EmbeddedRegistryClient, HttpRegistryClient, RegistryClient
from lockyard.contract import ALL_COMPAT, STRICT, ApiError
from lockyard_registry import open_registry
from lockyard_registry.api import create_app, running_server
from lockyard_registry.runtime import ManualClock

from .table import COMPAT, EMBEDDED, EXTERNAL, PLAIN, POSTGRES

Json = dict[str, Any]

TOKEN = "contract-token"
MAX_REPLICAS = 50
INVOKE_HOSTS = ("*", "127.0.0.1")
"""Workloads of the tests are on this machine, which no pattern stands for."""
ID = re.compile(r"[0-9a-f]{24}")
IMAGE = "registry.example/echo:1"
NOBODY = "0123456789abcdef01234567"
"""An id that no object has."""

_numbers = itertools.count(1)


def container(**over: Any) -> Json:
    """The smallest container; a value of None leaves the key out."""
    made = {"name": "main", "imageUri": IMAGE, "port": 8080, "primary": True, **over}
    return {key: value for key, value in made.items() if value is not None}


def spec(*containers: Json, **over: Any) -> Json:
    """A spec with one group."""
    return {"containerGroups": [{"name": "default", "containers": list(containers) or [container()]}], **over}


def runtime(**over: Any) -> Json:
    """A runtime with one group."""
    return {"containerGroups": [{"name": "default", "replicaCount": 1, "resourceBundles": ["cpu.small"], **over}]}


def only_container(artifact: Json) -> Json:
    (group,) = artifact["spec"]["containerGroups"]
    (found,) = group["containers"]
    return found


class World:
    """One lane.

    Attributes:
        lane: Its name.
        driver: Who runs workloads.
        client: The interface under test.
        clock: The registry's time.
        raw: Talks HTTP to the same server; None on the embedded lane.
        api: Talks HTTP on every lane: over the socket, or where there is none to the application in this process.
    """

    def __init__(
        self,
        lane: str,
        driver: str,
        client: RegistryClient,
        clock: ManualClock,
        raw: httpx.Client | None,
        api: httpx.Client | TestClient,
    ) -> None:
        self.lane = lane
        self.driver = driver
        self.client = client
        self.clock = clock
        self._raw = raw
        self.api = api
        self.compat = lane == COMPAT
        self.additions = lane != PLAIN
        self.over_http = raw is not None

    @property
    def raw(self) -> httpx.Client:
        assert self._raw is not None
        return self._raw

    def name(self, prefix: str = "thing") -> str:
        """A name that nothing else has."""
        return f"{prefix}-{next(_numbers)}"

    def artifact(self, **over: Any) -> Json:
        """A draft with one container."""
        return self.client.create_artifact({"name": self.name("artifact"), "spec": spec(), **over})

    def locked(self, **over: Any) -> Json:
        """A locked artifact with one container."""
        return self.artifact(status="locked", **over)

    def same_lineage(self, artifact: Json, **over: Any) -> Json:
        """Another artifact in the repository of this one."""
        return self.artifact(artifactRepositoryId=artifact["artifactRepositoryId"], type=artifact["type"], **over)

    def workload(self, artifact: Json | None = None, **over: Any) -> Json:
        """A workload that was just made."""
        artifact = artifact or self.artifact()
        body = {"name": self.name("workload"), "artifactId": artifact["id"], "runtime": runtime(), **over}
        return self.client.create_workload(body)

    def running(self, artifact: Json | None = None, **over: Any) -> Json:
        """A workload that runs."""
        made = self.workload(artifact, **over)
        self.bring_up(made["id"])
        found = self.client.get_workload(made["id"])
        assert found["status"] == "running"
        return found

    def bring_up(self, id: str) -> None:
        """Let the newest generation of a workload become ready."""
        if self.driver == EXTERNAL:
            self.report(id, "ready")
        else:
            self.clock.advance(3)

    def fail(self, id: str) -> None:
        """Let the newest generation of a workload fail; under the simulated driver its image must be `CRASHES`."""
        if self.driver == EXTERNAL:
            self.report(id, "failed", message="CrashLoopBackOff")
        else:
            self.clock.advance(3)

    CRASHES = "registry.example/echo:crash"

    def report(self, id: str, phase: str, **over: Any) -> Json:
        """Report on the newest generation, as whoever applies the objects would."""
        self.clock.advance(1)
        document = self.client.get_workload(id)
        active = document["replacement"]
        going = active is not None and active["status"] not in ("completed", "errored")
        body = {
            "artifactId": active["candidateArtifactId"] if going else document["artifactId"],
            "phase": phase,
            "observedAt": self.clock.now().isoformat(),
            **over,
        }
        return self.client.report_workload(id, body)

    def refused(self, kind: type[ApiError], call: Callable[..., Any], *args: Any, **options: Any) -> ApiError:
        """Make a call that must be refused, in one line."""
        with pytest.raises(ApiError) as caught:
            result = call(*args, **options)
            if isinstance(result, Iterator):
                list(result)
        assert type(caught.value) is kind, caught.value
        assert caught.value.message
        assert "\n" not in str(caught.value)
        return caught.value

    def answered(self, status: int, method: str, path: str, **options: Any) -> Any:
        """Make a call by HTTP and check its status; gives the JSON, or None without a body."""
        response = self.api.request(method, path, **options)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    def protons(self, id: str) -> list[Json]:
        return list(self.client.list_protons(id))


@contextmanager
def open_world(lane: str, driver: str, location: Path | str) -> Iterator[World]:
    """Open a registry of its own behind a lane."""
    clock = ManualClock()
    with ExitStack() as stack:
        registry = open_registry(
            location,
            driver=driver,
            clock=clock,
            compat=ALL_COMPAT if lane == COMPAT else STRICT,
            max_workload_replicas=MAX_REPLICAS,
        )
        stack.callback(registry.close)
        if lane in (EMBEDDED, POSTGRES):
            direct = TestClient(
                create_app(registry, token=TOKEN, invoke_hosts=INVOKE_HOSTS), base_url="http://testserver/api/v2"
            )
            direct.headers["Authorization"] = f"Bearer {TOKEN}"
            yield World(lane, driver, EmbeddedRegistryClient(registry=registry), clock, None, direct)
            return
        app = create_app(registry, token=TOKEN, additions=lane != PLAIN, invoke_hosts=INVOKE_HOSTS)
        url = stack.enter_context(running_server(app))
        client = HttpRegistryClient(url, TOKEN)
        stack.callback(client.close)
        raw = stack.enter_context(
            httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, follow_redirects=False)
        )
        yield World(lane, driver, client, clock, raw, raw)
