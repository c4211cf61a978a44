"""`lockyard artifacts`."""

from __future__ import annotations

from typing import Annotated

import typer

from ._describe import creator, spec_fields, tags_line, version_text
from ._options import DEFAULT_LIMIT, AsJson, Endpoint, Limit, OfType, Repository, Search, ShowValues
from ._output import moment, print_fields, print_json, print_table, without_values
from ._registry import checked_filters, first, opened

app = typer.Typer(no_args_is_help=True, help="Artifacts: drafts and locked versions.")


@app.command("list")
def list_artifacts(
    repository: Repository = None,
    status: Annotated[str | None, typer.Option(metavar="STATUS", help="Only `draft` or only `locked`.")] = None,
    type: OfType = None,
    search: Search = None,
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    show_values: ShowValues = False,
    endpoint: Endpoint = None,
) -> None:
    """List artifacts, newest first."""
    filters = checked_filters("artifacts", repositoryId=repository, status=status, type=type, search=search)
    with opened(endpoint) as client:
        found, more = first(client.list_artifacts(max_items=limit + 1, **filters), limit)
    if as_json:
        print_json(found if show_values else without_values(found))
        return
    print_table(
        ("id", "name", "status", "version", "type", "updated", "repository"),
        [
            (
                artifact["id"],
                artifact["name"],
                artifact["status"],
                artifact.get("version"),
                artifact["type"],
                moment(artifact.get("updatedAt")),
                artifact.get("artifactRepositoryId"),
            )
            for artifact in found
        ],
        more=more,
        nothing="No artifacts.",
    )


@app.command("show")
def show_artifact(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of the artifact.")],
    as_json: AsJson = False,
    show_values: ShowValues = False,
    endpoint: Endpoint = None,
) -> None:
    """Show one artifact with its containers and the workloads that run it."""
    with opened(endpoint) as client:
        document = client.get_artifact(id)
        artifact = document if show_values else without_values(document)
        if as_json:
            print_json(artifact)
            return
        workloads = list(client.list_workloads(artifactId=id))
    print_fields(
        f"Artifact {document['name']}",
        [
            ("id", document["id"]),
            ("status", version_text(artifact)),
            ("type", document["type"]),
            ("repository", artifact.get("artifactRepositoryId")),
            ("digest", artifact.get("contentDigest")),
            ("description", artifact.get("description")),
            ("tags", tags_line(artifact)),
            ("created", moment(artifact.get("createdAt"))),
            ("updated", moment(artifact.get("updatedAt"))),
            ("by", creator(artifact)),
            *spec_fields(artifact.get("spec") or {}),
            ("workloads", [(workload["id"], f"{workload['name']}, {workload['status']}") for workload in workloads]),
        ],
    )
