"""MLflow's own registry server, and the requests of the comparison to it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from client import Client, for_each
from engine import BenchmarkError
from load import Request
from lockyard_server import Requests
from servers import HOST, Server, free_port, running
from versions import Version

VERSION = "3.17.2"
API = "/api/2.0/mlflow"
_INSTALL_SECONDS = 900

WAYS: dict[str, tuple[str, ...]] = {
    "uvicorn": ("--uvicorn-opts", "--log-level warning --no-access-log"),
    "gunicorn": ("--gunicorn-opts", "--log-level warning"),
    "gunicorn with threads": ("--gunicorn-opts", "--log-level warning --worker-class gthread --threads 16"),
}
"""The ways of running it that its documentation knows, by name; each takes a number of workers besides."""


def environment_folder() -> Path:
    """The virtual environment with MLflow, made if it is not there: in the user's cache folder.

    Raises:
        BenchmarkError: it cannot be installed.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    python = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    root = (Path(base) if base else Path.home() / ".cache") / "lockyard" / "benchmarks"
    folder = root / f"mlflow-{VERSION}-postgres-{python}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        print(f"benchmarks: installing MLflow {VERSION} into {folder}", file=sys.stderr)
        pip = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", str(folder / "bin" / "python")]
        for command in (
            [sys.executable, "-m", "venv", "--without-pip", str(folder)],
            [*pip, f"mlflow=={VERSION}", "psycopg[binary]"],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False)
            if done.returncode:
                raise BenchmarkError(f"MLflow {VERSION} cannot be installed: {done.stderr.strip()[-2000:]}")
        (folder / "complete").touch()
    return folder


@contextmanager
def mlflow_server(folder: Path, workers: int, way: str, *, location: str | None = None) -> Iterator[Server]:
    """A server with a registry of its own.

    Args:
        folder: for its records and its log.
        workers: how many processes answer.
        way: one of `WAYS`.
        location: URL of its database; a SQLite file in the folder when absent.
    """
    binaries = environment_folder() / "bin"
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "PYTHON"))}
    environment |= {
        "PATH": os.pathsep.join([str(binaries), environment.get("PATH", os.defpath)]),
        # Nothing of it that the registry does not need.
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    address = f"http://{HOST}:{port}"
    command = [
        *(str(binaries / "python"), "-m", "mlflow", "server", "--host", HOST, "--port", str(port)),
        *("--workers", str(workers), "--backend-store-uri", location or f"sqlite:///{folder / 'mlflow.db'}"),
        *("--no-serve-artifacts", "--default-artifact-root", str(folder / "files"), *WAYS[way]),
    ]
    headers = {"Content-Type": "application/json"}

    def find(printed: str) -> str | None:
        return address if _answers(address) else None

    with running(command, folder / "mlflow.log", environment, headers, find) as server:
        yield server


def fill(server: Server, versions: Sequence[Version]) -> Requests:
    """Registers the same versions as `lockyard_server.fill`.

    Args:
        server: an empty one.
        versions: what to register.
    """

    def connect() -> Client:
        return Client(server.address, server.headers)

    def model(client: Client, number: int) -> None:
        client.value("POST", f"{API}/registered-models/create", {"name": f"model-{number:04d}"})

    def version(client: Client, version: Version) -> str:
        made = client.value("POST", f"{API}/model-versions/create", _body(version))
        return made["model_version"]["version"]

    models = sorted({each.model for each in versions})
    for_each(models, connect, model)
    numbers = for_each(versions, connect, version)
    tags = list(dict.fromkeys(tag for each in versions for tag in each.tags.items()))
    search = f"{API}/model-versions/search?max_results=100"
    return Requests(
        get=[
            Request("GET", f"{API}/model-versions/get?name=model-{each.model:04d}&version={number}")
            for each, number in zip(versions, numbers, strict=True)
        ],
        list_100=[Request("GET", search)],
        by_tag=[Request("GET", search + "&filter=" + quote(f"tags.{name} = '{value}'")) for name, value in tags],
        by_name=[Request("GET", search + "&filter=" + quote(f"name = 'model-{number:04d}'")) for number in models],
        register=[
            Request("POST", f"{API}/model-versions/create", json.dumps(_body(Version(number, "@number@", {}))))
            for number in models
        ],
    )


def _body(version: Version) -> dict[str, Any]:
    return {
        "name": f"model-{version.model:04d}",
        # It takes no address of an image; a bucket is where its models are.
        "source": "s3://" + re.sub(r"[:.]", "/", version.image),
        "description": version.description,
        "tags": [{"key": name, "value": value} for name, value in version.tags.items()],
    }


def _answers(address: str) -> bool:
    client = Client(address, {})
    try:
        return client.send("GET", "/health").status == 200
    except OSError:
        return False
    finally:
        client.close()
