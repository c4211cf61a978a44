"""The reaper's cluster through lightkube, with a deadline and retries for every call."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from lightkube import Client, KubeConfig
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ApiError, ConfigError

# Which HTTP package lightkube uses is its own affair and has changed; the errors are the same in both.
from lightkube.core.exceptions import httpx as _http  # pyright: ignore[reportPrivateImportUsage]
from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.apps_v1 import Deployment
from lightkube.types import PatchType

from lockyard.contract import ConfigurationError

from ._reap import (
    DRAFT_SELECTOR,
    EXPIRES_AT,
    PAUSED_BY_REAPER,
    PAUSED_REPLICAS,
    ChangedMeanwhileError,
    Draft,
    ReaperError,
    Scaler,
)

ScaledObject: Final = create_namespaced_resource("keda.sh", "v1alpha1", "ScaledObject", "scaledobjects")

_MANAGER: Final = "lockyard-reaper"
_ALL: Final = "*"
_ATTEMPTS: Final = 4
_FIRST_PAUSE_SECONDS: Final = 0.5
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
_MISSING, _CONFLICT, _FORBIDDEN, _UNAUTHORIZED = 404, 409, 403, 401

T = TypeVar("T")


def load_config(kubeconfig: Path | None, context: str | None) -> SingleConfig:
    """The cluster to talk to.

    Args:
        kubeconfig: A kubeconfig file; None for the pod's service account, then `KUBECONFIG`, then `~/.kube/config`.
        context: One of its contexts; None for the current one.

    Raises:
        ConfigurationError: There is no such file or context, or it cannot be read.
    """
    where = f"kubeconfig {kubeconfig}" if kubeconfig is not None else "cluster configuration"
    try:
        found = KubeConfig.from_file(kubeconfig) if kubeconfig is not None else KubeConfig.from_env()
        single = found.get(context)
    except ConfigError as error:
        raise ConfigurationError(f"no {where}: {error}; see --kubeconfig and --context") from None
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ConfigurationError(f"the {where} cannot be read: {type(error).__name__}: {error}") from None
    if single is None:
        raise ConfigurationError(f"the {where} names no context; see --context")
    return single


class LiveCluster:
    """A real cluster.

    Args:
        config: Where it is and who asks.
        call_seconds: Deadline of one call.
        sleep: How to wait between two attempts.
        client: A client to use instead of a new one.
    """

    def __init__(
        self,
        config: SingleConfig,
        *,
        call_seconds: float = 10.0,
        sleep: Callable[[float], None] = time.sleep,
        client: Client | None = None,
    ) -> None:
        self._server = config.cluster.server
        self._sleep = sleep
        try:
            self._client = client or Client(config, timeout=_http.Timeout(call_seconds), field_manager=_MANAGER)
        except (ConfigError, OSError, ValueError) as error:
            raise ConfigurationError(f"the credentials for {self._server} cannot be used: {error}") from None

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def drafts(self, namespace: str | None) -> Iterator[Draft]:
        """The Deployments with the label of drafts, in one namespace or in all."""
        where = _place(namespace)
        found = self._call(
            f"listing the drafts (Deployments labelled {_label()}) in {where}",
            lambda: list(self._client.list(Deployment, namespace=namespace or _ALL, labels={**DRAFT_SELECTOR})),
        )
        return (_draft(deployment) for deployment in found or ())

    def draft(self, namespace: str, name: str) -> Draft | None:
        """One of them, read again; None when it is gone or no draft any more."""
        found = self._call(
            f"reading Deployment {namespace}/{name}",
            lambda: self._client.get(Deployment, name, namespace=namespace),
            missing_is_none=True,
        )
        if found is None or DRAFT_SELECTOR.items() - _labels(found).items():
            return None
        return _draft(found)

    def scalers(self, namespace: str | None) -> Iterator[Scaler]:
        """The ScaledObjects that scale Deployments; nothing where KEDA is not installed."""
        found = self._call(
            f"listing ScaledObjects in {_place(namespace)}",
            lambda: list(self._client.list(ScaledObject, namespace=namespace or _ALL)),
            missing_is_none=True,
        )
        return (scaler for scaler in map(_scaler, found or ()) if scaler is not None)

    def scale_to_zero(self, draft: Draft) -> None:
        """Set `spec.replicas` to 0, unless somebody changed the Deployment since."""
        # The scale subresource only: the reaper's role may not touch what the Deployment runs.
        wanted = {"metadata": {"resourceVersion": draft.resource_version}, "spec": {"replicas": 0}}
        self._call(
            f"scaling Deployment {draft.namespace}/{draft.name} to zero",
            lambda: self._client.patch(
                Deployment.Scale, draft.name, wanted, namespace=draft.namespace, patch_type=PatchType.MERGE
            ),
            missing_is_none=True,
        )

    def pause(self, scaler: Scaler) -> None:
        """Hold a ScaledObject at zero, and mark it."""
        self._annotate("pausing", scaler, {PAUSED_REPLICAS: "0", PAUSED_BY_REAPER: scaler.paused_replicas or ""})

    def resume(self, scaler: Scaler) -> None:
        """Put KEDA's annotation back as it was, and take the mark off."""
        self._annotate("resuming", scaler, {PAUSED_REPLICAS: scaler.paused_before or None, PAUSED_BY_REAPER: None})

    def _annotate(self, doing: str, scaler: Scaler, annotations: dict[str, str | None]) -> None:
        self._call(
            f"{doing} ScaledObject {scaler.namespace}/{scaler.name}",
            lambda: self._client.patch(
                ScaledObject,
                scaler.name,
                {"metadata": {"annotations": annotations}},
                namespace=scaler.namespace,
                patch_type=PatchType.MERGE,
            ),
            missing_is_none=True,
        )

    def _call(self, doing: str, call: Callable[[], T], *, missing_is_none: bool = False) -> T | None:
        for attempt in range(_ATTEMPTS):
            last = attempt == _ATTEMPTS - 1
            try:
                return call()
            except _http.HTTPStatusError as error:
                if error.response.status_code == _MISSING and missing_is_none:
                    return None
                if error.response.status_code == _CONFLICT:
                    raise ChangedMeanwhileError(f"{doing}: it was changed again and again meanwhile") from None
                if last or error.response.status_code not in _PASSING:
                    raise ReaperError(self._refusal(doing, error)) from None
            except _http.TransportError as error:
                if last:
                    raise ReaperError(
                        f"{doing}: the cluster at {self._server} cannot be reached ({_reason(error)}); "
                        "see --kubeconfig and --context"
                    ) from None
            self._sleep(_FIRST_PAUSE_SECONDS * 2**attempt)
        raise AssertionError("the last attempt answers or raises")

    def _refusal(self, doing: str, error: Any) -> str:
        code = error.response.status_code
        said = error.status.message if isinstance(error, ApiError) and error.status else error.response.reason_phrase
        if code == _UNAUTHORIZED:
            return f"{doing}: the cluster at {self._server} does not accept the credentials ({said or code})"
        if code == _FORBIDDEN:
            return f"{doing} is forbidden ({said}); the role that the DraftReaper component creates has what is needed"
        return f"{doing}: the cluster at {self._server} answered {code} ({said or 'no reason given'})"


def _draft(deployment: Any) -> Draft:
    metadata = deployment.metadata
    replicas = deployment.spec.replicas
    return Draft(
        namespace=metadata.namespace,
        name=metadata.name,
        expires_at=(metadata.annotations or {}).get(EXPIRES_AT),
        replicas=1 if replicas is None else replicas,
        resource_version=metadata.resourceVersion,
    )


def _scaler(found: Any) -> Scaler | None:
    target = (found.get("spec") or {}).get("scaleTargetRef") or {}
    if target.get("kind", "Deployment") != "Deployment" or "name" not in target:
        return None
    annotations = found.metadata.annotations or {}
    return Scaler(
        namespace=found.metadata.namespace,
        name=found.metadata.name,
        target=target["name"],
        paused_replicas=annotations.get(PAUSED_REPLICAS),
        paused_before=annotations.get(PAUSED_BY_REAPER),
    )


def _labels(found: Any) -> dict[str, str]:
    return found.metadata.labels or {}


def _place(namespace: str | None) -> str:
    return "all namespaces" if namespace is None else f"namespace {namespace!r}"


def _label() -> str:
    return ",".join(f"{key}={value}" for key, value in DRAFT_SELECTOR.items())


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__
