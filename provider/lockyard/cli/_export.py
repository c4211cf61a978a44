"""`lockyard export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ._audit_options import CheckpointsOption, DatabaseOption, KeyOption, looked_at, settings_of

COUNTED = {"repositories": "artifact_repositories", "artifacts": "artifacts", "workloads": "workloads"}


def export(
    file: Annotated[Path, typer.Argument(help="The file to write, such as registry.lockyard.gz.")],
    database: DatabaseOption = None,
    checkpoints: CheckpointsOption = None,
    checkpoint_key: KeyOption = None,
    checkpoint: Annotated[
        bool, typer.Option("--checkpoint/--no-checkpoint", help="Whether to sign the log's present end first.")
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write a whole registry, with its audit log and checkpoints, to one file.

    Servers may go on meanwhile: the file is of one moment. It may hold secrets, as the database does, and only you may
    read it. `lockyard import` makes a registry from it, on SQLite or PostgreSQL; `lockyard verify --export` proves it.
    """
    from lockyard_registry import audit
    from lockyard_registry.transfer import export_registry

    with looked_at(database) as store:
        obstacle = store.obstacle() if checkpoint else ""
        if obstacle:
            typer.echo(f"no checkpoint was signed ({obstacle}): the export holds those that were made", err=True)
        elif checkpoint:
            settings = settings_of(store, checkpoint_key, checkpoints)
            place = audit.checkpoint_place(settings.place, store.registry_id)
            audit.make_checkpoints(store, audit.signing_key(settings.key), place)
        done = export_registry(store, file.expanduser(), replace=force)
    counts = ", ".join(f"{done.rows[table]} {name}" for name, table in COUNTED.items())
    typer.echo(f"registry {done.registry_id}: {counts}, {done.rows['audit']} audit records")
    typer.echo(f"written to {done.path}")
