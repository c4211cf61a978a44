"""Our registry server as `lockyard serve` runs it, and the requests of the comparison."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client import Client, for_each
from load import Request
from servers import HOST, Server, running
from versions import Version

API = "/api/v2"
_TOKEN = "bench-token-of-one-run"


@contextmanager
def lockyard_server(folder: Path, *options: str, location: Path | str | None = None) -> Iterator[Server]:
    """A server with a registry in a folder.

    Args:
        folder: for its records and its log.
        options: further ones of `lockyard serve`.
        location: file or URL of its database; a file in the folder when absent.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOCKYARD_", "PYTHON"))}
    environment |= {"LOCKYARD_API_TOKEN": _TOKEN, "LOCKYARD_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    database = str(folder / "registry.db" if location is None else location)
    command = [sys.executable, "-m", "lockyard.cli", "serve", "--host", HOST, "--port", "0", "--database", database]
    headers = {"Authorization": f"Bearer {_TOKEN}", "Content-Type": "application/json"}
    with running([*command, "--log", "none", *options], folder / "lockyard.log", environment, headers, _address) as own:
        yield own


def _address(printed: str) -> str | None:
    # The token's line is the last one before it listens.
    found = re.search(rf"(http://\S+?){API}\n(?:.*\n)*token:", printed)
    return found and found[1]


@dataclass(frozen=True)
class Requests:
    """The requests of the comparison; each list is sent in turn."""

    get: Sequence[Request]
    list_100: Sequence[Request]
    by_tag: Sequence[Request]
    by_name: Sequence[Request]
    register: Sequence[Request]


def fill(server: Server, versions: Sequence[Version]) -> Requests:
    """Registers versions, all of them locked, with their tags.

    Args:
        server: an empty one.
        versions: what to register.
    """

    def connect() -> Client:
        return Client(server.address, server.headers)

    def repository(client: Client, number: int) -> str:
        return client.value("POST", f"{API}/artifactRepositories", {"name": f"model-{number:04d}"})["id"]

    def artifact(client: Client, version: Version) -> str:
        made = client.value("POST", f"{API}/artifacts", _body(version, repositories))
        tags = [{"name": name, "value": value} for name, value in version.tags.items()]
        client.value("PUT", f"{API}/artifacts/{made['id']}/tags", {"tags": tags})
        return made["id"]

    models = sorted({version.model for version in versions})
    repositories = dict(zip(models, for_each(models, connect, repository), strict=True))
    ids = for_each(versions, connect, artifact)
    some = list(dict.fromkeys(tag for version in versions for tag in version.tags.items()))
    return Requests(
        get=[Request("GET", f"{API}/artifacts/{id}") for id in ids],
        list_100=[Request("GET", f"{API}/artifacts?limit=100")],
        by_tag=[Request("GET", f"{API}/artifacts?limit=100&tagKeys={name}&tagValues={value}") for name, value in some],
        by_name=[Request("GET", f"{API}/artifacts?limit=100&search=model-{number:04d}") for number in models],
        register=[
            Request("POST", f"{API}/artifacts", json.dumps(_body(Version(number, "@number@", {}), repositories)))
            for number in models
        ],
    )


def _body(version: Version, repositories: Mapping[int, str]) -> dict[str, Any]:
    return {
        "name": f"model-{version.model:04d}",
        "description": version.description,
        "status": "locked",
        "artifactRepositoryId": repositories[version.model],
        "spec": version.spec,
    }
