"""What the engine cannot do to replicas by itself, done on the cluster right before it applies a Deployment.

The engine deletes what left the program only at the end of an update. So when autoscaling is taken off, the old
autoscaler still acts while the Deployment gets its fixed number: it is held at that number until it is deleted. And
when a workload starts again that has an autoscaler, nobody lifts it from zero: a HorizontalPodAutoscaler does nothing
there, and a ScaledObject is still paused.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import pulumi
import yaml
from lightkube import Client, KubeConfig
from lightkube.core.exceptions import ApiError, ConfigError
from lightkube.core.exceptions import httpx as _http  # pyright: ignore[reportPrivateImportUsage]
from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.autoscaling_v2 import HorizontalPodAutoscaler
from lightkube.types import PatchType

from lockyard.contract import LockyardError

ScaledObject: Final = create_namespaced_resource("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects")

_MANAGER: Final = "lockyard"
_CALL_SECONDS: Final = 15.0
_MISSING: Final = 404
_PAUSES: Final = ("autoscaling.keda.sh/paused-replicas", "lockyard.dev/paused-by-reaper")

T = TypeVar("T")

_one_at_a_time = threading.Lock()
"""lightkube builds the classes that it decodes into at first use, and breaks when several threads do."""


class ClusterError(LockyardError):
    """The program cannot reach the cluster, or the cluster refused."""


@dataclass(frozen=True)
class Credentials:
    """How a Kubernetes provider reaches its cluster.

    Attributes:
        kubeconfig: content or path of a kubeconfig; None for the environment's.
        context: context in it; None for the current one.
    """

    kubeconfig: str | None
    context: str | None

    @classmethod
    async def of(cls, component: pulumi.Resource) -> Credentials:
        """Those of the provider that the component's objects go through, found as the provider finds them."""
        provider = component.get_provider("kubernetes:apps/v1:Deployment")
        config = pulumi.Config("kubernetes")
        found: dict[str, str | None] = {}
        for name in ("kubeconfig", "context"):
            given: Any = None if provider is None else provider.__dict__.get(name)
            known = await given.future() if isinstance(given, pulumi.Output) else given
            found[name] = known or (config.get(name) if provider is None else None)
        return cls(**found)

    def connect(self) -> Client:
        """A client for the cluster.

        Raises:
            ClusterError: there is no kubeconfig, or it cannot be used.
        """
        try:
            config = self._config().get(self.context)
            if config is None:
                raise ClusterError("the kubeconfig names no context")
            return Client(config, timeout=_http.Timeout(_CALL_SECONDS), field_manager=_MANAGER)
        except (ConfigError, OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
            raise ClusterError(f"the kubeconfig cannot be used ({type(error).__name__})") from None

    def _config(self) -> KubeConfig:
        if self.kubeconfig is None:
            return KubeConfig.from_env()
        content = yaml.safe_load(self.kubeconfig)
        if isinstance(content, dict):
            return KubeConfig.from_dict(content)
        return KubeConfig.from_file(str(Path(self.kubeconfig).expanduser()))


def hold_autoscaler(client: Client, namespace: str, name: str, replicas: int) -> bool:
    """Lets the autoscalers of a Deployment want just one number. Answers whether there was one.

    Args:
        client: the cluster.
        namespace: namespace of the Deployment.
        name: name of Deployment and autoscaler.
        replicas: the number.

    Raises:
        ClusterError: the cluster cannot be reached, or refused.
    """
    bounds: list[tuple[Any, Any]] = [
        (ScaledObject, {"minReplicaCount": replicas, "maxReplicaCount": replicas}),
        (HorizontalPodAutoscaler, {"minReplicas": replicas, "maxReplicas": replicas}),
    ]
    held = False
    for kind, spec in bounds:
        patch = {"spec": spec}
        held |= call(lambda kind=kind, patch=patch: _patch(client, kind, namespace, name, patch)) is not None
    return held


def lift_from_zero(client: Client, namespace: str, name: str, replicas: int) -> bool:
    """Starts a Deployment that stands at zero. Answers whether it did.

    Args:
        client: the cluster.
        namespace: namespace of the Deployment.
        name: its name, and that of its autoscaler.
        replicas: how many it starts with.

    Raises:
        ClusterError: the cluster cannot be reached, or refused.
    """
    found: Any = call(lambda: client.get(Deployment, name, namespace=namespace))
    if found is None or found.spec.replicas != 0:
        return False
    paused = {"metadata": {"annotations": dict.fromkeys(_PAUSES)}}
    call(lambda: _patch(client, ScaledObject, namespace, name, paused))
    call(lambda: _patch(client, Deployment.Scale, namespace, name, {"spec": {"replicas": replicas}}))
    return True


def _patch(client: Client, kind: Any, namespace: str, name: str, patch: dict[str, Any]) -> object:
    return client.patch(kind, name, patch, namespace=namespace, patch_type=PatchType.MERGE)


def call(what: Callable[[], T]) -> T | None:
    """The answer of a call to the cluster, None where there is no such object (or no such kind).

    Raises:
        ClusterError: the cluster cannot be reached, or refused.
    """
    try:
        with _one_at_a_time:
            return what()
    except _http.HTTPStatusError as error:
        if error.response.status_code == _MISSING:
            return None
        said = error.status.message if isinstance(error, ApiError) and error.status else error.response.reason_phrase
        raise ClusterError(f"the cluster answered {error.response.status_code} ({said})") from None
    except _http.TransportError as error:
        raise ClusterError(f"the cluster cannot be reached ({type(error).__name__})") from None
