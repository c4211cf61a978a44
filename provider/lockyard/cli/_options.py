"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

Endpoint: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--endpoint",
        metavar="URL",
        help="The registry: its address, or `embedded` for the one in your data folder. "
        "Default: LOCKYARD_ENDPOINT, else embedded. The token comes from LOCKYARD_API_TOKEN.",
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON documents as the registry answers them.")]
ShowValues: TypeAlias = Annotated[
    bool, typer.Option("--show-values", help="Also show the values of environment variables, which may be secrets.")
]
Limit: TypeAlias = Annotated[int, typer.Option("--limit", min=1, help="Print at most this many.")]
Search: TypeAlias = Annotated[
    str | None, typer.Option("--search", metavar="TEXT", help="Only those with this in name, description or id.")
]
OfType: TypeAlias = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Only `service` or only `nim`.")]
Repository: TypeAlias = Annotated[
    str | None, typer.Option("--repository", metavar="ID", help="Only those of this artifact repository.")
]

DEFAULT_LIMIT = 50
