"""`ArtifactRepository` and `Artifact` as the engine sees them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from lockyard.contract import ConfigurationError, LockyardError
from lockyard.resources import Artifact, ArtifactRepository, InputError, RepositoryInfo

Program = Callable[..., Any]

TYPE = "pulumi-python:dynamic/lockyard"
SPEC: dict[str, Any] = {"container_groups": [{"containers": [{"image_uri": "registry.example.com/a:1", "port": 8080}]}]}


def spec_with(**container: Any) -> dict[str, Any]:
    return {"container_groups": [{"containers": [{"image_uri": "a", "port": 8080, **container}]}]}


def repository_info(type: str = "service") -> RepositoryInfo:
    return RepositoryInfo(id="b" * 24, name="r", type=type, last_version_number=0, artifact_count=0, tags={})


class TestRepository:
    def test_defaults(self, program: Program) -> None:
        repository = program(lambda: ArtifactRepository("chat"))["ArtifactRepository"]
        assert repository.type == f"{TYPE}:ArtifactRepository"
        assert repository.inputs == {
            "name": "chat",
            "type": "service",
            "forceDestroy": False,
            "origin": f"acme/shop/dev::{TYPE}:ArtifactRepository::chat",
            "originIsDefault": False,
        }

    def test_arguments(self, program: Program) -> None:
        def main() -> None:
            ArtifactRepository(
                "chat",
                name="Chat",
                type="nim",
                tags={"a": "b"},
                shared_roles=[{"id": "1", "role": "OWNER", "share_recipient_type": "group"}],
                force_destroy=True,
                adopt_id="c" * 24,
            )

        inputs = program(main)["ArtifactRepository"].inputs
        assert inputs.pop("origin")
        assert inputs == {
            "name": "Chat",
            "type": "nim",
            "tags": {"a": "b"},
            "sharedRoles": [{"id": "1", "role": "OWNER", "shareRecipientType": "group"}],
            "forceDestroy": True,
            "adoptId": "c" * 24,
            "originIsDefault": False,
        }

    def test_plain_type(self, program: Program) -> None:
        seen: list[str | None] = []

        def main() -> None:
            seen.append(ArtifactRepository("a", type="nim").plain_type)
            seen.append(ArtifactRepository("b", type=pulumi.Output.from_input("nim")).plain_type)
            seen.append(ArtifactRepository.get("c", "0" * 24).plain_type)

        program(main)
        assert seen == ["nim", None, None]


class TestArtifact:
    def test_defaults(self, program: Program) -> None:
        def main() -> None:
            Artifact("chat", repository="a" * 24, spec=SPEC)

        artifact = program(main)["Artifact"]
        assert artifact.type == f"{TYPE}:Artifact"
        assert artifact.inputs == {
            "artifactRepositoryId": "a" * 24,
            "name": "chat",
            "type": "service",
            "status": "draft",
            "spec": {"containerGroups": [{"containers": [{"imageUri": "registry.example.com/a:1", "port": 8080.0}]}]},
            "contentDigest": "",
            "origin": f"acme/shop/dev::{TYPE}:Artifact::chat",
            "originIsDefault": False,
        }

    def test_the_repository_may_be_a_resource_a_look_up_an_id_or_an_output(self, program: Program) -> None:
        def main() -> None:
            repository = ArtifactRepository("r")
            Artifact("a", repository=repository, spec=SPEC)
            Artifact("b", repository=repository.id, spec=SPEC)
            Artifact("c", repository=repository_info(), spec=SPEC)

        artifacts = [r for r in program(main).resources if r.type.endswith(":Artifact")]
        ids = {artifact.name: artifact.inputs["artifactRepositoryId"] for artifact in artifacts}
        assert ids == {"a": "id-of-r", "b": "id-of-r", "c": "b" * 24}

    def test_the_type_comes_from_the_repository(self, program: Program) -> None:
        def main() -> None:
            Artifact("a", repository=ArtifactRepository("r", type="nim"), spec=SPEC)
            Artifact("b", repository=repository_info("nim"), spec=SPEC)
            Artifact("c", repository=ArtifactRepository("s", type=pulumi.Output.from_input("nim")), spec=SPEC)

        artifacts = [r for r in program(main).resources if r.type.endswith(":Artifact")]
        assert {artifact.inputs["type"] for artifact in artifacts} == {"nim"}

    @pytest.mark.parametrize("kind", ["resource", "look-up"])
    def test_a_repository_of_another_type_is_refused(self, program: Program, kind: str) -> None:
        def main() -> None:
            repository = ArtifactRepository("r", type="nim") if kind == "resource" else repository_info("nim")
            Artifact("chat", repository=repository, type="service", spec=SPEC)

        with pytest.raises(
            InputError, match="Artifact 'chat': Artifact repository type 'nim' does not match artifact type 'service'"
        ):
            program(main)

    def test_another_resource_is_no_repository(self, program: Program) -> None:
        def main() -> None:
            repository: Any = Artifact("a", repository="a" * 24, spec=SPEC)
            Artifact("b", repository=repository, spec=SPEC)

        with pytest.raises(InputError, match="repository must be an ArtifactRepository or an id, not a Artifact"):
            program(main)

    def test_the_declared_arguments_are_kept(self, program: Program) -> None:
        seen: list[Any] = []

        def main() -> None:
            image = pulumi.Output.from_input("a")
            artifact = Artifact(
                "chat", repository="a" * 24, spec=spec_with(image_uri=image, name="main"), tags={"a": "b"}
            )
            seen.append((artifact.arguments, image))
            seen.append(Artifact.get("other", "a" * 24).arguments)

        program(main)
        arguments, image = seen[0]
        (container,) = arguments.spec["containerGroups"][0]["containers"]
        assert (arguments.name, arguments.type, arguments.status, arguments.tags) == (
            "chat",
            "service",
            "draft",
            {"a": "b"},
        )
        assert container == {"imageUri": image, "port": 8080, "name": "main"}
        assert "main" not in repr(arguments)
        assert seen[1] is None


class TestRetain:
    def sent(self, program: Program, status: Any, opts: pulumi.ResourceOptions | None = None) -> Any:
        def main() -> None:
            Artifact("a", repository="a" * 24, spec=SPEC, status=status() if callable(status) else status, opts=opts)

        request = program(main)["Artifact"].request
        return request.retainOnDelete if request.HasField("retainOnDelete") else None

    def test_a_locked_artifact_is_retained(self, program: Program) -> None:
        assert self.sent(program, "locked") is True

    def test_a_draft_is_not(self, program: Program) -> None:
        assert self.sent(program, "draft") is None

    def test_the_user_decides(self, program: Program) -> None:
        assert self.sent(program, "locked", pulumi.ResourceOptions(retain_on_delete=False)) is False

    def test_a_status_that_is_an_output_is_left_to_the_handler(self, program: Program) -> None:
        assert self.sent(program, lambda: pulumi.Output.from_input("locked")) is None

    def test_the_options_of_the_user_are_not_changed(self, program: Program) -> None:
        opts = pulumi.ResourceOptions(ignore_changes=["force_destroy"])
        before = copy.copy(opts)
        self.sent(program, "locked", opts)
        assert vars(opts) == vars(before)


class TestDigestPlaceholder:
    """Unknown and secret exactly as the content is."""

    def artifact(self, program: Program, make: Callable[[], dict[str, Any]]) -> Any:
        def main() -> None:
            Artifact("a", **{"repository": "a" * 24, "spec": SPEC, **make()})

        return program(main, preview=True)["Artifact"]

    def test_plain_content(self, program: Program) -> None:
        artifact = self.artifact(program, dict)
        assert artifact.sent["contentDigest"] == ""

    @pytest.mark.parametrize("argument", ["name", "description", "type", "spec"])
    def test_unknown_content(self, program: Program, unknown: Any, argument: str) -> None:
        artifact = self.artifact(program, lambda: {argument: unknown()})
        assert artifact.is_unknown("contentDigest")
        assert not artifact.is_secret("contentDigest")

    @pytest.mark.parametrize("argument", ["name", "description", "type", "spec"])
    def test_secret_content(self, program: Program, argument: str) -> None:
        value: Any = SPEC if argument == "spec" else "service"
        artifact = self.artifact(program, lambda: {argument: pulumi.Output.secret(value)})
        assert artifact.is_secret("contentDigest")
        assert artifact.inputs["contentDigest"] == ""

    def test_a_value_deep_inside_decides(self, program: Program, unknown: Any) -> None:
        variables = lambda value: spec_with(environment_vars=[{"name": "A", "value": value}])  # noqa: E731
        assert self.artifact(program, lambda: {"spec": variables(unknown())}).is_unknown("contentDigest")
        assert self.artifact(program, lambda: {"spec": variables(pulumi.Output.secret("x"))}).is_secret("contentDigest")

    def test_a_secret_that_is_unknown_is_both(self, program: Program, unknown: Any) -> None:
        artifact = self.artifact(program, lambda: {"description": pulumi.Output.secret(unknown())})
        assert artifact.is_secret("contentDigest")
        assert artifact.is_unknown("contentDigest")

    @pytest.mark.parametrize("argument", ["repository", "status", "tags", "adopt_id"])
    def test_what_is_no_content_does_not_count(self, program: Program, unknown: Any, argument: str) -> None:
        artifact = self.artifact(program, lambda: {argument: pulumi.Output.secret(unknown())})
        assert artifact.sent["contentDigest"] == ""

    def test_known_outputs_count_as_known(self, program: Program) -> None:
        artifact = self.artifact(program, lambda: {"spec": spec_with(image_uri=pulumi.Output.from_input("a"))})
        assert artifact.sent["contentDigest"] == ""


class TestCredentials:
    def warnings(self, program: Program, variable: Callable[[], dict[str, Any]]) -> list[str]:
        def main() -> None:
            Artifact(
                "chat", repository="a" * 24, spec=spec_with(environment_vars=[{"name": "A", "value": "b"}, variable()])
            )

        return program(main).warnings

    def test_a_literal_credential_earns_a_warning(self, program: Program) -> None:
        (warning,) = self.warnings(program, lambda: {"name": "DB_PASSWORD", "value": "correct horse"})
        assert warning.startswith(
            "Artifact 'chat': spec.containerGroups.0.containers.0.environmentVars.1.value looks like"
        )
        assert "config.require_secret" in warning
        assert "dr-credential" in warning
        assert "correct horse" not in warning

    def test_a_secret_or_any_output_does_not(self, program: Program) -> None:
        assert not self.warnings(
            program, lambda: {"name": "DB_PASSWORD", "value": pulumi.Output.secret("correct horse")}
        )
        assert not self.warnings(
            program, lambda: {"name": "DB_PASSWORD", "value": pulumi.Output.from_input("correct horse")}
        )

    def test_a_harmless_value_does_not(self, program: Program) -> None:
        assert not self.warnings(program, lambda: {"name": "LOG_LEVEL", "value": "information"})


class TestOptions:
    def test_properties_may_be_named_as_in_python(self, program: Program) -> None:
        opts = pulumi.ResourceOptions(
            ignore_changes=["force_destroy", "tags.cost_center", "sharedRoles[0].role"],
            additional_secret_outputs=["registry_endpoint"],
        )
        request = program(lambda: ArtifactRepository("r", opts=opts))["ArtifactRepository"].request
        assert list(request.ignoreChanges) == ["forceDestroy", "tags.cost_center", "sharedRoles[0].role"]
        assert list(request.additionalSecretOutputs) == ["registryEndpoint"]

    @pytest.mark.parametrize("resource", [ArtifactRepository, Artifact])
    def test_import_is_refused_with_a_remedy(self, program: Program, resource: Any) -> None:
        arguments = {"repository": "a" * 24, "spec": SPEC} if resource is Artifact else {}
        with pytest.raises(InputError, match="'x': import is not supported; use adopt_id"):
            program(lambda: resource("x", **arguments, opts=pulumi.ResourceOptions(import_="a" * 24)))


class TestToken:
    COMMAND = "pulumi config set --secret lockyard:token"

    def test_a_plain_token_is_refused(self, program: Program) -> None:
        with pytest.raises(ConfigurationError) as caught:
            program(lambda: ArtifactRepository("r"), config={"lockyard:token": "t0psecret"})
        assert self.COMMAND in str(caught.value)
        assert "t0psecret" not in str(caught.value)

    def test_a_secret_token_is_accepted(self, program: Program) -> None:
        config = {"lockyard:token": "t0psecret"}
        run = program(lambda: ArtifactRepository("r"), config=config, secrets=["lockyard:token"])
        assert "t0psecret" not in str(run["ArtifactRepository"].inputs)

    def test_reading_needs_a_secret_token_too(self, program: Program) -> None:
        with pytest.raises(ConfigurationError):
            program(lambda: Artifact.get("a", "a" * 24), config={"lockyard:token": "t0psecret"})


def test_input_errors_are_lockyard_and_value_errors() -> None:
    assert issubclass(InputError, LockyardError)
    assert issubclass(InputError, ValueError)
