"""`lockyard workloads`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ._describe import creator, runtime_fields, tags_line, version_text
from ._options import DEFAULT_LIMIT, AsJson, Endpoint, Limit, OfType, Repository, Search
from ._output import moment, print_fields, print_json, print_table
from ._registry import checked_filters, first, opened

app = typer.Typer(no_args_is_help=True, help="Workloads: what runs which artifact, under which endpoint.")


@app.command("list")
def list_workloads(
    repository: Repository = None,
    artifact: Annotated[str | None, typer.Option(metavar="ID", help="Only those that run this artifact.")] = None,
    status: Annotated[
        list[str] | None, typer.Option(metavar="STATUS", help="Only this status, such as `running`; repeatable.")
    ] = None,
    artifact_status: Annotated[
        list[str] | None, typer.Option(metavar="STATUS", help="Only those on `draft` or on `locked` artifacts.")
    ] = None,
    importance: Annotated[
        list[str] | None,
        typer.Option(metavar="LEVEL", help="Only `low`, `moderate`, `high` or `critical`; repeatable."),
    ] = None,
    type: OfType = None,
    search: Search = None,
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    endpoint: Endpoint = None,
) -> None:
    """List workloads, newest first."""
    filters = checked_filters(
        "workloads",
        repositoryId=repository,
        artifactId=artifact,
        status=status,
        artifactStatus=artifact_status,
        importance=importance,
        type=type,
        search=search,
    )
    with opened(endpoint) as client:
        found, more = first(client.list_workloads(max_items=limit + 1, **filters), limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "name", "status", "importance", "runs", "ends", "artifact", "updated"),
        [
            (
                workload["id"],
                workload["name"],
                workload["status"],
                workload.get("importance"),
                _runs(workload.get("artifact") or {}),
                moment(workload.get("expiresAt")),
                workload.get("artifactId"),
                moment(workload.get("updatedAt")),
            )
            for workload in found
        ],
        more=more,
        nothing="No workloads.",
    )


@app.command("show")
def show_workload(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the workload.")],
    as_json: AsJson = False,
    endpoint: Endpoint = None,
) -> None:
    """Show one workload: what it runs, how, and what is under way."""
    with opened(endpoint) as client:
        workload = client.get_workload(id)
    if as_json:
        print_json(workload)
        return
    artifact = workload.get("artifact") or {}
    print_fields(
        f"Workload {workload['name']}",
        [
            ("id", workload["id"]),
            ("status", workload["status"]),
            ("reason", _reason(workload)),
            ("run by", _driver(workload)),
            ("importance", workload.get("importance")),
            ("endpoint", workload.get("endpoint")),
            ("artifact", f"{workload.get('artifactId')} ({artifact.get('name') or '?'}, {version_text(artifact)})"),
            ("digest", workload.get("artifactDigest")),
            ("ends", moment(workload.get("expiresAt"))),
            ("last report", moment(workload.get("lastReportAt"))),
            ("description", workload.get("description")),
            ("tags", tags_line(workload)),
            ("created", moment(workload.get("createdAt"))),
            ("updated", moment(workload.get("updatedAt"))),
            ("by", creator(workload)),
            *runtime_fields(workload.get("runtime") or {}),
            ("replacement", _replacement(workload.get("replacement"))),
        ],
    )


def _runs(artifact: dict[str, Any]) -> str | None:
    version = artifact.get("version")
    return artifact.get("status") if version is None else f"version {version}"


def _replacement(replacement: dict[str, Any] | None) -> list[tuple[str, Any]]:
    if not replacement:
        return []
    return [
        ("status", replacement.get("status")),
        ("to artifact", replacement.get("candidateArtifactId")),
        ("message", replacement.get("message")),
        ("since", moment(replacement.get("createdAt"))),
    ]


def _reason(workload: dict[str, Any]) -> str | None:
    details = workload.get("statusDetails")
    if not isinstance(details, dict):
        return None
    return details.get("message") or details.get("logTail")


def _driver(workload: dict[str, Any]) -> str | None:
    driver = workload.get("driver")
    return "simulated: a stand-in, nothing really runs" if driver == "simulated" else driver
