"""The resource `ArtifactRepository`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, final

import pulumi

from lockyard.contract import SharedRole
from lockyard.dynamic.providers import ArtifactRepositoryProvider
from lockyard.resources._inputs import without_none
from lockyard.resources._origin import origin_of
from lockyard.resources._resource import RegistryObject
from lockyard.resources._sharing_args import SharedRoleArgs
from lockyard.resources._wire import to_wire


@final
class ArtifactRepository(RegistryObject, module="lockyard", name="ArtifactRepository"):
    """A lineage of artifacts: its drafts and its locked versions, numbered 1, 2, 3 … as they are locked.

    Changes of name, tags and roles are updates in place; only another type replaces it. Destroying it deletes its
    drafts. A repository that still holds locked versions stays on the server and only leaves the stack, with a line
    that lists them, unless `force_destroy` is set.

    `pulumi import` is not supported: use `get()` to read a repository, or `adopt_id` to take it over.

    Example:
        ```python
        repository = ArtifactRepository("chat-api", tags={"team": "search"})
        container = ContainerArgs(name="main", image_uri="registry.example/chat-api:1.0.0", port=8080)
        artifact = Artifact(
            "chat-api",
            repository=repository,
            spec=ArtifactSpecArgs(container_groups=[ContainerGroupArgs(containers=[container])]),
        )
        ```
    """

    _provider_class = ArtifactRepositoryProvider
    _inputs = (
        "name",
        "type",
        "tags",
        "sharedRoles",
        "forceDestroy",
        "adoptId",
        "origin",
        "originIsDefault",
    )
    _outputs = ("registryId", "registryEndpoint", "claim", "lineageArtifactId")

    plain_type: str | None
    """The type if it is known while the program runs; None if it is an Output, or for a repository from `get()`."""

    def __init__(
        self,
        resource_name: str,
        *,
        type: pulumi.Input[str] = "service",
        name: pulumi.Input[str] | None = None,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        shared_roles: pulumi.Input[Sequence[pulumi.Input[SharedRoleArgs | Mapping[str, Any]]]] | None = None,
        force_destroy: pulumi.Input[bool] = False,
        adopt_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a repository.

        Every argument may be unknown in a preview.

        Args:
            resource_name: Pulumi's name of the resource, unique in the stack for its type and parent.
            type: What its artifacts are: `service` or `nim`. Default `service`. A change replaces, since the type of
                a repository is fixed. Give it as a plain value if artifacts shall take it over.
            name: Name of the repository, 1 to 5000 characters, not unique. Default: `resource_name`. A change is
                an update in place.
            tags: Names and values, 1 to 4096 characters each. Default: none. A change is an update in place.
            shared_roles: Who may do what with the repository and its artifacts; recipients that are not listed keep
                their roles. Default: none. A change is an update in place.
            force_destroy: Whether destroying the repository also deletes its locked versions. Default false. It is
                the only way to lose locked versions. A change touches nothing but the state; to have an effect it
                must be applied with `pulumi up` before the destroy.
            adopt_id: Id of an existing repository to take over instead of creating one. It must have the declared
                type. Destroying the resource then deletes the adopted repository, too. Default: none. Adding or
                removing it later changes nothing.
            opts: Pulumi's resource options.

        Raises:
            ConfigurationError: `lockyard:token` is in the stack configuration and not a secret.
            InputError: `opts` asks for an import.
        """
        options = self._checked_options(resource_name, opts)
        origin = origin_of(self._type_token(), resource_name, options)
        self.plain_type = type if isinstance(type, str) else None
        props = {
            "name": resource_name if name is None else name,
            "type": type,
            "tags": to_wire(dict[str, str], tags, path="tags"),
            "sharedRoles": to_wire(list[SharedRole], shared_roles, path="sharedRoles"),
            "forceDestroy": force_destroy,
            "adoptId": adopt_id,
            "origin": origin.value,
            "originIsDefault": origin.is_default,
        }
        self._register(resource_name, without_none(props), options)

    @staticmethod
    def get(
        resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None
    ) -> ArtifactRepository:
        """Read an existing repository without managing it, in a preview, too.

        Args:
            resource_name: Pulumi's name for what is read.
            id: Id of the repository, 24 hexadecimal characters.
            opts: Pulumi's resource options.
        """
        repository = ArtifactRepository._read(resource_name, id, opts)
        repository.plain_type = None
        return repository

    @property
    @pulumi.getter(name="name")
    def name(self) -> pulumi.Output[str]:
        """Name of the repository."""
        return self._output("name")

    @property
    @pulumi.getter(name="type")
    def type(self) -> pulumi.Output[str]:
        """What its artifacts are: `service` or `nim`."""
        return self._output("type")

    @property
    @pulumi.getter(name="tags")
    def tags(self) -> pulumi.Output[Mapping[str, str] | None]:
        """Tags by name."""
        return self._output("tags")

    @property
    @pulumi.getter(name="sharedRoles")
    def shared_roles(self) -> pulumi.Output[Sequence[Mapping[str, str]] | None]:
        """The roles that were declared, with the registry's names of the fields."""
        return self._output("sharedRoles")

    @property
    @pulumi.getter(name="forceDestroy")
    def force_destroy(self) -> pulumi.Output[bool | None]:
        """Whether destroying the repository also deletes its locked versions."""
        return self._output("forceDestroy")

    @property
    @pulumi.getter(name="lineageArtifactId")
    def lineage_artifact_id(self) -> pulumi.Output[str | None]:
        """Id of the draft that keeps the repository alive on servers that cannot create one by itself."""
        return self._output("lineageArtifactId")
