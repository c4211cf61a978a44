"""Look-ups read plain values while the program runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest

from lockyard.contract import ConfigurationError, NotFoundError, content_digest
from lockyard.resources import (
    ArtifactRepository,
    InputError,
    RepositoryInfo,
    Workload,
    _registry,
    lookup_artifact,
    lookup_repository,
    lookup_workload,
)

Program = Callable[..., Any]

REPOSITORY = "b" * 24


def artifact(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"{number:024x}",
        "name": "chat",
        "description": None,
        "type": "service",
        "status": "locked",
        "version": number,
        "artifactRepositoryId": REPOSITORY,
        "spec": {"type": "service", "containerGroups": []},
        "tags": [{"id": "t", "name": "team", "value": "search"}],
        "contentDigest": f"v1:{number}",
        **changes,
    }


class Registry:
    """Stands for the client of a registry with versions 1, 2 and 10 in one repository."""

    def __init__(self) -> None:
        self.artifacts = {item["id"]: item for item in (artifact(1), artifact(10), artifact(2))}
        self.calls: list[str] = []
        self.closed = False

    def get_artifact(self, id: str) -> dict[str, Any]:
        if id not in self.artifacts:
            raise NotFoundError("Artifact not found.")
        return self.artifacts[id]

    def list_artifacts(self, **filters: Any) -> Iterator[dict[str, Any]]:
        assert filters == {"repositoryId": filters["repositoryId"], "status": "locked"}
        yield from self.artifacts.values() if filters["repositoryId"] == REPOSITORY else ()

    def get_repository(self, id: str) -> dict[str, Any]:
        if id not in (REPOSITORY, "e" * 24):
            raise NotFoundError("Artifact repository not found.")
        return {"id": id, "name": "chat", "type": "nim", "lastVersionNumber": 10, "numArtifacts": 3, "tags": []}

    def get_workload(self, id: str) -> dict[str, Any]:
        return {
            "id": id,
            "name": "chat",
            "description": None,
            "status": "running",
            "importance": "low",
            "artifactId": "a" * 24,
            "endpoint": "https://registry.example.com/",
            "runtime": {"containerGroups": []},
            "tags": [],
        }

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    fake = Registry()
    asked: dict[str, str | None] = {}

    def load_settings(get: Callable[[str], str | None]) -> dict[str, str | None]:
        asked.update({key: get(key) for key in ("lockyard:endpoint", "lockyard:token")})
        return asked

    def connect(settings: Any) -> Registry:
        fake.calls.append(settings["lockyard:endpoint"])
        return fake

    monkeypatch.setattr(_registry, "load_settings", load_settings)
    monkeypatch.setattr(_registry, "connect", connect)
    _registry.forget_registry_client()
    yield fake
    _registry.forget_registry_client()


def ran(program: Program, function: Callable[[], Any], **settings: Any) -> Any:
    """The answer of a function that is called inside a program."""
    answers: list[Any] = []
    program(
        lambda: answers.append(function()), config={"lockyard:endpoint": "https://registry.example.com"}, **settings
    )
    return answers[0]


def test_by_id(program: Program, registry: Registry) -> None:
    found = ran(program, lambda: lookup_artifact(f"{2:024x}"), preview=True)
    assert (found.id, found.version, found.content_digest, found.description) == (f"{2:024x}", 2, "v1:2", "")
    assert (found.repository_id, found.tags) == (REPOSITORY, {"team": "search"})
    assert "containerGroups" not in repr(found)


def test_the_latest_locked_version(program: Program, registry: Registry) -> None:
    assert ran(program, lambda: lookup_artifact(repository=REPOSITORY)).version == 10
    assert ran(program, lambda: lookup_artifact(repository=REPOSITORY, version="latest-locked")).version == 10


def test_a_version_by_number(program: Program, registry: Registry) -> None:
    assert ran(program, lambda: lookup_artifact(repository=REPOSITORY, version=2)).id == f"{2:024x}"


def test_the_repository_may_be_a_look_up(program: Program, registry: Registry) -> None:
    def both() -> tuple[RepositoryInfo, Any]:
        repository = lookup_repository(REPOSITORY)
        return repository, lookup_artifact(repository=repository)

    repository, found = ran(program, both)
    assert (repository.type, repository.last_version_number, repository.artifact_count) == ("nim", 10, 3)
    assert found.version == 10


def test_a_workload(program: Program, registry: Registry) -> None:
    found = ran(program, lambda: lookup_workload("d" * 24))
    assert (found.id, found.status, found.description) == ("d" * 24, "running", "")


def test_what_was_found_backs_a_workload(program: Program, registry: Registry) -> None:
    def main() -> None:
        Workload("w", artifact=lookup_artifact(repository=REPOSITORY))

    inputs = program(main)["Workload"].inputs
    assert (inputs["artifactId"], inputs["artifactDigest"]) == (f"{10:024x}", "v1:10")


def test_the_digest_is_computed_where_the_server_does_not(program: Program, registry: Registry) -> None:
    document = artifact(1, contentDigest=None)
    registry.artifacts[document["id"]] = document
    expected = content_digest(name="chat", spec=document["spec"])
    assert ran(program, lambda: lookup_artifact(document["id"])).content_digest == expected
    document["spec"]["somethingNew"] = 1
    assert ran(program, lambda: lookup_artifact(document["id"])).content_digest is None


def test_the_client_is_opened_once(program: Program, registry: Registry) -> None:
    ran(program, lambda: [lookup_repository(REPOSITORY), lookup_artifact(repository=REPOSITORY)])
    assert registry.calls == ["https://registry.example.com"]
    _registry.forget_registry_client()
    assert registry.closed


def test_a_plain_token_is_refused(program: Program, registry: Registry) -> None:
    with pytest.raises(ConfigurationError, match="pulumi config set --secret lockyard:token"):
        program(lambda: lookup_repository(REPOSITORY), config={"lockyard:token": "t0psecret"})


@pytest.mark.parametrize("argument", ["id", "repository", "version"])
def test_an_output_is_refused_by_name(program: Program, registry: Registry, argument: str) -> None:
    def main() -> None:
        arguments: dict[str, Any] = {"repository": REPOSITORY} if argument == "version" else {}
        lookup_artifact(**{**arguments, argument: pulumi.Output.from_input("x")})

    with pytest.raises(InputError, match=f"lookup_artifact: the argument '{argument}' is an Output"):
        program(main)


def test_a_repository_resource_is_refused(program: Program, registry: Registry) -> None:
    def main() -> None:
        repository: Any = ArtifactRepository("r")
        lookup_artifact(repository=repository)

    with pytest.raises(InputError, match="repository must be the text of an id, not ArtifactRepository"):
        program(main)


@pytest.mark.parametrize("arguments", [{}, {"id": "a", "repository": "b"}], ids=["neither", "both"])
def test_exactly_one_of_id_and_repository(registry: Registry, arguments: dict[str, str]) -> None:
    with pytest.raises(InputError, match="exactly one of id and repository"):
        lookup_artifact(**arguments)


@pytest.mark.parametrize("version", ["latest", True, 1.5])
def test_versions_of_another_kind(registry: Registry, version: Any) -> None:
    with pytest.raises(InputError, match="version must be a number or 'latest-locked'"):
        lookup_artifact(repository=REPOSITORY, version=version)


def test_a_version_without_a_repository(registry: Registry) -> None:
    with pytest.raises(InputError, match="version goes with repository"):
        lookup_artifact("a" * 24, version=2)


def test_what_does_not_exist(program: Program, registry: Registry) -> None:
    with pytest.raises(NotFoundError, match=f"repository {REPOSITORY} has no version 3; it has 1, 2, 10"):
        ran(program, lambda: lookup_artifact(repository=REPOSITORY, version=3))
    with pytest.raises(NotFoundError, match="has no locked version: lock an artifact in it first"):
        ran(program, lambda: lookup_artifact(repository="e" * 24))
    with pytest.raises(NotFoundError, match="Artifact repository not found"):
        ran(program, lambda: lookup_artifact(repository="f" * 24))
    with pytest.raises(NotFoundError, match="Artifact not found"):
        ran(program, lambda: lookup_artifact("f" * 24))
