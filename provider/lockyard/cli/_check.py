"""`lockyard check`: what in production is not locked?"""

from __future__ import annotations

from typing import Annotated

import typer

from ._errors import DONE, FAILED
from ._options import AsJson, Endpoint
from ._output import moment, print_json, print_table
from ._registry import checked_filters, opened

DEFAULT_IMPORTANCE = ("high", "critical")


def check(
    importance: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LEVEL",
            help="What counts as production: `low`, `moderate`, `high` or `critical`; repeatable. "
            "Default: high and critical.",
        ),
    ] = None,
    as_json: AsJson = False,
    endpoint: Endpoint = None,
) -> int:
    """Fail if a workload of production runs a draft, which anybody may edit and which ends after 8 hours.

    For pipelines: the exit code is 0 if every such workload runs a locked version, else 1, and they are listed.
    Stopped workloads are left out. On a server with users it sees what the token's user may see: an administrator's
    token of the scope `read` sees all.
    """
    levels = list(importance or DEFAULT_IMPORTANCE)
    filters = checked_filters("workloads", importance=levels, artifactStatus=["draft"])
    with opened(endpoint) as client:
        unlocked = [found for found in client.list_workloads(**filters) if found["status"] != "stopped"]
    if as_json:
        print_json(unlocked)
    elif unlocked:
        print_table(
            ("id", "name", "status", "importance", "draft", "ends"),
            [
                (
                    workload["id"],
                    workload["name"],
                    workload["status"],
                    workload["importance"],
                    workload.get("artifactId"),
                    moment(workload.get("expiresAt")),
                )
                for workload in unlocked
            ],
            more=False,
            nothing="",
        )
        typer.echo(f"{len(unlocked)} of importance {' or '.join(levels)} on drafts: lock their artifacts.")
    else:
        typer.echo(f"Every workload of importance {' or '.join(levels)} that you may see runs a locked version.")
    return FAILED if unlocked else DONE
