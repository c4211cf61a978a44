"""The resource `Workload`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import pulumi

from lockyard.contract import SharedRole, WorkloadRuntime
from lockyard.dynamic.providers import WorkloadProvider
from lockyard.resources._artifact import Artifact
from lockyard.resources._infos import ArtifactInfo
from lockyard.resources._inputs import without_none
from lockyard.resources._origin import origin_of
from lockyard.resources._resource import RegistryObject, with_integers
from lockyard.resources._sharing_args import SharedRoleArgs
from lockyard.resources._source import workload_source
from lockyard.resources._warnings import URGENT, urgent_draft_warning
from lockyard.resources._wire import to_wire
from lockyard.resources._workload_args import WorkloadRuntimeArgs


@dataclass(frozen=True)
class RolloutInputs:
    """What decides whether a workload rolls, as it was declared: ids and digests, plain or Outputs."""

    artifact_id: pulumi.Input[str]
    artifact_digest: pulumi.Input[str | None]
    runtime: Any


@final
class Workload(RegistryObject, module="lockyard", name="Workload"):
    """Something that runs an artifact under an endpoint that never changes.

    Nothing replaces a workload; every change is an update in place with the same id and endpoint. Another artifact,
    an edited draft or another runtime rolls it; name, description, importance, tags and roles do not. Locking the
    artifact without an edit does not roll it, either.

    A workload on a draft ends 8 hours after its last start: `pulumi refresh` then shows it as stopped, and the next
    `pulumi up` starts it again. A draft backs at most one workload. It may move between artifacts of the same
    status only.

    `pulumi import` is not supported: use `get()` to read a workload, or `adopt_id` to take it over. Creating does
    not wait until it is ready; declare a `WorkloadReady` for that.

    Example:
        ```python
        workload = Workload(
            "chat-api",
            artifact=artifact,
            runtime=WorkloadRuntimeArgs(
                container_groups=[GroupRuntimeArgs(replica_count=2, resource_bundles=["cpu.small"])],
            ),
        )
        pulumi.export("endpoint", workload.endpoint)
        ```
    """

    _provider_class = WorkloadProvider
    _inputs = (
        "name",
        "description",
        "importance",
        "artifactId",
        "artifactDigest",
        "artifactFacts",
        "runtime",
        "running",
        "tags",
        "sharedRoles",
        "adoptId",
        "origin",
        "originIsDefault",
    )
    _outputs = ("status", "endpoint", "expiresAt", "claim", "registryId", "registryEndpoint")
    _is_locked = False
    """Whether the program can tell that the artifact is locked, so that the workload has no end."""

    rollout: RolloutInputs
    """What decides whether the workload rolls: as it was declared, or for one from `get()` as it was read."""

    def __init__(
        self,
        resource_name: str,
        *,
        artifact: Artifact | ArtifactInfo | None = None,
        artifact_id: pulumi.Input[str] | None = None,
        artifact_digest: pulumi.Input[str] | None = None,
        runtime: pulumi.Input[WorkloadRuntimeArgs | Mapping[str, Any]] | None = None,
        name: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        importance: pulumi.Input[str] = "low",
        running: pulumi.Input[bool] = True,
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        shared_roles: pulumi.Input[Sequence[pulumi.Input[SharedRoleArgs | Mapping[str, Any]]]] | None = None,
        adopt_id: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a workload.

        Exactly one of `artifact` and `artifact_id` is given. Except `artifact`, every argument may be unknown in a
        preview.

        Args:
            resource_name: Pulumi's name of the resource, unique in the stack for its type and parent.
            artifact: What to run: the resource, or the result of `lookup_artifact`. The preview then checks the
                runtime against its container names. Another artifact, or an edit of the draft, rolls.
            artifact_id: Id of the artifact to run, for artifacts of other programs. A change rolls.
            artifact_digest: Only with `artifact_id`: digest of that artifact's content, so that an edit of a draft
                rolls, too. Default: none.
            runtime: How it runs: replicas, scaling, resources. Default: the platform's. A change rolls.
            name: Name of the workload, 1 to 5000 characters, not unique. Default: `resource_name`. A change is an
                update without a rollout.
            description: Free text. Default: empty. A change is an update without a rollout.
            importance: `low` (default), `moderate`, `high` or `critical`. A change is an update without a rollout.
            running: Whether it shall run. Default true. A change starts or stops it; id and endpoint stay.
            tags: Names and values, 1 to 4096 characters each. Default: none. A change is an update without a rollout.
            shared_roles: Who may do what with the workload; recipients that are not listed keep their roles.
                Default: none. A change is an update without a rollout.
            adopt_id: Id of an existing workload to take over instead of creating one. Destroying the resource then
                deletes the adopted workload. Default: none. Adding or removing it later changes nothing.
            opts: Pulumi's resource options.

        Raises:
            ConfigurationError: `lockyard:token` is in the stack configuration and not a secret.
            InputError: Both or neither of `artifact` and `artifact_id`, an `artifact_digest` beside `artifact`, a
                second workload on one draft (R81), or `opts` asks for an import.
        """
        label = self._label(resource_name)
        options = self._checked_options(resource_name, opts)
        origin = origin_of(self._type_token(), resource_name, options)
        wire_runtime = to_wire(WorkloadRuntime, runtime, path="runtime")
        source = workload_source(label, artifact=artifact, artifact_id=artifact_id, artifact_digest=artifact_digest)
        self.rollout = RolloutInputs(source.artifact_id, source.artifact_digest, wire_runtime)
        self._is_locked = source.is_locked
        props = {
            "name": resource_name if name is None else name,
            "description": description,
            "importance": importance,
            "artifactId": source.artifact_id,
            "artifactDigest": source.artifact_digest,
            "artifactFacts": source.artifact_facts,
            "runtime": wire_runtime,
            "running": running,
            "tags": to_wire(dict[str, str], tags, path="tags"),
            "sharedRoles": to_wire(list[SharedRole], shared_roles, path="sharedRoles"),
            "adoptId": adopt_id,
            "origin": origin.value,
            "originIsDefault": origin.is_default,
        }
        self._register(resource_name, without_none(props), options)
        if source.is_draft and isinstance(importance, str) and importance in URGENT:
            pulumi.log.warn(f"{label}: {urgent_draft_warning(importance, source.label)}", resource=self)

    @staticmethod
    def get(resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Workload:
        """Read an existing workload without managing it, in a preview, too.

        Args:
            resource_name: Pulumi's name for what is read.
            id: Id of the workload, 24 hexadecimal characters.
            opts: Pulumi's resource options.
        """
        workload = Workload._read(resource_name, id, opts)
        workload.rollout = RolloutInputs(workload.artifact_id, workload.artifact_digest, workload.runtime)
        return workload

    @property
    @pulumi.getter(name="name")
    def name(self) -> pulumi.Output[str]:
        """Name of the workload."""
        return self._output("name")

    @property
    @pulumi.getter(name="description")
    def description(self) -> pulumi.Output[str | None]:
        """Free text; None if it was not declared."""
        return self._output("description")

    @property
    @pulumi.getter(name="importance")
    def importance(self) -> pulumi.Output[str]:
        """`low`, `moderate`, `high` or `critical`."""
        return self._output("importance")

    @property
    @pulumi.getter(name="artifactId")
    def artifact_id(self) -> pulumi.Output[str]:
        """Id of the artifact to run."""
        return self._output("artifactId")

    @property
    @pulumi.getter(name="artifactDigest")
    def artifact_digest(self) -> pulumi.Output[str | None]:
        """Digest of the content to run; a secret if something in the content is one."""
        return self._output("artifactDigest")

    @property
    @pulumi.getter(name="artifactFacts")
    def artifact_facts(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Type, status and container names of the artifact, as far as they are known."""
        return self._output("artifactFacts")

    @property
    @pulumi.getter(name="runtime")
    def runtime(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Runtime settings, with the registry's names of the fields."""
        return self._output("runtime").apply(with_integers)

    @property
    @pulumi.getter(name="running")
    def running(self) -> pulumi.Output[bool]:
        """Whether it shall run."""
        return self._output("running")

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
    @pulumi.getter(name="status")
    def status(self) -> pulumi.Output[str]:
        """Status when the registry last answered, for example `submitted` or `running`."""
        return self._output("status")

    @property
    @pulumi.getter(name="endpoint")
    def endpoint(self) -> pulumi.Output[str | None]:
        """URL where the workload is called; the same over all updates."""
        return self._output("endpoint")

    @property
    @pulumi.getter(name="expiresAt")
    def expires_at(self) -> pulumi.Output[str | None]:
        """When a workload on a draft ends by itself, as an RFC 3339 time: 8 hours after its last start.

        It changes only with a start. None on a locked artifact.
        """
        if self._is_locked:
            return pulumi.Output.from_input(None)
        return self._output("expiresAt").apply(lambda time: time or None)
