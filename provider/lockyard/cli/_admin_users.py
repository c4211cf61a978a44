"""`lockyard admin users`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ._admin_store import JsonOption, managed
from ._audit_options import DatabaseOption
from ._errors import EXIT_CODES
from ._output import moment, plain, print_json, print_table

if TYPE_CHECKING:
    from lockyard_registry.people import User

app = typer.Typer(no_args_is_help=True, epilog=EXIT_CODES, help="Who there is.")

Username = Annotated[str, typer.Argument(metavar="NAME", help="Name of the user.")]
FullName = Annotated[str | None, typer.Option("--full-name", metavar="TEXT", help="The user's name for people.")]
Email = Annotated[str | None, typer.Option("--email", metavar="TEXT", help="The user's address.")]


@app.command("list", epilog=EXIT_CODES)
def list_(database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List all users."""
    from lockyard_registry.people import list_users

    with managed(database) as store:
        found = list_users(store)
    if as_json:
        print_json([asdict(user) for user in found])
        return
    print_table(
        ("id", "name", "administrator", "disabled", "issuer", "created"),
        [
            (user.id, user.username, user.administrator, user.disabled, user.issuer, moment(user.created_at))
            for user in found
        ],
        more=False,
        nothing="No users: this registry belongs to one person (lockyard admin init).",
    )


@app.command("add", epilog=EXIT_CODES)
def add(
    name: Username,
    full_name: FullName = None,
    email: Email = None,
    administrator: Annotated[
        bool, typer.Option("--administrator", help="May do everything, whatever the roles say.")
    ] = False,
    issuer: Annotated[
        str | None,
        typer.Option("--issuer", metavar="URL", help="The OIDC issuer that knows the user; needs --subject."),
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", metavar="TEXT", help="Who the user is to that issuer (the claim `sub`).")
    ] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a user. Who comes by an OIDC issuer becomes one at the first visit and needs no `add`.

    With --issuer and --subject somebody who was never here can be given a name, roles or all rights beforehand.
    """
    from lockyard.contract import ConfigurationError
    from lockyard_registry.people import add_user

    if (issuer is None) != (subject is None):
        raise ConfigurationError("--issuer and --subject belong together: give both")
    with managed(database) as store:
        user = add_user(
            store,
            name,
            full_name=full_name,
            email=email,
            administrator=administrator,
            issuer=issuer,
            subject=subject,
        )
    _done(user, "made", as_json)


@app.command("change", epilog=EXIT_CODES)
def change(
    name: Username,
    full_name: FullName = None,
    email: Email = None,
    administrator: Annotated[
        bool | None,
        typer.Option("--administrator/--no-administrator", help="Whether the user may do everything."),
    ] = None,
    disabled: Annotated[
        bool | None,
        typer.Option(
            "--disable/--enable", help="Whether no token of the user is taken any more; roles and objects stay."
        ),
    ] = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change what is given of a user. Users are never removed, since the audit log speaks of them: disable them."""
    from lockyard_registry.people import change_user

    with managed(database) as store:
        user = change_user(
            store, name, full_name=full_name, email=email, administrator=administrator, disabled=disabled
        )
    _done(user, "changed", as_json)


def _done(user: User, what: str, as_json: bool) -> None:
    if as_json:
        print_json(asdict(user))
    else:
        typer.echo(f"{what} user {plain(user.username)} ({user.id})")
