"""With which options each object of a workload is declared, and how the engine is told who owns the replicas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pulumi

from lockyard_components._kubernetes import declare, role_of
from lockyard_components.manifests import Manifest, WorkloadPlan

from ._hooks import WorkloadHooks
from ._outputs import name_of
from ._scaling import SCALING, first_replicas, owner_of_replicas

DEPLOYMENT: Final = "deployment"
ENVIRONMENT: Final = "environment"
AUTOSCALER: Final = "autoscaler"
SERVICE: Final = "service"
CLAIM: Final = "claim"

_FORCE: Final = "pulumi.com/patchForce"
_SKIP_AWAIT: Final = "pulumi.com/skipAwait"
_FIRST: Final = ("serviceAccount", ENVIRONMENT, CLAIM, "networkPolicy")
_NEEDED: Final = frozenset({*_FIRST, SERVICE})
_DELETE_MARGIN_SECONDS: Final = 180


@dataclass
class Children:
    """The objects of one workload as they are declared, one after the other.

    Attributes:
        component: their parent.
        resource_name: Pulumi's name of the component.
        plan: what was decided for the workload.
        running: whether it runs.
        before: what must be there before its pods: the namespace, a filled cache.
        hooks: hooks of the Deployment, and of what it needs; None in render mode.
        labels: labels of the Deployment beside those in its manifest.
        found: what was declared, by role.
    """

    component: pulumi.Resource
    resource_name: str
    plan: WorkloadPlan
    running: bool
    before: Sequence[pulumi.Resource]
    hooks: WorkloadHooks | None
    labels: Mapping[str, str]
    found: dict[str, pulumi.CustomResource] = field(default_factory=dict[str, pulumi.CustomResource])

    def declare_all(self, objects: Mapping[str, Manifest], marker: object) -> None:
        """Declares the objects, in their order.

        Args:
            objects: the rendered objects by role.
            marker: stands in the manifests for the name of the Secret with the environment.
        """
        autoscaled = AUTOSCALER in objects
        for role, manifest in objects.items():
            if role == ENVIRONMENT:
                # Without a name the engine gives each content one of its own. A name made from the content would
                # come back with a revert, and the deletion of the failed version would take the new object with it.
                manifest = _without_name(manifest)
            elif role == DEPLOYMENT:
                secret = self.found.get(ENVIRONMENT)
                name = None if secret is None else name_of(secret)
                manifest = self._deployment(_replaced(manifest, marker, name), autoscaled)
            elif role == CLAIM:
                # The Deployment waits until it is bound. The provider's own waiting takes five minutes and fails where
                # a bound claim of a class that waits for its first consumer is updated.
                manifest = _annotated(manifest, {_SKIP_AWAIT: "true"})
            elif role == SERVICE:
                # Its selector is a constant and the Deployment is ready: there is nothing to wait for, and the
                # provider's own waiting takes ten seconds at least.
                manifest = _annotated(manifest, {_SKIP_AWAIT: "true"})
            self.found[role] = declare(self._name(role), manifest, self._options(role, autoscaled))

    def _name(self, role: str) -> str:
        if role == ENVIRONMENT:
            return f"{self.resource_name}-env"
        # One of each class: only what would meet in a class of custom resources needs its role.
        return self.resource_name if role in (*_FIRST, DEPLOYMENT, SERVICE) else f"{self.resource_name}-{role_of(role)}"

    def _deployment(self, manifest: Manifest, autoscaled: bool) -> Manifest:
        # Autoscalers, the reaper and people write `spec.replicas`; what is declared wins over them.
        owner = owner_of_replicas(autoscaled=autoscaled, running=self.running)
        manifest = _annotated(manifest, {SCALING: owner, _FORCE: "true"})
        spec = manifest["spec"]
        if autoscaled and self.running:
            # What it starts with; from then on the engine looks away, and the autoscaler owns it.
            spec = {"replicas": first_replicas(self.plan), **spec}
        metadata = {**manifest["metadata"], "labels": {**manifest["metadata"]["labels"], **self.labels}}
        return {**manifest, "metadata": metadata, "spec": spec}

    def _options(self, role: str, autoscaled: bool) -> pulumi.ResourceOptions:
        options = pulumi.ResourceOptions(parent=self.component, depends_on=self._needs(role))
        if role == DEPLOYMENT:
            limit = f"{self.plan.await_seconds}s"
            delete = f"{self.plan.grace_seconds + _DELETE_MARGIN_SECONDS}s"
            options.custom_timeouts = pulumi.CustomTimeouts(create=limit, update=limit, delete=delete)
            if autoscaled:
                options.ignore_changes = ["spec.replicas"]
        if role == CLAIM:
            # The provider would delete a claim before it makes its successor of the same name, with the weights.
            options.delete_before_replace = False
        if self.hooks is not None and (role == DEPLOYMENT or role in _NEEDED):
            options.hooks = self.hooks.of_deployment() if role == DEPLOYMENT else self.hooks.of_others()
        return options

    def _needs(self, role: str) -> list[pulumi.Resource]:
        """What is made before an object, and deleted after it."""
        if role in _FIRST:
            return list(self.before)
        if role == DEPLOYMENT:
            return [*self.before, *(self.found[first] for first in _FIRST if first in self.found)]
        after: list[pulumi.Resource] = [self.found[DEPLOYMENT]]
        if role in ("monitor", "route", "proxy", "grant", "interceptor"):
            after += [self.found[SERVICE]]
        if role == AUTOSCALER and "interceptor" in self.found:
            after += [self.found["interceptor"]]
        if role == "route":
            after += [self.found[other] for other in ("proxy", "grant") if other in self.found]
        return after


def _annotated(manifest: Manifest, annotations: Mapping[str, str]) -> Manifest:
    metadata = manifest["metadata"]
    return {**manifest, "metadata": {**metadata, "annotations": {**metadata.get("annotations", {}), **annotations}}}


def _without_name(manifest: Manifest) -> Manifest:
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "name"}
    return {**manifest, "metadata": metadata}


def _replaced(value: Any, marker: object, by: Any) -> Any:
    """A copy with `by` in the place of the marker."""
    if value is marker:
        return by
    if isinstance(value, Mapping):
        return {key: _replaced(item, marker, by) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, marker, by) for item in value]
    return value
