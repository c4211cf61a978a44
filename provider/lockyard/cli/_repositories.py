"""`lockyard repositories`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ._describe import creator, tags_line, version_text
from ._options import DEFAULT_LIMIT, AsJson, Endpoint, Limit, OfType, Search
from ._output import moment, plain, print_fields, print_json, print_table
from ._registry import checked_filters, first, opened

if TYPE_CHECKING:
    from lockyard.contract import Json

app = typer.Typer(no_args_is_help=True, help="Artifact repositories: lineages of locked versions and their drafts.")

RepositoryId = Annotated[str, typer.Argument(metavar="ID", help="Id of the repository.")]


@app.command("list")
def list_repositories(
    type: OfType = None,
    search: Search = None,
    limit: Limit = DEFAULT_LIMIT,
    as_json: AsJson = False,
    endpoint: Endpoint = None,
) -> None:
    """List artifact repositories, newest first."""
    filters = checked_filters("repositories", type=type, search=search)
    with opened(endpoint) as client:
        found, more = first(client.list_repositories(max_items=limit + 1, **filters), limit)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "name", "type", "last version", "artifacts", "updated"),
        [
            (
                repository["id"],
                repository["name"],
                repository["type"],
                repository.get("lastVersionNumber"),
                repository.get("numArtifacts"),
                moment(repository.get("updatedAt")),
            )
            for repository in found
        ],
        more=more,
        nothing="No artifact repositories.",
    )


@app.command("show")
def show_repository(id: RepositoryId, as_json: AsJson = False, endpoint: Endpoint = None) -> None:
    """Show one artifact repository and its artifacts."""
    with opened(endpoint) as client:
        repository = client.get_repository(id)
        if as_json:
            print_json(repository)
            return
        artifacts = list(client.list_artifacts(repositoryId=id))
    print_fields(
        f"Artifact repository {repository['name']}",
        [
            ("id", repository["id"]),
            ("type", repository["type"]),
            ("last version", repository.get("lastVersionNumber")),
            ("tags", tags_line(repository)),
            ("created", moment(repository.get("createdAt"))),
            ("updated", moment(repository.get("updatedAt"))),
            ("by", creator(repository)),
            (
                "artifacts",
                [(artifact["id"], f"{version_text(artifact)}, {artifact['name']}") for artifact in artifacts],
            ),
        ],
    )


@app.command("delete")
def delete_repository(
    id: RepositoryId,
    force: Annotated[
        bool, typer.Option("--force", help="Also delete its locked versions. They are lost for ever.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    endpoint: Endpoint = None,
) -> None:
    """Delete an artifact repository with all its drafts, and with --force its locked versions, too.

    A repository whose artifacts are used by a workload is never deleted.
    """
    from lockyard.contract import ConfigurationError

    if not yes and not _can_ask():
        raise ConfigurationError(
            "there is no terminal to ask on, so nothing was deleted: add --yes to delete without being asked"
        )
    with opened(endpoint) as client:
        repository = client.get_repository(id)
        artifacts = list(client.list_artifacts(repositoryId=id))
        locked = [artifact for artifact in artifacts if artifact["status"] == "locked"]
        if not yes:
            typer.confirm(f"Delete {_what_goes(repository, artifacts, locked)}?", abort=True, err=True)
        client.delete_repository(id, force=force)
    typer.echo(f"Deleted {_what_goes(repository, artifacts, locked)}.")


def _what_goes(repository: Json, artifacts: list[Json], locked: list[Json]) -> str:
    drafts = sum(artifact["status"] == "draft" for artifact in artifacts)
    parts = [f"{drafts} draft{'' if drafts == 1 else 's'}"]
    if locked:
        found = (artifact["version"] for artifact in locked)
        numbers = ", ".join(str(number) for number in sorted(number for number in found if number is not None))
        parts.append(f"locked version{'' if len(locked) == 1 else 's'} {numbers}")
    return f"artifact repository {plain(repository['name'])} ({plain(repository['id'])}) with {' and '.join(parts)}"


def _can_ask() -> bool:
    return sys.stdin.isatty()
