"""R96 to R102, R109, R128: the runtime."""

import pytest

from lockyard.contract import ApiError, ForbiddenError, ValidationFailedError

from ..table import rule
from ..world import MAX_REPLICAS, World, runtime

GROUP = "runtime.containerGroups.0"


def refused(t: World, wanted, path: str | None = None) -> None:
    """A create and a settings PATCH with this runtime must be refused, with this path, changing nothing."""
    artifact = t.locked()
    running = t.running(artifact)
    for call in (
        lambda: t.workload(artifact, runtime=wanted),
        lambda: t.client.update_settings(running["id"], wanted),
    ):
        with pytest.raises(ApiError) as caught:
            call()
        assert type(caught.value) is ValidationFailedError
        if path is not None:
            assert path in [p.path for p in caught.value.problems], caught.value
    assert t.client.get_workload(running["id"]) == running


def group(made):
    (found,) = made["runtime"]["containerGroups"]
    return found


@rule("R96")
def replica_limit(t: World) -> None:
    """More replicas than allowed: 403, nothing changes."""
    artifact = t.locked()
    running = t.running(artifact)
    scaling = {"minReplicaCount": 1, "maxReplicaCount": MAX_REPLICAS + 1, "policies": []}
    for wanted in (
        runtime(replicaCount=MAX_REPLICAS + 1),
        runtime(replicaCount=None, autoscaling=scaling),
    ):
        error = t.refused(ForbiddenError, t.workload, artifact, runtime=wanted)
        assert error.message == f"Requested replicas ({MAX_REPLICAS + 1}) exceeds the maximum allowed ({MAX_REPLICAS})."
        t.refused(ForbiddenError, t.client.update_settings, running["id"], wanted)
    assert t.client.get_workload(running["id"]) == running
    assert group(t.workload(artifact, runtime=runtime(replicaCount=MAX_REPLICAS)))["replicaCount"] == MAX_REPLICAS


POLICY = {"scalingMetric": "httpRequestsConcurrency", "target": 10}
SCALING = {"minReplicaCount": 1, "maxReplicaCount": 3, "policies": [POLICY]}


@rule("R97")
def replicas_or_autoscaling(t: World) -> None:
    """A replica count excludes enabled autoscaling."""
    refused(t, runtime(replicaCount=2, autoscaling=SCALING))
    refused(t, runtime(replicaCount=2, autoscaling={**SCALING, "enabled": None}))
    refused(t, runtime(replicaCount=0), f"{GROUP}.replicaCount")
    refused(t, runtime(autoscaling=True, replicaCount=None), f"{GROUP}.autoscaling")
    refused(t, runtime(autoscaling={**SCALING, "enabled": "yes"}, replicaCount=None))
    assert group(t.workload(runtime=runtime(replicaCount=2, autoscaling={**SCALING, "enabled": False})))
    assert group(t.workload(runtime=runtime(replicaCount=None, autoscaling=SCALING)))["replicaCount"] is None


@rule("R98")
def legacy_policies(t: World) -> None:
    """Bounds inside policies come back as bounds of the group."""
    policies = [{**POLICY, "minCount": 1, "maxCount": 4, "priority": 1}]
    made = t.workload(runtime=runtime(replicaCount=None, autoscaling={"enabled": True, "policies": policies}))
    scaling = group(made)["autoscaling"]
    assert (scaling["minReplicaCount"], scaling["maxReplicaCount"]) == (1, 4)
    assert [set(policy) for policy in scaling["policies"]] == [{"scalingMetric", "target"}]
    several = [*policies, {"scalingMetric": "cpuAverageUtilization", "target": 60, "minCount": 2, "maxCount": 9}]
    scaling = group(t.workload(runtime=runtime(replicaCount=None, autoscaling={"policies": several})))["autoscaling"]
    assert (scaling["minReplicaCount"], scaling["maxReplicaCount"]) == (1, 9)


@rule("R99")
def autoscaling_bounds(t: World) -> None:
    """min ≤ max, targets are not negative, CPU needs one replica."""

    def scaled(**over):
        return runtime(replicaCount=None, autoscaling={**SCALING, **over})

    refused(t, scaled(minReplicaCount=4))
    refused(t, scaled(policies=[{**POLICY, "target": -1}]))
    refused(t, scaled(minReplicaCount=0, policies=[{"scalingMetric": "cpuAverageUtilization", "target": 60}]))
    refused(t, scaled(minReplicaCount=-1))
    refused(t, scaled(maxReplicaCount=0))
    assert group(t.workload(runtime=scaled(minReplicaCount=0)))["autoscaling"]["minReplicaCount"] == 0


def allocated(**allocation):
    return runtime(resourceBundles=[], containers=[{"name": "main", "resourceAllocation": allocation}])


@rule("R100")
def memory(t: World) -> None:
    """Memory comes back in bytes."""
    for given, expected in (
        ("512MB", 512_000_000),
        (536_870_912, 536_870_912),
        ("512 mb", 512_000_000),
        ("1.5GB", 1_500_000_000),
        ("512MiB", 536_870_912),
        ("0.5GiB", 536_870_912),
        ("1000", 1000),
        ("7B", 7),
        (512.0, 512),
    ):
        made = t.workload(runtime=allocated(cpu=1, memory=given))
        assert group(made)["containers"][0]["resourceAllocation"]["memory"] == expected, given
    for wrong in (-1, "lots", "4Gi", "1XB", "", 1.5, "-1MB", True):
        refused(t, allocated(cpu=1, memory=wrong), f"{GROUP}.containers.0.resourceAllocation.memory")


@rule("R101")
def names_of_the_artifact(t: World) -> None:
    """Groups and containers must exist in the artifact."""
    refused(t, runtime(name="other"), f"{GROUP}.name")
    refused(t, runtime(containers=[{"name": "other"}]), f"{GROUP}.containers.0.name")
    two = runtime()["containerGroups"] * 2
    refused(t, {"containerGroups": two})


@rule("R102")
def inferred_bundle(t: World) -> None:
    """A group with allocations alone gets a bundle."""
    for allocation, bundle in (
        ({"cpu": 0.25, "memory": 256_000_000}, "cpu.micro"),
        ({"cpu": 0.5, "memory": 512_000_000}, "cpu.small"),
        ({"cpu": 1, "memory": 2_147_483_648}, "cpu.xlarge"),
    ):
        made = group(t.workload(runtime=allocated(**allocation)))
        assert made["resourceBundles"] == [bundle]
        assert made["resolvedBundle"]["id"] == bundle
        assert made["resolvedBundle"]["cpuCount"] >= allocation["cpu"]
        assert made["resolvedBundle"]["memoryBytes"] >= allocation["memory"]
    refused(t, runtime(resolvedBundle={"id": "cpu.small"}), f"{GROUP}.resolvedBundle")


@rule("R109")
def no_environment(t: World) -> None:
    """The runtime has no environment variables."""
    variables = [{"name": "A", "value": "b"}]
    refused(t, {**runtime(), "environmentVars": variables}, "runtime.environmentVars")
    refused(t, runtime(environmentVars=variables), f"{GROUP}.environmentVars")
    inside = [{"name": "main", "environmentVars": variables}]
    refused(t, runtime(containers=inside), f"{GROUP}.containers.0.environmentVars")


@rule("R128")
def bundles(t: World) -> None:
    """The listed bundles can be named."""
    listed = list(t.client.list_bundles())
    assert {"cpu.micro", "cpu.small", "gpu.l4.small"} <= {bundle["id"] for bundle in listed}
    for bundle in listed:
        assert {"name", "description", "cpuCount", "memoryBytes", "gpuCount", "gpuMaker", "gpuTypeLabel"} <= set(bundle)
        assert group(t.workload(runtime=runtime(resourceBundles=[bundle["id"]])))["resourceBundles"] == [bundle["id"]]
    refused(t, runtime(resourceBundles=["cpu.gigantic"]), f"{GROUP}.resourceBundles.0")
