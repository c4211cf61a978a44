"""How results are printed: tables for people, tab-separated lines for pipes, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import typer

HIDDEN: Final = "(hidden)"

_ALWAYS, _GAP, _SHORT_NAME = 3, 3, 20

Fields = Sequence[tuple[str, Any]]
"""Lines of a human view: what it is and its value; lines without a value are left out."""


def print_json(value: Any) -> None:
    """Prints a document, or a list of them: exact JSON, in which what a terminal would obey is escaped."""
    from lockyard.contract import escaped

    typer.echo(escaped(json.dumps(value, indent=2, ensure_ascii=False)))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], *, more: bool, nothing: str) -> None:
    """Prints a table: drawn on a terminal, otherwise one tab-separated line a row under a line of names.

    Args:
        columns: Names of the columns.
        rows: Values; None prints as nothing.
        more: The limit cut the list off.
        nothing: What to say to people when there are no rows.
    """
    cells = [[plain(value) for value in row] for row in rows]
    if sys.stdout.isatty():
        if cells:
            _draw(columns, cells)
        else:
            typer.echo(nothing)
    else:
        for line in ([name.upper().replace(" ", "_") for name in columns], *cells):
            typer.echo("\t".join(line))
    if more:
        typer.echo(f"There are more than these {len(cells)}: see --limit and the filters.", err=True)


def print_fields(title: str, fields: Fields, *, indent: int = 0) -> None:
    """Prints a heading and its lines, indented; a value that is a list of pairs becomes lines of its own below."""
    margin = "  " * indent
    typer.echo(f"{margin}{plain(title)}")
    lines = [(plain(name), value) for name, value in fields if value not in (None, "", [], {})]
    width = max((len(name) for name, value in lines if not _is_fields(value)), default=0)
    for name, value in lines:
        if _is_fields(value):
            print_fields(name, value, indent=indent + 1)
        else:
            typer.echo(f"{margin}  {name.ljust(width)}  {plain(value)}")


def _is_fields(value: Any) -> bool:
    # A list that a server gave is none of ours: those hold pairs.
    return isinstance(value, list) and all(isinstance(item, tuple) for item in value)


def plain(value: Any) -> str:
    """A value as one line without control characters: names come from other people, and a terminal obeys them."""
    from lockyard import contract

    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return contract.plain(value)


def without_values(document: Any) -> Any:
    """The document with the values of environment variables replaced, wherever they are."""
    if isinstance(document, list):
        return [without_values(item) for item in document]
    if not isinstance(document, dict):
        return document
    return {
        key: [_hidden(variable) for variable in value]
        if key == "environmentVars" and isinstance(value, list)
        else without_values(value)
        for key, value in document.items()
    }


def moment(timestamp: Any) -> str | None:
    """A time of the wire to the second, in UTC."""
    if not timestamp:
        return None
    try:
        return f"{datetime.fromisoformat(str(timestamp)).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        return str(timestamp)


def _hidden(variable: Any) -> Any:
    if isinstance(variable, dict) and variable.get("value") is not None:
        return {**variable, "value": HIDDEN}
    return variable


def _draw(columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    kept = _fitting(columns, cells, console.width)
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(columns[:kept]):
        least = 0 if name == "name" else max(len(name), *(len(row[index]) for row in cells))
        table.add_column(name, no_wrap=name != "name", min_width=least)
    for row in cells:
        # Text, since a name may look like markup.
        table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in row[:kept]))
    console.print(table)


def _fitting(columns: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> int:
    """How many columns, from the left, a terminal of this width has room for; ids are for copying and never cut."""
    needed, kept = 0, 0
    for index, name in enumerate(columns):
        longest = max(len(name), *(len(row[index]) for row in cells))
        needed += (min(longest, _SHORT_NAME) if name == "name" else longest) + _GAP
        if kept >= _ALWAYS and needed > width:
            break
        kept += 1
    return kept
