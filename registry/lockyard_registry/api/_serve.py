"""Runs the application with uvicorn."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from lockyard.contract import STRICT, Compat, ConfigurationError, ExecutionEnvironment, ResourceBundle

from .. import default_database, open_registry
from ..oidc import OidcSettings
from ._app import create_app
from ._checkpoints import keeping_checkpoints
from ._connection import BoundedHttpProtocol
from ._invoke_hosts import EVERY_HOST
from ._invoke_hosts import invoke_hosts as allowed_hosts
from ._logs import LogFormat, log_to_stderr
from ._paths import API_PATH
from ._process import settle
from ._server_access import server_access
from ._tls import TlsFiles
from ._tls_server import new_event_loop
from ._workers import Worker, run_workers

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8321
# Longer than clients keep idle connections, so that none of them sends into one that is just being closed.
_KEEP_ALIVE_SECONDS = 75
_SHUTDOWN_SECONDS = 10
# After which a process that does not answer is replaced: one that starts on a busy machine may import for that long,
# and one that was killed while it was asked is missed no sooner.
_HUNG_SECONDS = 20
_START_SECONDS = 30.0
_BACKLOG = 2048


def serve(
    database: str | Path | None = None,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    token: str | None = None,
    *,
    token_file: Path | None = None,
    users: bool = False,
    first: bool = True,
    oidc: OidcSettings | None = None,
    driver: str = "external",
    compat: Compat = STRICT,
    additions: bool = True,
    bundles: tuple[ResourceBundle, ...] | None = None,
    environments: tuple[ExecutionEnvironment, ...] | None = None,
    max_workloads: int = 0,
    max_replicas: int = 0,
    credentials_key: Path | None = None,
    invoke_hosts: Sequence[str] = EVERY_HOST,
    invoke_headers: Sequence[str] = (),
    invoke_url: str | None = None,
    rate: str | None = None,
    log: LogFormat = "none",
    tls: TlsFiles | None = None,
    workers: int = 1,
    checkpoints: str | None = None,
    checkpoint_key: Path | None = None,
    say: Callable[[str], None] = print,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Serve a registry until the process is told to end.

    Args:
        database: Path of the SQLite file, or a database URL; the user's own database when absent.
        host: Address to listen on.
        port: Port to listen on; 0 for any free one.
        token: The token that callers must send. Absent: from `token_file`, else `LOCKYARD_API_TOKEN`, else one is made
            and kept in the data folder.
        token_file: A file that holds the token.
        users: Callers are users with tokens and roles of their own; the first start makes the first administrator and
            shows a token once. A registry that has users stays so, whatever is said here, and takes no other token.
        first: The first start with users makes the first administrator and shows a token; False leaves that to
            `lockyard admin init`.
        oidc: An issuer whose tokens are taken from users, too; needs no `users`.
        driver: Who runs workloads: `external` or `simulated`.
        compat: Which disputed rules are relaxed.
        additions: False serves the Workload API alone.
        bundles: The resource bundles that workloads may name; absent: see `open_registry`.
        environments: The execution environments that builds may start from; absent: see `open_registry`.
        max_workloads: Most workloads that are not stopped; 0 for no limit.
        max_replicas: Most replicas a workload may ask for; 0 for no limit.
        credentials_key: File of the key that encrypts credentials; absent: see `open_registry`.
        invoke_hosts: Hosts that requests to workloads may be forwarded to; see `create_app`.
        invoke_headers: Headers that are forwarded besides the usual ones; see `create_app`.
        invoke_url: The origin that workloads are invoked at; see `create_app`.
        rate: How often one caller may ask, such as `200/second`; None for no limit.
        log: Form of the log on standard error: `text`, `json` or `none` (errors only).
        tls: Certificate and key to serve HTTPS with; None serves HTTP.
        workers: Processes that answer. With several of them this one only watches them and signs checkpoints.
        checkpoints: Folder or `s3://` URL of the audit log's checkpoints, `off` for none. Absent:
            `LOCKYARD_CHECKPOINTS`, else the folder `checkpoints` beside the data.
        checkpoint_key: File of the key that signs them. Absent: `LOCKYARD_CHECKPOINT_KEY`, else beside the data.
        say: Shows one line to the user.
        environ: The environment; this process's when absent.

    Raises:
        ConfigurationError: The token, the address, the rate, the certificate, the invocations, the bundles or
            the checkpoints' key or place cannot be used.
        StorageError: The database cannot be used.
    """
    if tls is not None:
        tls.check()
    log_to_stderr(log)
    opened = {
        "location": default_database() if database is None else database,
        "driver": driver,
        "compat": compat,
        "bundles": bundles,
        "environments": environments,
        "max_concurrent_workloads": max_workloads,
        "max_workload_replicas": max_replicas,
        "credentials_key": credentials_key,
    }
    registry = open_registry(**opened)
    try:
        access = server_access(
            registry, token=token, token_file=token_file, users=users, oidc=oidc, first=first, environ=environ
        )
        created = {
            "token": access.token,
            "users": access.users,
            "oidc": access.oidc,
            "additions": additions,
            "rate": rate,
            "invoke_hosts": tuple(invoke_hosts),
            "invoke_headers": tuple(invoke_headers),
            "invoke_url": invoke_url,
        }
        # Made here in any case: what is wrong with it is then said at once and by this process.
        app = create_app(registry, **created)
        with _listen(host, port) as listener:
            say(f"registry {registry.registry_id}: {_address(listener, host, 'https' if tls else 'http')}")
            say(f"data: {registry.location}; workloads are run by: {registry.driver.name}")
            # Made-up addresses of workloads must lead nowhere that the operator does not know of.
            at = f"workloads are invoked at {app.state.invoke_url}; " if app.state.invoke_url else ""
            say(f"invoke: {at}requests go to {allowed_hosts(invoke_hosts).sentence()}")
            for line in access.lines:
                say(line)
            signed = keeping_checkpoints(registry, place=checkpoints, key=checkpoint_key, say=say, environ=environ)
            # uvicorn ends in good order on Ctrl-C and raises it again afterwards.
            with signed, suppress(KeyboardInterrupt):
                if workers == 1:
                    settle()
                    uvicorn.Server(_config(app, tls)).run(sockets=[listener])
                else:
                    run_workers(_config(Worker(opened, created, log), tls, workers), listener)
    finally:
        registry.close()


@contextmanager
def running_server(app: FastAPI, host: str = DEFAULT_HOST, port: int = 0) -> Generator[str, None, None]:
    """Serve an application in a thread of this process while the context lasts.

    Args:
        app: The application.
        host: Address to listen on.
        port: Port to listen on; 0 for any free one.

    Yields:
        The API's address, such as `http://127.0.0.1:40123/api/v2`.

    Raises:
        ConfigurationError: The address cannot be used.
        TimeoutError: The server did not come up.
    """
    with _listen(host, port) as listener:
        server = uvicorn.Server(_config(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not server.started:
                if not thread.is_alive() or time.monotonic() > deadline:
                    raise TimeoutError(f"the server on {host} did not come up")
                time.sleep(0.005)
            yield _address(listener, host)
        finally:
            server.should_exit = True
            thread.join(_START_SECONDS)


def _config(app: FastAPI | Worker, tls: TlsFiles | None = None, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, Worker),
        workers=workers,
        lifespan="off",
        http=BoundedHttpProtocol,
        loop=f"{new_event_loop.__module__}:{new_event_loop.__name__}",
        ws="none",
        # What is logged, and how, is for `log_to_stderr` to say.
        log_config=None,
        access_log=False,
        ssl_certfile=tls.certificate if tls else None,
        ssl_keyfile=tls.key if tls else None,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        timeout_worker_healthcheck=_HUNG_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it every answer would take 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(
            f"cannot listen on {host} port {port} ({why}): choose another address or port"
        ) from None
    return listener


def _address(listener: socket.socket, host: str, scheme: str = "http") -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{listener.getsockname()[1]}{API_PATH}"
