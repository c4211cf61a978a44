"""Every declared property has a typed attribute, get() resolves all of them, and one process may hold many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pydantic.alias_generators import to_snake

from lockyard.resources import Artifact, ArtifactRepository, RolloutReport, Workload, WorkloadReady

Program = Callable[..., Any]

RESOURCES: list[Any] = [ArtifactRepository, Artifact, Workload, WorkloadReady, RolloutReport]
READABLE: list[Any] = [ArtifactRepository, Artifact, Workload]

STATE: dict[str, dict[str, Any]] = {
    "ArtifactRepository": {
        "name": "r",
        "type": "service",
        "tags": {"force_destroy": "x"},
        "sharedRoles": [{"id": "1", "role": "OWNER", "shareRecipientType": "user"}],
        "forceDestroy": False,
        "adoptId": "a",
        "origin": "o",
        "originIsDefault": False,
        "registryId": "reg",
        "registryEndpoint": "embedded",
        "claim": 2,
        "lineageArtifactId": "l",
    },
    "Artifact": {
        "artifactRepositoryId": "r",
        "name": "a",
        "description": "d",
        "type": "service",
        "status": "locked",
        "spec": {"containerGroups": [{"containers": [{"port": 8080, "httpHeaders": {"a_b": "c"}}]}]},
        "tags": {"a": "b"},
        "adoptId": "a",
        "origin": "o",
        "originIsDefault": False,
        "contentDigest": "v1:abc",
        "version": 3,
        "etag": '"7"',
        "claim": 2,
        "registryId": "reg",
        "registryEndpoint": "embedded",
    },
    "Workload": {
        "name": "w",
        "description": "d",
        "importance": "low",
        "artifactId": "a",
        "artifactDigest": "v1:abc",
        "artifactFacts": {"type": "service", "status": "locked", "containerGroups": {"default": ["main"]}},
        "runtime": {"containerGroups": [{"replicaCount": 2, "containers": [{"resourceAllocation": {"cpu": 0.5}}]}]},
        "running": True,
        "tags": {"a": "b"},
        "sharedRoles": [{"id": "1", "role": "OWNER", "shareRecipientType": "user"}],
        "adoptId": "a",
        "origin": "o",
        "originIsDefault": False,
        "status": "running",
        "endpoint": "https://registry.example.com/endpoints/workloads/w/",
        "expiresAt": "2026-09-30T23:26:54.349000+00:00",
        "claim": 2,
        "registryId": "reg",
        "registryEndpoint": "embedded",
    },
}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.__name__)
def test_every_property_has_a_documented_typed_attribute(resource: Any) -> None:
    for name in (*resource._inputs, *resource._outputs):
        getter = getattr(resource, to_snake(name))
        assert isinstance(getter, property), name
        assert getter.__doc__, name
        assert "Output[" in getter.fget.__annotations__["return"], name


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.__name__)
def test_the_class_tells_how_to_use_it(resource: Any) -> None:
    assert f"{resource.__name__}(" in resource.__doc__.partition("Example:")[2]
    assert "import" in resource.__doc__
    assert resource.__final__
    arguments = [name for name in resource.__init__.__annotations__ if name != "return"]
    documentation = resource.__init__.__doc__
    assert all(f"\n            {name}: " in documentation for name in arguments)


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
@pytest.mark.parametrize("resource", READABLE, ids=lambda resource: resource.__name__)
def test_get_reads_by_id_and_resolves_everything(program: Program, resource: Any, preview: bool) -> None:
    kind = resource.__name__
    seen: dict[str, Any] = {}

    def main() -> Any:
        read = resource.get("x", "c" * 24)
        names = [to_snake(name) for name in STATE[kind]]
        return pulumi.Output.all(read.id, *[getattr(read, name) for name in names]).apply(
            lambda values: seen.update(zip(["id", *names], values, strict=True))
        )

    run = program(main, outputs=lambda args: STATE[kind], preview=preview)
    assert set(STATE[kind]) == {*resource._inputs, *resource._outputs}
    assert run[kind].request.id == "c" * 24
    assert run[kind].inputs == {}
    assert seen == {"id": "c" * 24, **{to_snake(name): value for name, value in STATE[kind].items()}}


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_what_a_read_object_lacks_is_known_to_be_none(program: Program, preview: bool) -> None:
    seen: list[Any] = []

    def main() -> Any:
        artifact = Artifact.get("x", "c" * 24)
        return pulumi.Output.all(artifact.name, artifact.tags, artifact.adopt_id).apply(seen.extend)

    program(main, outputs=lambda args: {"registryId": "reg", "name": "a"}, preview=preview)
    assert seen == ["a", None, None]


def test_what_was_not_read_stays_unknown(program: Program) -> None:
    """As with an id that a preview does not know."""
    known: list[bool] = []

    def main() -> Any:
        artifact = Artifact.get("x", "c" * 24)

        async def look() -> None:
            known.append(await artifact.name.is_known())

        return pulumi.Output.from_input(look())

    program(main, preview=True)
    assert known == [False]


def test_what_is_got_and_may_hold_secrets_is_a_secret(program: Program) -> None:
    request = program(lambda: Artifact.get("x", "c" * 24))["Artifact"].request
    assert set(request.additionalSecretOutputs) == {"spec", "contentDigest"}


def test_whole_numbers_are_integers_again(program: Program) -> None:
    seen: list[Any] = []

    def main() -> Any:
        artifact, workload = Artifact.get("a", "a"), Workload.get("w", "w")
        return pulumi.Output.all(artifact.version, artifact.spec, workload.runtime).apply(seen.extend)

    program(main, outputs=lambda args: STATE["Artifact" if args.name == "a" else "Workload"])
    version, spec, runtime = seen
    assert isinstance(version, int)
    assert isinstance(spec["containerGroups"][0]["containers"][0]["port"], int)
    assert isinstance(runtime["containerGroups"][0]["replicaCount"], int)
    assert runtime["containerGroups"][0]["containers"][0]["resourceAllocation"]["cpu"] == 0.5


def test_outputs_are_unknown_in_the_preview_of_a_creation(program: Program) -> None:
    known: list[bool] = []

    def main() -> Any:
        repository = ArtifactRepository("r")

        async def look() -> None:
            known.append(await repository.registry_id.is_known())
            known.append(await repository.name.is_known())

        return pulumi.Output.from_input(look())

    program(main, preview=True)
    assert known == [False, True]


def test_inputs_that_were_not_given_are_known_to_be_none(program: Program) -> None:
    seen: list[Any] = []

    def main() -> Any:
        repository, workload = ArtifactRepository("r"), Workload("w", artifact_id="a")
        return pulumi.Output.all(repository.tags, workload.description, workload.runtime).apply(seen.extend)

    program(main, preview=True)
    assert seen == [None, None, None]


@pytest.mark.parametrize(("status", "known"), [("draft", True), ("locked", False)])
def test_a_draft_is_known_to_have_no_version(program: Program, status: str, known: bool) -> None:
    """An exported version would otherwise show a change in every preview."""
    seen: list[bool] = []

    def main() -> Any:
        artifact = Artifact("a", repository="r", spec={}, status=status)

        async def look() -> None:
            seen.append(await artifact.version.is_known())

        return pulumi.Output.from_input(look())

    program(main, preview=True)
    assert seen == [known]


@pytest.mark.timeout(120)
def test_many_resources_in_one_process(program: Program) -> None:
    """The SDK's serialiser fails after about 970 providers that have an instance dictionary."""

    def main() -> None:
        repository = ArtifactRepository("r")
        spec = {"container_groups": [{"containers": [{"image_uri": "a", "port": 8080}]}]}
        for index in range(750):
            artifact = Artifact(f"a{index}", repository=repository, spec=spec)
            Workload(f"w{index}", artifact=artifact)

    run = program(main)
    assert len(run.resources) == 1501
