"""What the `lockyard admin` commands share."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from ._audit_options import looked_at

if TYPE_CHECKING:
    from lockyard_registry.store import Store

JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@contextmanager
def managed(database: str | None, *, make: bool = False) -> Generator[Store, None, None]:
    """The database of a registry.

    Args:
        database: file or URL; the one of the embedded registry when absent.
        make: make or upgrade it if needed.

    Raises:
        StorageError: it is missing, or has another schema.
    """
    if not make:
        with looked_at(database) as store:
            yield store
        return
    from lockyard_registry import default_database
    from lockyard_registry.store import Store

    store = Store.open(default_database() if database is None else database)
    try:
        yield store
    finally:
        store.close()


def duration(text: str | None) -> timedelta | None:
    """A time such as `90d`, `12h` or `30m`; `never` and nothing are None.

    Raises:
        ConfigurationError: it is none.
    """
    from lockyard.contract import ConfigurationError

    if text is None or text == "never":
        return None
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ConfigurationError(f"'{text}' is no time: write a number and d, h or m, such as 90d, or never")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def show_secret(secret: str) -> None:
    """Prints a token, alone on standard output, so that it can be piped where it belongs."""
    typer.echo("The token, shown only this once:", err=True)
    typer.echo(secret)
