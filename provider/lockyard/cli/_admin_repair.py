"""`lockyard admin repair`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ._admin_store import JsonOption, managed
from ._audit_options import DatabaseOption
from ._output import moment, plain, print_json

if TYPE_CHECKING:
    from lockyard_registry.lifecycle import Takeover
    from lockyard_registry.store import Store


def repair(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give objects back that somebody took over in versions before schema 0007.

    There a repository could be made under the id of another object, and its maker then owned both. Such repositories
    are removed with everything in them, roles that strangers gave are taken away, and what nobody owns any more goes to
    who made it. The audit log tells of it. What strangers changed otherwise is listed, for the owners to look at.
    """
    with managed(database) as store:
        found = _found(store) if dry_run else _mended(store)
    if as_json:
        print_json({"mended": not dry_run, "objects": [asdict(each) for each in found]})
        return
    for each in found:
        typer.echo(plain(f"{each.kind} {each.id}: {'; '.join(_steps(each, done=not dry_run))}"))
        for at, action, name in each.changes:
            typer.echo(plain(f"    {moment(at)}  {action} by {name}"))
    if not found:
        typer.echo("No object was taken over.")


def _found(store: Store) -> list[Takeover]:
    from lockyard_registry.lifecycle import find_takeovers

    with store.read() as tx:
        return find_takeovers(tx, store.registry_id)


def _mended(store: Store) -> list[Takeover]:
    from lockyard.contract import STRICT
    from lockyard_registry.lifecycle import Caller, Registry, mend_takeovers
    from lockyard_registry.people import operator
    from lockyard_registry.runtime import SystemClock, get_driver

    id, name = operator()
    registry = Registry(store, SystemClock(), get_driver("external"), STRICT, ())
    return mend_takeovers(registry, Caller(id, name, "", administrator=True))


def _steps(taken: Takeover, *, done: bool) -> Iterator[str]:
    if taken.repository:
        yield "the repository under its id was removed" if done else "a repository under its id is to be removed"
    for grant in taken.strangers:
        who = f"the role {grant.role} of {grant.recipient_name} ({grant.recipient_id})"
        yield f"{who} was taken away" if done else f"{who} is to be taken away"
    if taken.owner is not None:
        yield f"{taken.owner[1]} owns it again" if done else f"{taken.owner[1]}, who made it, is to own it again"
