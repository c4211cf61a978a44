"""The resource `Artifact`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, final

import pulumi

from lockyard.contract import ArtifactSpec, repository_type_message
from lockyard.dynamic.providers import ArtifactProvider
from lockyard.resources._artifact_args import ArtifactSpecArgs
from lockyard.resources._artifact_repository import ArtifactRepository
from lockyard.resources._digests import content_digest_placeholder
from lockyard.resources._errors import InputError
from lockyard.resources._infos import RepositoryInfo
from lockyard.resources._inputs import without_none
from lockyard.resources._options import retained
from lockyard.resources._origin import origin_of
from lockyard.resources._resource import RegistryObject, with_integers
from lockyard.resources._warnings import credential_warning, literal_credentials
from lockyard.resources._wire import to_wire

DEFAULT_TYPE = "service"
DRAFT = "draft"
LOCKED = "locked"


@dataclass(frozen=True, kw_only=True)
class ArtifactArguments:
    """What an `Artifact` was declared with, for components that must decide while the program runs.

    Values are plain wherever they were given plain.

    Attributes:
        name: Name of the artifact.
        type: `service` or `nim`.
        status: `draft` or `locked`.
        description: Free text, None if it was not given.
        spec: The specification with the registry's names (`containerGroups`, `imageUri` …) and without the fields
            that were not given; Outputs stand where they were given.
        tags: Tags by name.
        origin: Under which name the registry recognises it after a crash.
    """

    name: pulumi.Input[str]
    type: pulumi.Input[str]
    status: pulumi.Input[str]
    description: pulumi.Input[str] | None
    spec: Any = field(repr=False)
    tags: Any = field(repr=False)
    origin: pulumi.Input[str]


@final
class Artifact(RegistryObject, module="lockyard", name="Artifact"):
    """What runs: container images with their ports, environment and probes, as a draft or as a locked version.

    The content of an artifact is its name, description, type, spec and repository. A draft is edited in place.
    Locking gives it a version number and freezes the content for ever: from then on a change of the content
    **replaces** the artifact by a new version in the same repository, `pulumi preview` says so and names what
    changed, and the old version stays on the server. A workload moves from one to the other in place.

    A declaration with the plain value `status="locked"` gets `retain_on_delete`, so that the preview of a destroy
    shows that the version stays.

    `pulumi import` is not supported: use `get()` to read an artifact, or `adopt_id` to take it over.

    Example:
        ```python
        repository = ArtifactRepository("chat-api")
        artifact = Artifact(
            "chat-api",
            repository=repository,
            status="locked",
            spec=ArtifactSpecArgs(
                container_groups=[
                    ContainerGroupArgs(
                        containers=[
                            ContainerArgs(name="server", image_uri="registry.example.com/chat-api:1.4.0", port=8080),
                        ],
                    )
                ],
            ),
        )
        ```
    """

    _provider_class = ArtifactProvider
    _inputs = (
        "artifactRepositoryId",
        "name",
        "description",
        "type",
        "status",
        "spec",
        "tags",
        "adoptId",
        "origin",
        "originIsDefault",
        "contentDigest",
    )
    _outputs = ("version", "etag", "claim", "registryId", "registryEndpoint")

    arguments: ArtifactArguments | None
    """What the artifact was declared with; None if it comes from `get()`."""

    def __init__(
        self,
        resource_name: str,
        *,
        repository: ArtifactRepository | RepositoryInfo | pulumi.Input[str],
        spec: pulumi.Input[ArtifactSpecArgs | Mapping[str, Any]],
        name: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        type: pulumi.Input[str] | None = None,
        status: pulumi.Input[str] = "draft",
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        adopt_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare an artifact.

        Every argument may be unknown in a preview. As long as a content value is unknown, so is the content digest,
        and on a locked artifact an unknown value shows as a replacement.

        Args:
            resource_name: Pulumi's name of the resource, unique in the stack for its type and parent.
            repository: The repository whose next version this is: the resource, the result of
                `lookup_repository`, or an id. A change replaces, draft or locked.
            spec: What to run. A draft is updated in place; a locked artifact is replaced.
            name: Name of the artifact, 1 to 5000 characters, not unique. Default: `resource_name`. A draft is
                updated in place; a locked artifact is replaced.
            description: Free text. Default: empty. A draft is updated in place; a locked artifact is replaced.
            type: `service` or `nim`, the type of its repository. Default: the repository's if that is the resource
                or the result of a look-up, else `service`. A change is refused, since the type of a repository is
                fixed; together with another repository it replaces.
            status: `draft` or `locked`. Default `draft`. From `draft` to `locked` is an update in place; from
                `locked` to `draft` replaces: a new draft, and the locked version stays. A draft may back one
                workload, which ends 8 hours after its start; a locked version may back many.
            tags: Names and values, 1 to 4096 characters each. Not part of the content. Default: none. A change is
                an update in place, also on a locked artifact.
            adopt_id: Id of an existing artifact to take over instead of creating one. Its content must be the
                declared content; it is never changed by the take-over. Default: none. Adding or removing it later
                changes nothing; remove it before you change the content of a locked artifact.
            opts: Pulumi's resource options.

        Raises:
            ConfigurationError: `lockyard:token` is in the stack configuration and not a secret.
            InputError: The repository is of another type (R19), or `opts` asks for an import.
        """
        label = self._label(resource_name)
        options = self._checked_options(resource_name, opts)
        if status == LOCKED:
            options = retained(options)
        origin = origin_of(self._type_token(), resource_name, options)
        arguments = ArtifactArguments(
            name=resource_name if name is None else name,
            type=_type_of(label, repository, type),
            status=status,
            description=description,
            spec=to_wire(ArtifactSpec, spec, path="spec"),
            tags=to_wire(dict[str, str], tags, path="tags"),
            origin=origin.value,
        )
        self.arguments = arguments
        props = {
            "artifactRepositoryId": _repository_id(label, repository),
            "name": arguments.name,
            "description": arguments.description,
            "type": arguments.type,
            "status": arguments.status,
            "spec": arguments.spec,
            "tags": arguments.tags,
            "adoptId": adopt_id,
            "origin": origin.value,
            "originIsDefault": origin.is_default,
            "contentDigest": content_digest_placeholder(
                name=arguments.name,
                description=arguments.description,
                type=arguments.type,
                spec=arguments.spec,
            ),
        }
        self._register(resource_name, without_none(props), options)
        for path in literal_credentials(arguments.spec):
            pulumi.log.warn(f"{label}: {credential_warning(path)}", resource=self)

    @staticmethod
    def get(resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Artifact:
        """Read an existing artifact without managing it, in a preview, too.

        Its spec and its content digest are secrets in the state, since the registry cannot say whether a value in
        them was one. If the program needs plain values, use `lookup_artifact`.

        Args:
            resource_name: Pulumi's name for what is read.
            id: Id of the artifact, 24 hexadecimal characters.
            opts: Pulumi's resource options.
        """
        artifact = Artifact._read(resource_name, id, opts, secret_outputs=("spec", "contentDigest"))
        artifact.arguments = None
        return artifact

    @property
    @pulumi.getter(name="artifactRepositoryId")
    def artifact_repository_id(self) -> pulumi.Output[str]:
        """Id of the repository the artifact belongs to."""
        return self._output("artifactRepositoryId")

    @property
    @pulumi.getter(name="name")
    def name(self) -> pulumi.Output[str]:
        """Name of the artifact."""
        return self._output("name")

    @property
    @pulumi.getter(name="description")
    def description(self) -> pulumi.Output[str | None]:
        """Free text; None if it was not declared."""
        return self._output("description")

    @property
    @pulumi.getter(name="type")
    def type(self) -> pulumi.Output[str]:
        """`service` or `nim`."""
        return self._output("type")

    @property
    @pulumi.getter(name="status")
    def status(self) -> pulumi.Output[str]:
        """`draft` or `locked`."""
        return self._output("status")

    @property
    @pulumi.getter(name="spec")
    def spec(self) -> pulumi.Output[Mapping[str, Any]]:
        """The specification, with the registry's names of the fields."""
        return self._output("spec").apply(with_integers)

    @property
    @pulumi.getter(name="tags")
    def tags(self) -> pulumi.Output[Mapping[str, str] | None]:
        """Tags by name."""
        return self._output("tags")

    @property
    @pulumi.getter(name="contentDigest")
    def content_digest(self) -> pulumi.Output[str]:
        """Digest of the content, `v1:` and 64 hexadecimal characters.

        Known in a preview unless something in the content is unknown; a secret if something in the content is one.
        """
        return self._output("contentDigest")

    @property
    @pulumi.getter(name="version")
    def version(self) -> pulumi.Output[int | None]:
        """Number of the locked version in its repository; None for a draft."""
        # The state of a draft has none, and what the state lacks the SDK takes as unknown in every preview.
        is_draft = (
            self.arguments is not None and isinstance(self.arguments.status, str) and self.arguments.status == DRAFT
        )
        return pulumi.Output.from_input(None) if is_draft else self._output("version")

    @property
    @pulumi.getter(name="etag")
    def etag(self) -> pulumi.Output[str | None]:
        """Which state of the draft this stack knows; an edit by somebody else is noticed by it."""
        return self._output("etag")


def _type_of(
    label: str,
    repository: ArtifactRepository | RepositoryInfo | pulumi.Input[str],
    type: pulumi.Input[str] | None,
) -> pulumi.Input[str]:
    """The type of an artifact, taken from its repository if it is not given."""
    if isinstance(repository, ArtifactRepository):
        expected = repository.plain_type
        fallback: pulumi.Input[str] = repository.type if expected is None else expected
    elif isinstance(repository, RepositoryInfo):
        expected = fallback = repository.type
    else:
        expected, fallback = None, DEFAULT_TYPE
    if type is None:
        return fallback
    mismatch = repository_type_message(expected, type) if isinstance(type, str) and expected is not None else None
    if mismatch is not None:
        raise InputError(f"{label}: {mismatch}; the type of a repository is fixed, so use one of the artifact's type")
    return type


def _repository_id(
    label: str, repository: ArtifactRepository | RepositoryInfo | pulumi.Input[str]
) -> pulumi.Input[str]:
    if isinstance(repository, ArtifactRepository | RepositoryInfo):
        return repository.id
    if isinstance(repository, pulumi.Resource):
        raise InputError(
            f"{label}: repository must be an ArtifactRepository or an id, not a {repository.__class__.__name__}"
        )
    return repository
