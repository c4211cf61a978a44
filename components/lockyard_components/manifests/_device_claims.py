"""GPUs by dynamic resource allocation (DRA): the driver picks devices by what they are, not a plugin by their count."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem
from lockyard_components.placement import Rollout

from ._labels import object_metadata, shortened

if TYPE_CHECKING:
    from lockyard_components.placement import ResourceBundle

    from ._description import Manifest, WorkloadDescription, WorkloadPlan

POD_CLAIM: Final = "gpus"
"""Name of the claim inside a pod."""


@dataclass(frozen=True, kw_only=True)
class DeviceClaims:
    """Ask for the bundle's GPUs by dynamic resource allocation in place of the device plugin's resource.

    Needs Kubernetes 1.34 and a DRA driver. A change moves the pods.

    Attributes:
        device_class: the driver's DeviceClass.
        selectors: CEL expressions that each device must satisfy, such as
            `device.capacity['gpu.nvidia.com'].memory.compareTo(quantity('40Gi')) >= 0`.
        claim: a ResourceClaim that exists in the workload's namespace, in place of one for each pod; its devices
            belong to one pod at a time, so there can be one replica, and a new version waits for the old one to end.
    """

    device_class: str = "gpu.nvidia.com"
    selectors: tuple[str, ...] = ()
    claim: str | None = None


def device_claim_problems(
    claims: DeviceClaims | None, bundle: ResourceBundle | None, replicas_max: int
) -> Iterator[Problem]:
    """What is wrong with the claims of a workload."""
    if claims is None or bundle is None:
        return
    if not bundle.gpus:
        yield Problem("device_claims", f"does nothing: bundle '{bundle.id}' has no GPU")
    if claims.claim is not None and replicas_max > 1:
        yield Problem(
            "device_claims.claim",
            f"the devices of a claim belong to one pod and this workload may have {replicas_max}: leave the claim "
            "out, so "
            "that each pod gets one of its own, or use 1 replica",
        )
    if claims.claim is not None and claims.selectors:
        yield Problem("device_claims.selectors", "does nothing with a claim that exists: it has its own")


def one_at_a_time(claim: str, claim_mode: str | None) -> Rollout:
    """How pods that share one claim take over: the old one ends first, as it has the devices.

    Args:
        claim: name of the claim.
        claim_mode: access mode of the workload's volume, or None.
    """
    return Rollout(
        kind="recreate",
        max_surge=0,
        max_unavailable=0,
        reason=f"the devices of claim '{claim}' belong to one pod at a time",
        announces_outage=True,
        claim_mode=claim_mode,
    )


def with_claims(
    claims: DeviceClaims, resources: Mapping[str, dict[str, Any]], bundle: ResourceBundle
) -> dict[str, dict[str, Any]]:
    """The containers' resources with claims in the place of the device plugin's resource.

    Args:
        claims: how devices are asked for.
        resources: container name -> resources with the plugin's resource.
        bundle: the bundle, which names that resource.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, amounts in resources.items():
        kept = {
            kind: {key: value for key, value in amounts[kind].items() if key != bundle.resource_name}
            for kind in ("requests", "limits")
        }
        if bundle.resource_name in amounts["limits"]:
            request = {} if claims.claim is not None else {"request": name}
            found[name] = {**kept, "claims": [{"name": POD_CLAIM, **request}]}
        else:
            found[name] = kept
    return found


def pod_claims(description: WorkloadDescription, plan: WorkloadPlan) -> list[dict[str, Any]]:
    """`resourceClaims` of the pod."""
    claims = description.device_claims
    if claims is None:
        return []
    if claims.claim is not None:
        return [{"name": POD_CLAIM, "resourceClaimName": claims.claim}]
    return [{"name": POD_CLAIM, "resourceClaimTemplateName": _template_name(description, _requests(claims, plan))}]


def render_device_claims(description: WorkloadDescription, plan: WorkloadPlan) -> dict[str, Manifest]:
    """`deviceClaims`: the template of the pods' claims. Its spec cannot change, so its name changes with it."""
    claims = description.device_claims
    if claims is None or claims.claim is not None:
        return {}
    requests = _requests(claims, plan)
    return {
        "deviceClaims": {
            "apiVersion": "resource.k8s.io/v1",
            "kind": "ResourceClaimTemplate",
            "metadata": object_metadata(description, name=_template_name(description, requests)),
            "spec": {"spec": {"devices": {"requests": requests}}},
        }
    }


def _requests(claims: DeviceClaims, plan: WorkloadPlan) -> list[dict[str, Any]]:
    selectors = [{"cel": {"expression": expression}} for expression in claims.selectors]
    return [
        {
            "name": name,
            "exactly": {
                "deviceClassName": claims.device_class,
                "allocationMode": "ExactCount",
                "count": count,
                **({"selectors": selectors} if selectors else {}),
            },
        }
        for name, count in plan.devices.items()
        if count
    ]


def _template_name(description: WorkloadDescription, requests: list[dict[str, Any]]) -> str:
    text = json.dumps(requests, sort_keys=True)
    return f"{shortened(description.name, 49)}-gpus-{sha256(text.encode()).hexdigest()[:8]}"
