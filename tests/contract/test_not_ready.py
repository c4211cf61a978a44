"""A server that cannot store changes says so: `/readyz`, until it can again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from lockyard_registry import open_registry
from lockyard_registry.api import create_app, running_server

from .world import spec

TOKEN = "t0ken-for-tests"


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Served:
    """A registry's server."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
        self._root = url.removesuffix("/api/v2")

    def register(self) -> int:
        """The answer to a new artifact."""
        return self._client.post("/artifacts", json={"name": "a", "type": "service", "spec": spec()}).status_code

    def ready(self) -> int:
        """The answer to a load balancer."""
        return self._client.get(f"{self._root}/readyz").status_code


@contextmanager
def served(location: Path | str) -> Iterator[Served]:
    registry = open_registry(location)
    try:
        with running_server(create_app(registry, token=TOKEN)) as url:
            yield Served(url)
    finally:
        registry.close()


def test_a_full_disk_until_there_is_room_again(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "16m") as disk, served(disk / "registry.db") as server:
        assert (server.register(), server.ready()) == (201, 200)
        filler = disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        assert [server.ready() for _ in range(2)] == [503, 503]  # before anybody tried to write
        # Some changes still fit into what the file has.
        assert 503 in [server.register() for _ in range(300)]
        assert server.ready() == 503
        filler.unlink()
        assert server.ready() == 200  # by itself: nobody sends changes to a server that is not ready
        assert server.register() == 201


def test_postgresql_that_only_reads(postgres, postgres_url: str) -> None:  # pyright: ignore
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    with served(postgres_url) as server:
        assert server.ready() == 200
        with postgres.connect() as admin:
            admin.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        assert server.ready() == 503
        with postgres.connect() as admin:
            admin.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        assert (server.ready(), server.register()) == (200, 201)
