"""`lockyard serve`."""

from __future__ import annotations

import signal
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from ._audit_options import KeyOption


class _Log(StrEnum):
    TEXT = "text"
    JSON = "json"
    NONE = "none"


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free one.")] = 8321,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            envvar="LOCKYARD_DATABASE",
            help="The SQLite file, or a `postgresql://` URL. Default: the file of the embedded registry.",
        ),
    ] = None,
    driver: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Who runs workloads: `external` (components report what runs) or `simulated` (a stand-in for "
            "demonstrations: nothing really runs).",
        ),
    ] = "external",
    token_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A file with the token that callers must send. Default: LOCKYARD_API_TOKEN, else a token is made and "
            "kept in the data folder.",
        ),
    ] = None,
    users: Annotated[
        bool,
        typer.Option(
            "--users",
            help="Callers are users with tokens and roles of their own. The first start makes the first administrator "
            "and shows a token, once. From then on the registry has users without this option, too.",
        ),
    ] = False,
    show_first_token: Annotated[
        bool,
        typer.Option(
            "--show-first-token/--no-show-first-token",
            help="Whether the first start with --users makes the first administrator and shows a token. Without it "
            "`lockyard admin init` does: for servers whose output is kept as a log.",
        ),
    ] = True,
    oidc_issuer: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="LOCKYARD_OIDC_ISSUER",
            help="Also take tokens of this OpenID Connect issuer. Needs --oidc-audience; means --users.",
        ),
    ] = None,
    oidc_audience: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", envvar="LOCKYARD_OIDC_AUDIENCE", help="What the issuer's tokens must be made for."
        ),
    ] = None,
    oidc_name_claim: Annotated[
        str, typer.Option(metavar="CLAIM", help="The claim that names a user at the first visit.")
    ] = "preferred_username",
    oidc_groups_claim: Annotated[
        str | None,
        typer.Option(
            metavar="CLAIM",
            help="The claim with names of groups; those that the registry has count. Default: none are taken over.",
        ),
    ] = None,
    compat: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            help="Relax disputed rules: `all`, or cascade_locked_delete, agent_types, loose_names, comma-separated.",
        ),
    ] = "",
    additions: Annotated[
        bool,
        typer.Option(
            "--additions/--no-additions", help="Whether to offer what goes beyond the Workload API, such as claims."
        ),
    ] = True,
    bundles: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A JSON file with the resource bundles that workloads may name: a list instead of the default ones, "
            'or `{"extend": true, "bundles": [...]}` beside them. Default: LOCKYARD_BUNDLES, else the default ones.',
        ),
    ] = None,
    environments: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A JSON file with the execution environments that builds may start from: a list instead of the "
            'default ones, or `{"extend": true, "environments": [...]}`. Default: LOCKYARD_ENVIRONMENTS, else plain '
            "Python images.",
        ),
    ] = None,
    max_workloads: Annotated[
        int, typer.Option(min=0, help="Most workloads that are not stopped; one more is refused. 0: no limit.")
    ] = 0,
    max_replicas: Annotated[
        int, typer.Option(min=0, help="Most replicas that a workload may ask for. 0: no limit.")
    ] = 0,
    credentials_key: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            envvar="LOCKYARD_CREDENTIALS_KEY",
            help="The key that credentials are encrypted with; made at the first one. Default: `credentials-key` "
            "beside the data.",
        ),
    ] = None,
    invoke_hosts: Annotated[
        str,
        typer.Option(
            metavar="HOSTS",
            envvar="LOCKYARD_INVOKE_HOSTS",
            help="Hosts that requests to workloads may be forwarded to: names, patterns, addresses and networks, such "
            "as `*.svc,*.svc.cluster.local`. Loopback, link-local, metadata and reserved addresses are never among "
            "them unless they, or a name that leads there, are written out: `*,127.0.0.1`.",
        ),
    ] = "*",
    invoke_headers: Annotated[
        str,
        typer.Option(
            metavar="NAMES",
            envvar="LOCKYARD_INVOKE_HEADERS",
            help="Headers that are passed between callers and workloads besides the usual ones, such as "
            "`X-Api-Key,X-Own-*`.",
        ),
    ] = "",
    invoke_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            envvar="LOCKYARD_INVOKE_URL",
            help="An origin for workloads alone, such as `https://models.example`: another name of this server. "
            "Endpoints begin with it, and the API is not served under it. Default: workloads share the API's origin, "
            "and browsers run nothing of what they answer.",
        ),
    ] = None,
    rate_limit: Annotated[
        str | None,
        typer.Option(
            metavar="RATE",
            help="How often one caller may ask, such as `200/second`; more is answered with 429. Default: no limit.",
        ),
    ] = None,
    log: Annotated[
        _Log,
        typer.Option(help="The log on standard error: a line for every request as text or JSON, or errors only."),
    ] = _Log.TEXT,
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help="Processes that answer, about as many as the machine has cores. A rate limit holds for each of them.",
        ),
    ] = 1,
    tls_certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="PEM certificate; serves HTTPS. Needs --tls-key.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE", help="PEM key of the certificate.")] = None,
    checkpoints: Annotated[
        str | None,
        typer.Option(
            metavar="PLACE",
            help="Folder or `s3://bucket/prefix?lockDays=365` for the signed checkpoints of the audit log; `off` makes "
            "none. Default: LOCKYARD_CHECKPOINTS, else the folder `checkpoints` beside the data.",
        ),
    ] = None,
    checkpoint_key: KeyOption = None,
) -> None:
    """Serve a registry over HTTP until Ctrl-C or SIGTERM.

    Without --users the data and the one token are the user's own: whoever has the token may do everything.
    """
    from lockyard.contract import Compat, ConfigurationError
    from lockyard_registry import api, read_bundles, read_environments
    from lockyard_registry.oidc import oidc_settings

    if (tls_certificate is None) != (tls_key is None):
        raise ConfigurationError("HTTPS needs both --tls-certificate and --tls-key: give the other one, too")
    relaxed = Compat.from_names(compat)
    # Uvicorn finishes what is under way, then hands the signal on: being stopped is no failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    if driver == "simulated":
        typer.echo(
            "The driver `simulated` is a stand-in: workloads change their status by the clock, nothing really runs."
        )
    api.serve(
        database,
        host,
        port,
        token_file=token_file,
        users=users,
        first=show_first_token,
        oidc=oidc_settings(oidc_issuer, oidc_audience, name_claim=oidc_name_claim, groups_claim=oidc_groups_claim),
        driver=driver,
        compat=relaxed,
        additions=additions,
        bundles=read_bundles(bundles, "--bundles") if bundles else None,
        environments=read_environments(environments, "--environments") if environments else None,
        max_workloads=max_workloads,
        max_replicas=max_replicas,
        credentials_key=credentials_key,
        invoke_hosts=_listed(invoke_hosts),
        invoke_headers=_listed(invoke_headers),
        invoke_url=invoke_url or None,
        rate=rate_limit,
        log=log.value,
        checkpoints=checkpoints,
        checkpoint_key=checkpoint_key,
        tls=api.TlsFiles(tls_certificate, tls_key) if tls_certificate and tls_key else None,
        workers=workers,
        say=typer.echo,
    )
    # Who watches workers takes the signal itself and comes back here.
    typer.echo("stopped")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in text.split(",") if entry.strip())


def _stop(number: int, frame: FrameType | None) -> None:
    typer.echo("stopped")
    raise typer.Exit()
