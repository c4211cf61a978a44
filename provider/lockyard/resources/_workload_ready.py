"""The resource `WorkloadReady`."""

from __future__ import annotations

from typing import final

import pulumi

from lockyard.dynamic.providers import WorkloadReadyProvider
from lockyard.resources._digests import deferred_runtime_digest
from lockyard.resources._errors import InputError
from lockyard.resources._inputs import is_deferred, without_none
from lockyard.resources._resource import LockyardResource
from lockyard.resources._workload import Workload


@final
class WorkloadReady(LockyardResource, module="lockyard", name="WorkloadReady"):
    """Waits until a workload serves what was declared, and fails the update if it does not.

    It is a resource of its own, so that a slow or failed rollout never loses the workload from the stack: the next
    `pulumi up` waits again. It waits after every change of the artifact or of the runtime. Resources that depend on
    it are created when the workload is ready. Destroying it does nothing.

    If nothing reports on the workload, as on a registry whose driver is `external` before any component runs, it
    fails at once and says so.

    `pulumi import` is not supported; there is nothing to import.

    Example:
        ```python
        ready = WorkloadReady("chat-api", workload=workload, timeout_seconds=900)
        pulumi.export("servingSince", ready.ready_at)
        ```
    """

    _provider_class = WorkloadReadyProvider
    _inputs = ("workloadId", "artifactId", "artifactDigest", "runtimeDigest", "timeoutSeconds")
    _outputs = ("status", "readyAt")

    def __init__(
        self,
        resource_name: str,
        *,
        workload: Workload,
        timeout_seconds: pulumi.Input[int] = 600,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare that a workload must become ready.

        Args:
            resource_name: Pulumi's name of the resource, unique in the stack for its type and parent.
            workload: The workload to wait for. Must be the resource itself.
            timeout_seconds: How long to wait, in seconds. Default 600. May be unknown in a preview. A change alone
                does not wait again.
            opts: Pulumi's resource options.

        Raises:
            ConfigurationError: `lockyard:token` is in the stack configuration and not a secret.
            InputError: `workload` is not a `Workload`, or `opts` asks for an import.
        """
        label = self._label(resource_name)
        if not isinstance(workload, Workload):  # pyright: ignore[reportUnnecessaryIsInstance]
            what = "an Output" if is_deferred(workload) else f"a {type(workload).__name__}"
            raise InputError(f"{label}: workload must be a Workload, not {what}")
        options = self._checked_options(resource_name, opts)
        props = {
            "workloadId": workload.id,
            "artifactId": workload.rollout.artifact_id,
            "artifactDigest": workload.rollout.artifact_digest,
            "runtimeDigest": deferred_runtime_digest(workload.rollout.runtime),
            "timeoutSeconds": timeout_seconds,
        }
        self._register(resource_name, without_none(props), options)

    @property
    @pulumi.getter(name="workloadId")
    def workload_id(self) -> pulumi.Output[str]:
        """Id of the workload."""
        return self._output("workloadId")

    @property
    @pulumi.getter(name="artifactId")
    def artifact_id(self) -> pulumi.Output[str]:
        """Id of the artifact that had to run."""
        return self._output("artifactId")

    @property
    @pulumi.getter(name="artifactDigest")
    def artifact_digest(self) -> pulumi.Output[str | None]:
        """Digest of the content that had to run."""
        return self._output("artifactDigest")

    @property
    @pulumi.getter(name="runtimeDigest")
    def runtime_digest(self) -> pulumi.Output[str]:
        """Digest of the runtime settings it had to run with."""
        return self._output("runtimeDigest")

    @property
    @pulumi.getter(name="timeoutSeconds")
    def timeout_seconds(self) -> pulumi.Output[int]:
        """How long to wait, in seconds."""
        return self._output("timeoutSeconds")

    @property
    @pulumi.getter(name="status")
    def status(self) -> pulumi.Output[str]:
        """Status of the workload when it was ready."""
        return self._output("status")

    @property
    @pulumi.getter(name="readyAt")
    def ready_at(self) -> pulumi.Output[str]:
        """When it was found ready, as an RFC 3339 time."""
        return self._output("readyAt")
