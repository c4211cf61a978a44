"""A real registry server on the loopback interface, with a clock that a test can turn."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from lockyard.client import HttpRegistryClient, RegistryClient
from lockyard_registry import open_registry
from lockyard_registry.api import create_app
from lockyard_registry.runtime import ManualClock

START_SECONDS = 30.0


class Server:
    """`lockyard serve` as a thread.

    Args:
        database: Where the records are kept.
        additions: Whether it offers what the contract does not have.
        driver: Who runs workloads.
    """

    TOKEN = "engine-test-token-4f1d"

    def __init__(self, database: Path, *, additions: bool = True, driver: str = "external") -> None:
        self.clock = ManualClock()
        database.parent.mkdir(parents=True, exist_ok=True)
        registry = open_registry(str(database), driver=driver, clock=self.clock)
        app = create_app(registry, token=self.TOKEN, additions=additions)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._registry = registry
        self._client: RegistryClient | None = None

    @property
    def variables(self) -> dict[str, str]:
        """What makes a project use this server."""
        return {"LOCKYARD_ENDPOINT": self.address, "LOCKYARD_API_TOKEN": self.TOKEN}

    @property
    def client(self) -> RegistryClient:
        """A client of it."""
        if self._client is None:
            self._client = HttpRegistryClient(f"{self.address}/api/v2", self.TOKEN)
        return self._client

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            self._client.close()
        self._server.should_exit = True
        self._thread.join(timeout=START_SECONDS)
        self._socket.close()
        self._registry.close()
