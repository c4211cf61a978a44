"""A registry in a folder of its own, and the command line on it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lockyard.cli import app
from lockyard.client import EmbeddedRegistryClient

SECRET = "hunter2-of-the-test"


@dataclass
class Shop:
    """What the registry of a test holds."""

    client: EmbeddedRegistryClient
    repository: dict[str, Any]
    locked: dict[str, Any]
    draft: dict[str, Any]
    workload: dict[str, Any]


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of nobody but the test."""
    for name in ("LOCKYARD_ENDPOINT", "LOCKYARD_API_TOKEN", "LOCKYARD_DEBUG", "CI"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "data"
    monkeypatch.setenv("LOCKYARD_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def run() -> Callable[..., Result]:
    """Runs the command with these words."""

    def call(*words: str, **options: Any) -> Result:
        return CliRunner().invoke(app, list(words), **options)

    return call


@pytest.fixture
def shop(data_folder: Path) -> Iterator[Shop]:
    """One repository with a locked version, a draft beside it, and a workload on the locked one."""
    client = EmbeddedRegistryClient(data_folder / "registry.db")
    repository = client.create_repository({"name": "chat-api", "type": "service"}, idempotency_key="chat-api")
    locked = client.create_artifact(body("chat-api", repository["id"], status="locked"))
    draft = client.create_artifact(body("chat-next", repository["id"]))
    workload = client.create_workload(
        {
            "name": "chat-prod",
            "artifactId": locked["id"],
            "importance": "high",
            "runtime": {"containerGroups": [{"replicaCount": 2, "resourceBundles": ["cpu.small"]}]},
        }
    )
    yield Shop(client, repository, locked, draft, workload)
    client.close()


def body(name: str, repository_id: str, *, status: str = "draft") -> dict[str, Any]:
    """A body to create an artifact with."""
    container = {
        "name": "server",
        "imageUri": "registry.example/chat-api:1.0.0",
        "port": 8080,
        "environmentVars": [{"name": "PASSWORD", "value": SECRET}],
        "readinessProbe": {"path": "/ready"},
    }
    return {
        "name": name,
        "status": status,
        "artifactRepositoryId": repository_id,
        "spec": {"containerGroups": [{"containers": [container]}]},
    }


@pytest.fixture(autouse=True)
def _keep_signal_handlers():
    """`serve` in this process sets its own."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
