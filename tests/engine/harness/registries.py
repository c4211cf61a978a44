"""The embedded registry of a project, seen from the test."""

from __future__ import annotations

from pathlib import Path

from lockyard.client import EmbeddedRegistryClient, RegistryClient

DATABASE = "registry.db"


def embedded_client(data: Path) -> RegistryClient:
    """A client on the same database as the plugin's, in another process."""
    data.mkdir(parents=True, exist_ok=True)
    return EmbeddedRegistryClient(data / DATABASE)
