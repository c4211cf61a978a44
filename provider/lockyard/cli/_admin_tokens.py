"""`lockyard admin tokens`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ._admin_store import JsonOption, duration, managed, show_secret
from ._audit_options import DatabaseOption
from ._errors import EXIT_CODES
from ._output import moment, plain, print_json, print_table

app = typer.Typer(
    no_args_is_help=True, epilog=EXIT_CODES, help="Tokens of users. The registry keeps only their hashes."
)


@app.command("list", epilog=EXIT_CODES)
def list_(
    user: Annotated[str | None, typer.Option("--user", metavar="NAME", help="Only those of this user.")] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """List tokens, also those that ended or were revoked; never the tokens themselves."""
    from lockyard_registry.people import list_tokens

    with managed(database) as store:
        found = list_tokens(store, user)
    if as_json:
        print_json([asdict(token) for token in found])
        return
    print_table(
        ("id", "user", "name", "scope", "created", "expires", "revoked"),
        [
            (
                token.id,
                token.username,
                token.name,
                token.scope,
                moment(token.created_at),
                moment(token.expires_at) or "never",
                moment(token.revoked_at),
            )
            for token in found
        ],
        more=False,
        nothing="No tokens.",
    )


@app.command("add", epilog=EXIT_CODES)
def add(
    user: Annotated[str, typer.Argument(metavar="USER", help="Name of the user.")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="What the token is for.")] = "token",
    scope: Annotated[
        str, typer.Option("--scope", metavar="read|write", help="Whether it may change anything.")
    ] = "write",
    expires: Annotated[
        str, typer.Option("--expires", metavar="TIME", help="How long it is taken, such as 90d or 12h, or never.")
    ] = "90d",
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token for a user and print it, once; alone on standard output, so that it can be piped."""
    from lockyard_registry.people import add_token

    lasts = duration(expires)
    with managed(database) as store:
        made = add_token(store, user, name, scope=scope, lasts=lasts)
    if as_json:
        print_json({**asdict(made.token), "secret": made.secret})
        return
    end = moment(made.token.expires_at)
    typer.echo(
        f"made token {made.token.id} of {plain(made.token.username)}, scope {made.token.scope}, "
        f"{f'until {end}' if end else 'without an end'}",
        err=True,
    )
    show_secret(made.secret)


@app.command("revoke", epilog=EXIT_CODES)
def revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the token.")],
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a token for ever. Servers take it for five seconds more at most."""
    from lockyard_registry.people import revoke_token

    with managed(database) as store:
        token = revoke_token(store, id)
    if as_json:
        print_json(asdict(token))
    else:
        typer.echo(f"revoked token {token.id} of {plain(token.username)}")
