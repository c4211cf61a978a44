"""The small objects beside the Deployment: account, Secret, claim, Service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._environment import environment_secret_name
from ._labels import API_PORT, SERVICE_PORT, object_metadata, selector_labels
from ._volumes import claim_name

if TYPE_CHECKING:
    from ._description import Manifest, WorkloadDescription, WorkloadPlan


def render_service_account(description: WorkloadDescription) -> Manifest:
    """An account without rights and without a token: servers do not talk to the API server."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": object_metadata(description),
        "automountServiceAccountToken": False,
    }


def render_environment_secret(description: WorkloadDescription, data: dict[str, Any]) -> Manifest:
    """The values that must not stand in the Deployment, under a name that changes with them."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": object_metadata(description, name=environment_secret_name(description)),
        "type": "Opaque",
        "immutable": True,
        "stringData": data,
    }


def render_claim(description: WorkloadDescription, plan: WorkloadPlan) -> Manifest:
    """The dedicated volume: one access mode and a named class, both immutable; its size may grow."""
    assert plan.storage_class is not None  # a plan without errors has one
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": object_metadata(description, name=claim_name(description)),
        "spec": {
            "accessModes": [plan.claim_mode],
            "storageClassName": plan.storage_class.name,
            "volumeMode": "Filesystem",
            "resources": {"requests": {"storage": plan.claim_size}},
        },
    }


def render_service(description: WorkloadDescription) -> Manifest:
    """How the workload is reached in the cluster. Its port stays when an artifact's port changes."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": object_metadata(description),
        "spec": {
            "type": "ClusterIP",
            "selector": selector_labels(description),
            "ports": [
                {
                    "name": API_PORT,
                    "port": SERVICE_PORT,
                    "targetPort": API_PORT,
                    "protocol": "TCP",
                    "appProtocol": "http",
                }
            ],
            "publishNotReadyAddresses": False,
        },
    }
