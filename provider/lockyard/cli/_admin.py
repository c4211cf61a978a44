"""`lockyard admin`: users, groups, tokens and repairs of a registry, by its database."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from . import _admin_groups, _admin_repair, _admin_tokens, _admin_users
from ._admin_store import JsonOption, managed, show_secret
from ._audit_options import DatabaseOption
from ._errors import EXIT_CODES
from ._output import moment, plain, print_json

app = typer.Typer(
    no_args_is_help=True,
    epilog=EXIT_CODES,
    help="Users, groups and tokens of a registry. Works on its database, so whoever may open that may do everything; "
    "servers notice changes within five seconds.",
)
app.add_typer(_admin_users.app, name="users")
app.add_typer(_admin_groups.app, name="groups")
app.add_typer(_admin_tokens.app, name="tokens")
app.command("repair", epilog=EXIT_CODES)(_admin_repair.repair)


@app.command("init", epilog=EXIT_CODES)
def init(
    username: Annotated[str, typer.Option("--username", metavar="NAME", help="Name of the administrator.")] = "admin",
    token_file: Annotated[
        Path | None,
        typer.Option(
            "--token-file",
            metavar="FILE",
            help="The file with the server's one token of before: it stays valid, as the administrator's.",
        ),
    ] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the first administrator, and print a token once; `lockyard serve --users` does it at its first start.

    From then on every caller of a server needs a token of a user. The administrator takes over all that was made
    before: objects, roles and creation keys. Restart servers that run already.
    """
    from lockyard_registry.api import read_token
    from lockyard_registry.people import bootstrap

    kept = None if token_file is None else read_token(token_file.expanduser())
    with managed(database, make=True) as store:
        made = bootstrap(store, username, keep_token=kept)
    if as_json:
        print_json({"user": asdict(made.user), "token": {**asdict(made.token.token), "secret": made.token.secret}})
        return
    typer.echo(
        f"{plain(made.user.username)} is the first administrator; the token ends at "
        f"{moment(made.token.token.expires_at)}",
        err=True,
    )
    show_secret(made.token.secret)
