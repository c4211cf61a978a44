"""`lockyard migrate`."""

from __future__ import annotations

from typing import Annotated

import typer

from ._admin_store import managed
from ._audit_options import DatabaseOption
from ._output import print_json


def migrate(
    database: DatabaseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Make a registry's database, or bring it to the schema of this version.

    `lockyard serve` does the same when it starts; this is for a step of its own before servers of a new version start.
    All of it happens or nothing, one process does it while others wait, and a second run changes nothing. Make a
    backup or an export before: there is no way back.
    """
    from lockyard_registry.store import HEAD_REVISION

    with managed(database, make=True) as store:
        found = {"registryId": store.registry_id, "schema": HEAD_REVISION, "database": str(store.place)}
    if as_json:
        print_json(found)
    else:
        typer.echo(f"registry {found['registryId']}: the schema is {HEAD_REVISION} in {found['database']}")
