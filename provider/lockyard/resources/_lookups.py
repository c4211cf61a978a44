"""Plain functions that read the registry while the program runs, in a preview, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, cast

from lockyard.contract import Json, LockyardError, NotFoundError, content_digest
from lockyard.resources._errors import InputError, in_one_line
from lockyard.resources._infos import ArtifactInfo, RepositoryInfo, WorkloadInfo
from lockyard.resources._inputs import require_plain
from lockyard.resources._registry import registry_client

LATEST_LOCKED: Literal["latest-locked"] = "latest-locked"
"""The newest locked version of a repository."""


@in_one_line
def lookup_artifact(
    id: str | None = None,
    *,
    repository: RepositoryInfo | str | None = None,
    version: int | Literal["latest-locked"] = LATEST_LOCKED,
) -> ArtifactInfo:
    """Read an artifact of another program, as plain values.

    It reads the registry every time the program runs, so with `latest-locked` a preview shows when a new version
    has been locked.

    Example:
        ```python
        artifact = lookup_artifact(repository=config.require("repositoryId"))
        Workload("chat-api", artifact=artifact, runtime=...)
        ```

    Args:
        id: Id of the artifact. Either this or `repository`.
        repository: Id of a repository, or the result of `lookup_repository`.
        version: Only with `repository`: the number of a locked version, or `latest-locked` (default).

    Raises:
        InputError: Both or neither of `id` and `repository`, a `version` of another kind, or an Output where a
            plain value is needed; the text names the argument.
        NotFoundError: There is no such artifact, or no such version.
        ConfigurationError: The registry's settings are wrong.
        TransportError: The registry cannot be reached.
    """
    of = "lookup_artifact"
    _require_plain(of, id=id, repository=repository, version=version)
    if (id is None) == (repository is None):
        raise InputError(f"{of}: exactly one of id and repository must be given")
    if id is not None:
        if version != LATEST_LOCKED:
            raise InputError(f"{of}: version goes with repository; an id already names one version")
        return _artifact_info(_named(of, registry_client().get_artifact, _text(of, "id", id)))
    repository_id = repository.id if isinstance(repository, RepositoryInfo) else _text(of, "repository", repository)
    if version != LATEST_LOCKED and (isinstance(version, bool) or not isinstance(version, int)):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"{of}: version must be a number or {LATEST_LOCKED!r}")
    client = registry_client()
    locked = list(client.list_artifacts(repositoryId=repository_id, status="locked"))
    locked = [item for item in locked if item["version"] is not None]
    found = [item for item in locked if version in (LATEST_LOCKED, item["version"])]
    if not found:
        _named(of, client.get_repository, repository_id)  # says so if the repository itself does not exist
        numbers = ", ".join(str(number) for number in sorted(item["version"] for item in locked))
        wanted = "a locked version" if version == LATEST_LOCKED else f"version {version}"
        raise NotFoundError(
            f"{of}: repository {repository_id} has no {wanted.removeprefix('a ')}"
            + (f"; it has {numbers}" if numbers else ": lock an artifact in it first")
        )
    return _artifact_info(max(found, key=lambda item: cast("int", item["version"])))


@in_one_line
def lookup_repository(id: str) -> RepositoryInfo:
    """Read an artifact repository of another program, as plain values.

    Args:
        id: Id of the repository.

    Raises:
        InputError: `id` is an Output.
        NotFoundError: There is no such repository.
        ConfigurationError: The registry's settings are wrong.
        TransportError: The registry cannot be reached.
    """
    _require_plain("lookup_repository", id=id)
    document = _named("lookup_repository", registry_client().get_repository, _text("lookup_repository", "id", id))
    return RepositoryInfo(
        id=document["id"],
        name=document["name"],
        type=document["type"],
        last_version_number=document.get("lastVersionNumber") or 0,
        artifact_count=document.get("numArtifacts") or 0,
        tags=_tags(document),
    )


@in_one_line
def lookup_workload(id: str) -> WorkloadInfo:
    """Read a workload of another program, as plain values.

    Args:
        id: Id of the workload.

    Raises:
        InputError: `id` is an Output.
        NotFoundError: There is no such workload.
        ConfigurationError: The registry's settings are wrong.
        TransportError: The registry cannot be reached.
    """
    _require_plain("lookup_workload", id=id)
    document = _named("lookup_workload", registry_client().get_workload, _text("lookup_workload", "id", id))
    return WorkloadInfo(
        id=document["id"],
        name=document["name"],
        description=document.get("description") or "",
        status=document["status"],
        importance=document["importance"],
        artifact_id=document["artifactId"],
        endpoint=document.get("endpoint"),
        runtime=document.get("runtime") or {},
        tags=_tags(document),
    )


def _named(of: str, read: Callable[[str], Json], id: str) -> Json:
    """Read an object; that it does not exist is said with its id."""
    try:
        return read(id)
    except NotFoundError as error:
        raise NotFoundError(f"{of}: {id}: {error.message}", request_id=error.request_id) from None


def _artifact_info(document: Json) -> ArtifactInfo:
    description = document.get("description") or ""
    return ArtifactInfo(
        id=document["id"],
        name=document["name"],
        description=description,
        type=document["type"],
        status=document["status"],
        version=document.get("version"),
        content_digest=document.get("contentDigest") or _digest(document, description),
        repository_id=document["artifactRepositoryId"],
        spec=document["spec"],
        tags=_tags(document),
    )


def _digest(document: Json, description: str) -> str | None:
    """The digest of an artifact on a server that does not compute it."""
    name, type, spec = document["name"], document["type"], document["spec"]
    try:
        return str(content_digest(name=name, description=description, type=type, spec=spec))
    except LockyardError:
        return None


def _tags(document: Json) -> dict[str, str]:
    tags: list[Json] = document.get("tags") or []
    return {tag["name"]: tag["value"] for tag in tags}


def _require_plain(of: str, **arguments: Any) -> None:
    for argument, value in arguments.items():
        require_plain(value, argument=argument, of=of, because="the registry is read while the program runs")


def _text(of: str, argument: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise InputError(
            f"{of}: {argument} must be the text of an id, not {type(value).__name__ if value else 'empty'}"
        )
    return value
