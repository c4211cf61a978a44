"""`lockyard admin groups`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ._admin_store import JsonOption, managed
from ._audit_options import DatabaseOption
from ._errors import EXIT_CODES
from ._output import moment, plain, print_json, print_table

if TYPE_CHECKING:
    from lockyard_registry.people import Group

app = typer.Typer(
    no_args_is_help=True, epilog=EXIT_CODES, help="Groups of users; what is shared with a group is its members'."
)

GroupName = Annotated[str, typer.Argument(metavar="GROUP", help="Name of the group.")]
Member = Annotated[str, typer.Argument(metavar="USER", help="Name of the user.")]


@app.command("list", epilog=EXIT_CODES)
def list_(database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """List all groups with their members."""
    from lockyard_registry.people import list_groups

    with managed(database) as store:
        found = list_groups(store)
    if as_json:
        print_json([asdict(group) for group in found])
        return
    print_table(
        ("id", "name", "created", "members"),
        [(group.id, group.name, moment(group.created_at), ", ".join(group.members)) for group in found],
        more=False,
        nothing="No groups.",
    )


@app.command("add", epilog=EXIT_CODES)
def add(name: GroupName, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Make a group without members."""
    from lockyard_registry.people import add_group

    with managed(database) as store:
        _done(add_group(store, name), "made", as_json)


@app.command("remove", epilog=EXIT_CODES)
def remove(name: GroupName, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Remove a group with which nothing is shared."""
    from lockyard_registry.people import remove_group

    with managed(database) as store:
        _done(remove_group(store, name), "removed", as_json)


@app.command("join", epilog=EXIT_CODES)
def join(name: GroupName, user: Member, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """Make a user a member of a group."""
    from lockyard_registry.people import join_group

    with managed(database) as store:
        _done(join_group(store, name, user), "changed", as_json)


@app.command("leave", epilog=EXIT_CODES)
def leave(name: GroupName, user: Member, database: DatabaseOption = None, as_json: JsonOption = False) -> None:
    """End a user's membership in a group."""
    from lockyard_registry.people import leave_group

    with managed(database) as store:
        _done(leave_group(store, name, user), "changed", as_json)


def _done(group: Group, what: str, as_json: bool) -> None:
    if as_json:
        print_json(asdict(group))
    else:
        members = f", members: {', '.join(group.members)}" if group.members else ""
        typer.echo(f"{what} group {plain(group.name)} ({group.id}){plain(members)}")
