"""The resource `RolloutReport`."""

from __future__ import annotations

from typing import final

import pulumi

from lockyard.dynamic.providers import RolloutReportProvider
from lockyard.resources._digests import deferred_runtime_digest
from lockyard.resources._errors import InputError
from lockyard.resources._inputs import is_deferred, without_none
from lockyard.resources._resource import LockyardResource
from lockyard.resources._workload import Workload


@final
class RolloutReport(LockyardResource, module="lockyard", name="RolloutReport"):
    """Tells the registry that what a workload declares serves, or has stopped; its replacement then ends.

    It comes after the objects that run the workload (`depends_on`), so it is reached only when they are ready. It
    reports after every change of the artifact, its content or the runtime, and after a stop or start, and waits until
    the registry's record agrees. If the registry wants something else by then, the update fails and says what.

    A server that takes no reports is told nothing: one line says so and the update goes on. Destroying the resource
    does nothing. `KubernetesWorkload` declares it by itself; declare one yourself beside objects of your own.

    `pulumi import` is not supported; there is nothing to import.

    Example:
        ```python
        RolloutReport("chat-api", workload=workload, internal_url="http://chat-api.serving:8080")
        ```
    """

    _provider_class = RolloutReportProvider
    _inputs = (
        "workloadId",
        "artifactId",
        "artifactDigest",
        "runtimeDigest",
        "running",
        "internalUrl",
        "readyReplicas",
        "timeoutSeconds",
    )
    _outputs = ("phase", "status", "reportedAt", "registryId", "registryEndpoint")

    def __init__(
        self,
        resource_name: str,
        *,
        workload: Workload,
        running: pulumi.Input[bool] = True,
        internal_url: pulumi.Input[str] | None = None,
        ready_replicas: pulumi.Input[int | None] | None = None,
        timeout_seconds: pulumi.Input[int] = 120,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare that a workload's rollout is reported.

        Every argument except `workload` may be unknown in a preview.

        Args:
            resource_name: Pulumi's name of the resource, unique in the stack for its type and parent.
            workload: The workload whose objects were applied. Must be the resource itself.
            running: Whether it runs (default true: `ready` is reported) or was scaled to zero (`stopped`).
            internal_url: Address of the service inside the cluster. Default: none. A change reports again.
            ready_replicas: How many replicas serve, for the message. Default: not told. A change alone does not
                report again.
            timeout_seconds: How long to wait for the registry, in seconds. Default 120. A change alone does not
                report again.
            opts: Pulumi's resource options; `depends_on` names what must be ready first.

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
            "running": running,
            "internalUrl": internal_url,
            "readyReplicas": ready_replicas,
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
        """Id of the artifact that was applied."""
        return self._output("artifactId")

    @property
    @pulumi.getter(name="artifactDigest")
    def artifact_digest(self) -> pulumi.Output[str | None]:
        """Digest of the content that was applied."""
        return self._output("artifactDigest")

    @property
    @pulumi.getter(name="runtimeDigest")
    def runtime_digest(self) -> pulumi.Output[str]:
        """Digest of the runtime settings that were applied."""
        return self._output("runtimeDigest")

    @property
    @pulumi.getter(name="running")
    def running(self) -> pulumi.Output[bool]:
        """Whether it was applied to run."""
        return self._output("running")

    @property
    @pulumi.getter(name="internalUrl")
    def internal_url(self) -> pulumi.Output[str | None]:
        """Address of the service inside the cluster."""
        return self._output("internalUrl")

    @property
    @pulumi.getter(name="readyReplicas")
    def ready_replicas(self) -> pulumi.Output[int | None]:
        """How many replicas served when it was declared last."""
        return self._output("readyReplicas")

    @property
    @pulumi.getter(name="timeoutSeconds")
    def timeout_seconds(self) -> pulumi.Output[int]:
        """How long to wait for the registry, in seconds."""
        return self._output("timeoutSeconds")

    @property
    @pulumi.getter(name="phase")
    def phase(self) -> pulumi.Output[str]:
        """What was reported: `ready` or `stopped`."""
        return self._output("phase")

    @property
    @pulumi.getter(name="status")
    def status(self) -> pulumi.Output[str]:
        """Status of the workload when the registry agreed; empty on a server that takes no reports."""
        return self._output("status")

    @property
    @pulumi.getter(name="reportedAt")
    def reported_at(self) -> pulumi.Output[str]:
        """When it was reported last, as an RFC 3339 time."""
        return self._output("reportedAt")

    @property
    @pulumi.getter(name="registryId")
    def registry_id(self) -> pulumi.Output[str]:
        """Id of the registry that was told."""
        return self._output("registryId")

    @property
    @pulumi.getter(name="registryEndpoint")
    def registry_endpoint(self) -> pulumi.Output[str]:
        """Where that registry was reached: a URL or `embedded`."""
        return self._output("registryEndpoint")
