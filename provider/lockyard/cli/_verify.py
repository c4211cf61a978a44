"""`lockyard verify`."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ._audit_options import CheckpointsOption, DatabaseOption, looked_at, settings_of
from ._errors import FAILED
from ._output import plain, print_json

if TYPE_CHECKING:
    from lockyard_registry.audit import Proof, PublicKey
    from lockyard_registry.store import Store

_MOST_SHOWN = 50


def verify(
    database: DatabaseOption = None,
    export: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="An export instead of a database: needs no server and no network."),
    ] = None,
    checkpoints: CheckpointsOption = None,
    public_key: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Public key (`.pub`) that may have signed; repeat it after a change of keys. Default: that of the "
            "checkpoint key beside the data.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Prove that nothing in a registry was changed, rewritten, removed or cut off behind its back.

    Recomputes every digest, every chain of the audit log, and every signed checkpoint, and says since when nothing is
    proved. Exits with 1 when anything is wrong.
    """
    from lockyard.contract import ConfigurationError
    from lockyard_registry import audit, default_database

    if export is not None and database is not None:
        raise ConfigurationError("--export and --database exclude each other: name one of them")
    with _store(database, export) as store:
        # What is beside an export is beside nothing: the key is where the user's own registry has it.
        settings = (
            settings_of(store, place=checkpoints)
            if export is None
            else audit.audit_settings(default_database().parent, place=checkpoints)
        )
        # The export holds copies of the checkpoints; those of another registry beside it say nothing.
        place, witness = None, settings.witness(store.registry_id) if export is None else None
        if export is None or checkpoints is not None:
            place = audit.checkpoint_place(settings.place, store.registry_id)
        proof = audit.verify(store, place, _trusted(public_key, settings.public_key, settings.key), witness)
    if as_json:
        print_json({"clean": proof.clean, **asdict(proof)})
    else:
        _show(proof)
    if not proof.clean:
        raise typer.Exit(FAILED)


def _trusted(given: list[Path] | None, public: Path, private: Path) -> list[PublicKey]:
    from lockyard_registry import audit

    paths = given or [path for path in (public, private) if path.exists()][:1]
    return [audit.read_public_key(path.expanduser()) for path in paths]


@contextmanager
def _store(database: str | None, export: Path | None) -> Generator[Store, None, None]:
    if export is None:
        with looked_at(database) as store:
            yield store
        return
    from lockyard_registry.transfer import import_registry

    with tempfile.TemporaryDirectory(prefix="lockyard-verify-") as folder:
        path = Path(folder, "registry.db")
        import_registry(export, path)
        with looked_at(str(path)) as store:
            yield store


def _show(proof: Proof) -> None:
    typer.echo(f"registry {proof.registry_id}")
    typer.echo(
        f"recomputed: {proof.records} records in {proof.chains} chains, {proof.objects} objects, "
        f"{proof.checkpoints} checkpoints"
    )
    if proof.proved_until:
        typer.echo(f"signed until: {proof.proved_until}")
    if proof.unproved_records:
        typer.echo(
            f"not signed yet: {proof.unproved_records} records since {plain(proof.unproved_since)}: whoever could "
            "write to the database could have rewritten or removed these"
        )
    for note in proof.notes:
        typer.echo(f"note: {plain(note)}")
    for finding in proof.findings[:_MOST_SHOWN]:
        typer.echo(f"{typer.style(finding.what, fg=typer.colors.RED)}: {plain(finding.text)}")
    more = len(proof.findings) - _MOST_SHOWN
    if more > 0:
        typer.echo(f"and {more} more: see --json")
    typer.echo("nothing is wrong" if proof.clean else f"{len(proof.findings)} things are wrong")
