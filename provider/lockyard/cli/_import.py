"""`lockyard import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._audit_options import CheckpointsOption, looked_at, settings_of
from ._export import COUNTED


def import_(
    file: Annotated[Path, typer.Argument(help="A file that `lockyard export` wrote.")],
    database: Annotated[
        str,
        typer.Option(
            "--database",
            metavar="FILE|URL",
            envvar="LOCKYARD_DATABASE",
            help="A SQLite file or `postgresql://` URL with nothing in it.",
        ),
    ],
    checkpoints: CheckpointsOption = None,
) -> None:
    """Make a registry from an export: all of it, or nothing.

    The registry keeps its id, so stacks that live in it find it again; take the old one out of service first. Its
    checkpoints are put in their place, too. Their key is in no export: move the key's file as well, or name its `.pub`
    to `lockyard verify`.
    """
    from lockyard_registry import audit
    from lockyard_registry.transfer import import_registry

    done = import_registry(file.expanduser(), database)
    with looked_at(database) as store:
        settings = settings_of(store, place=checkpoints)
        place = audit.checkpoint_place(settings.place, store.registry_id)
        kept = audit.restore_checkpoints(store, place, settings.witness(store.registry_id))
    counts = ", ".join(f"{done.rows.get(table, 0)} {name}" for name, table in COUNTED.items())
    typer.echo(f"registry {done.registry_id}: {counts}, {done.rows.get('audit', 0)} audit records, as of {done.at}")
    if kept:
        typer.echo(f"{kept} checkpoints in {place.shown}")
    typer.echo("prove it with `lockyard verify`, naming the same database")
