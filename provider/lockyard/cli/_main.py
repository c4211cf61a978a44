"""The top of the command line. Nothing heavy is imported before a command runs, so that help is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from . import (
    _admin,
    _artifacts,
    _check,
    _doctor,
    _export,
    _import,
    _migrate,
    _reap,
    _repositories,
    _serve,
    _verify,
    _workloads,
)
from ._errors import EXIT_CODES, OneLineErrors

app = typer.Typer(
    name="lockyard",
    cls=OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=EXIT_CODES,
    help="Look into a Lockyard registry, serve one, find out what is wrong, and end drafts on a cluster.",
)
app.add_typer(_artifacts.app, name="artifacts")
app.add_typer(_repositories.app, name="repositories")
app.add_typer(_workloads.app, name="workloads")
app.add_typer(_admin.app, name="admin")
app.command("serve", epilog=EXIT_CODES)(_serve.serve)
app.command("check", epilog=EXIT_CODES)(_check.check)
app.command("doctor", epilog=EXIT_CODES)(_doctor.doctor)
app.command("migrate", epilog=EXIT_CODES)(_migrate.migrate)
app.command("verify", epilog=EXIT_CODES)(_verify.verify)
app.command("export", epilog=EXIT_CODES)(_export.export)
app.command("import", epilog=EXIT_CODES)(_import.import_)
app.command("reap", epilog=EXIT_CODES)(_reap.reap)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"lockyard {version('lockyard')}")
        raise typer.Exit()


@app.callback()
def _lockyard(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the `lockyard` command and exits with its code."""
    app()
