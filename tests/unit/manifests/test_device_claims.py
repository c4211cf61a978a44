"""GPUs by dynamic resource allocation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import (
    CLUSTER,
    container,
    described,
    errors_of,
    nim,
    planned,
    pod_of,
    rendered,
    runtime,
    scaled,
    spec,
)

from lockyard_components.manifests import DeviceClaims

PAIR = runtime(resourceBundles=["gpu.l4.pair"])
CEL = "device.capacity['gpu.nvidia.com'].memory.compareTo(quantity('20Gi')) >= 0"
NAMED = DeviceClaims(claim="reserved")


def claimed(claims: DeviceClaims | None = None, **fields: Any) -> Any:
    """A NIM workload with two GPUs."""
    return nim(**{"runtime": PAIR, "device_claims": claims or DeviceClaims()} | fields)


def test_k17_each_pod_claims_its_devices_and_asks_for_no_extended_resource() -> None:
    objects = rendered(claimed(DeviceClaims(selectors=(CEL,))))
    template = objects["deviceClaims"]
    assert (template["apiVersion"], template["kind"]) == ("resource.k8s.io/v1", "ResourceClaimTemplate")
    exactly = {
        "deviceClassName": "gpu.nvidia.com",
        "allocationMode": "ExactCount",
        "count": 2,
        "selectors": [{"cel": {"expression": CEL}}],
    }
    assert template["spec"] == {"spec": {"devices": {"requests": [{"name": "server", "exactly": exactly}]}}}
    pod = pod_of(objects)
    name = template["metadata"]["name"]
    assert pod["resourceClaims"] == [{"name": "gpus", "resourceClaimTemplateName": name}]
    assert pod["containers"][0]["resources"] == {
        "requests": {"cpu": "8", "memory": "48Gi"},
        "limits": {"memory": "48Gi"},
        "claims": [{"name": "gpus", "request": "server"}],
    }
    order = list(objects)
    assert order.index("deviceClaims") < order.index("deployment")


def test_each_container_claims_its_own_share() -> None:
    overrides = [{"name": "helper", "resourceAllocation": {"gpu": 1}}]
    both = runtime(resourceBundles=["gpu.l4.pair"], containers=overrides)
    sidecars = spec(container(), {"name": "helper", "imageUri": "i"}, {"name": "logs", "imageUri": "i"})
    objects = rendered(claimed(spec=sidecars, runtime=both))
    requests = objects["deviceClaims"]["spec"]["spec"]["devices"]["requests"]
    assert [(item["name"], item["exactly"]["count"]) for item in requests] == [("server", 1), ("helper", 1)]
    claims = {item["name"]: item["resources"].get("claims") for item in pod_of(objects)["containers"]}
    assert claims == {
        "server": [{"name": "gpus", "request": "server"}],
        "helper": [{"name": "gpus", "request": "helper"}],
        "logs": None,
    }


def test_the_templates_name_changes_with_what_it_asks_for_and_only_with_that() -> None:
    descriptions = [
        claimed(),
        claimed(DeviceClaims(device_class="other")),
        claimed(DeviceClaims(selectors=(CEL,))),
        claimed(runtime=runtime(resourceBundles=["gpu.l4.small"])),
    ]
    names = [rendered(item)["deviceClaims"]["metadata"]["name"] for item in descriptions]
    assert len(set(names)) == len(names)
    assert rendered(claimed(version="f" * 12, importance="high"))["deviceClaims"]["metadata"]["name"] == names[0]
    assert all(len(rendered(claimed(name=letter * 52))["deviceClaims"]["metadata"]["name"]) <= 63 for letter in "ab")


def test_k17_a_claim_that_exists_is_for_one_replica() -> None:
    for wanted in (runtime(resourceBundles=["gpu.l4.pair"], replicaCount=2), scaled()):
        (found,) = errors_of(claimed(NAMED, runtime=wanted))
        assert found.startswith("device_claims.claim: the devices of a claim belong to one pod")
    objects = rendered(claimed(NAMED))
    assert "deviceClaims" not in objects
    assert pod_of(objects)["resourceClaims"] == [{"name": "gpus", "resourceClaimName": "reserved"}]
    assert pod_of(objects)["containers"][0]["resources"]["claims"] == [{"name": "gpus"}]
    assert objects["deployment"]["spec"]["strategy"] == {"type": "Recreate"}
    (found,) = (str(problem) for problem in planned(claimed(NAMED)).warnings)
    assert found.startswith("device_claims.claim: every rollout is an outage") and "claim 'reserved'" in found


def test_k45_claims_that_do_nothing_are_refused() -> None:
    (found,) = errors_of(described(device_claims=DeviceClaims()))
    assert found == "device_claims: does nothing: bundle 'cpu.small' has no GPU"
    (found,) = errors_of(claimed(replace(NAMED, selectors=(CEL,))))
    assert found.startswith("device_claims.selectors: does nothing with a claim that exists")


@pytest.mark.parametrize("description", [nim(), described()])
def test_without_it_nothing_is_claimed(description: Any) -> None:
    objects = rendered(description, CLUSTER)
    assert "deviceClaims" not in objects and "resourceClaims" not in pod_of(objects)
