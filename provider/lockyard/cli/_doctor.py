"""`lockyard doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ._audit_options import DatabaseOption
from ._errors import FAILED
from ._options import Endpoint
from ._output import plain, print_json
from ._registry import read_settings

if TYPE_CHECKING:
    from ._checks import Check


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    endpoint: Endpoint = None,
    database: DatabaseOption = None,
) -> None:
    """Say what is configured, where the data is, and whether it is healthy.

    With --database it looks into the database of a server, where it also finds what was taken over in earlier versions.

    Nothing is changed, and no token is shown. The exit code is 1 if anything fails.
    """
    checks = list(_all(endpoint, database))
    failed = any(check.status == "fail" for check in checks)
    if as_json:
        print_json({"healthy": not failed, "checks": [asdict(check) for check in checks]})
    else:
        width = max(len(check.name) for check in checks)
        for check in checks:
            typer.echo(f"{_mark(check.status)}  {check.name.ljust(width)}  {plain(check.found)}")
            if check.advice and check.status != "ok":
                typer.echo(f"      {' ' * width}  -> {plain(check.advice)}")
    if failed:
        raise typer.Exit(FAILED)


def _all(endpoint: str | None, database: str | None) -> Iterator[Check]:
    from lockyard.contract import ConfigurationError

    from ._checks import Check, database_checks, embedded_checks, program_checks, server_checks, setting_checks

    try:
        settings = read_settings(endpoint)
    except ConfigurationError as error:
        yield Check("settings", "fail", str(error), "see above")
    else:
        yield from setting_checks(settings)
        if database is not None:
            yield from database_checks(database)
        elif settings.embedded:
            from lockyard_registry import default_database

            source = "LOCKYARD_DATA_DIR" if os.environ.get("LOCKYARD_DATA_DIR") else "default"
            yield from embedded_checks(default_database(), source)
        else:
            yield from server_checks(settings)
    yield from program_checks(os.environ)


def _mark(status: str) -> str:
    colour = {"ok": typer.colors.GREEN, "warn": typer.colors.YELLOW, "fail": typer.colors.RED}[status]
    return typer.style(status.ljust(4), fg=colour)
