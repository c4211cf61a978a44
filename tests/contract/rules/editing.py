"""R35 to R37, R50, R52, R62 to R68: editing and deleting artifacts, and what only some types have."""

from lockyard.contract import ConflictError, NotFoundError, ValidationFailedError

from ..table import OVER_HTTP, rule
from ..world import World, container, only_container, runtime, spec

CONTENT = ("name", "description", "type", "status", "spec", "artifactRepositoryId", "version", "creator", "createdAt")


@rule("R35")
def only_given_keys(t: World) -> None:
    """PATCH changes the keys it holds and no others."""
    made = t.artifact(description="old")
    for body in ({"name": "new"}, {"description": "new"}, {"description": ""}, {}):
        before = t.client.get_artifact(made["id"])
        after = t.client.update_artifact(made["id"], body)
        assert {key: after[key] for key in CONTENT} == {key: before[key] for key in CONTENT} | body
        assert t.client.get_artifact(made["id"]) == after
    assert t.client.update_artifact(made["id"], {"description": None})["description"] == ""
    t.refused(ValidationFailedError, t.client.update_artifact, made["id"], {"name": ""})
    t.refused(ValidationFailedError, t.client.update_artifact, made["id"], {"type": "nim"})
    t.refused(ValidationFailedError, t.client.update_artifact, made["id"], {"colour": "red"})
    t.refused(ValidationFailedError, t.client.update_artifact, made["id"], {"spec": "a string"})


@rule("R36")
def groups_replaced_whole(t: World) -> None:
    """PATCH of the spec replaces the whole list of groups."""
    side = {"name": "side", "imageUri": "registry.example/side:1", "environmentVars": [{"name": "A", "value": "b"}]}
    made = t.artifact(spec=spec(container(description="first"), side))
    after = t.client.update_artifact(made["id"], {"spec": spec(container())})
    assert only_container(after)["description"] == ""


@rule("R37")
def spec_type_ignored(t: World) -> None:
    """`spec.type` may be sent back and changes nothing."""
    for type in ("service", "nim"):
        made = t.artifact(type=type)
        after = t.client.update_artifact(made["id"], {"spec": made["spec"]})
        assert {key: after[key] for key in CONTENT} == {key: made[key] for key in CONTENT}
        assert t.client.update_artifact(made["id"], {"spec": {"type": type}})["spec"] == made["spec"]
    moved = {"artifactRepositoryId": made["artifactRepositoryId"], "name": "same repository"}
    assert t.client.update_artifact(made["id"], moved)["name"] == "same repository"
    other = t.artifact(type="nim")["artifactRepositoryId"]
    t.refused(ValidationFailedError, t.client.update_artifact, made["id"], {"artifactRepositoryId": other})


@rule("R50")
def delete_draft(t: World) -> None:
    """An unreferenced draft can be deleted."""
    made = t.artifact()
    t.client.delete_artifact(made["id"])
    t.refused(NotFoundError, t.client.get_artifact, made["id"])
    t.refused(NotFoundError, t.client.delete_artifact, made["id"])
    if t.over_http:
        t.answered(204, "DELETE", f"/artifacts/{t.artifact()['id']}")


@rule("R52")
def delete_used(t: World) -> None:
    """An artifact that a workload refers to cannot be deleted, running or not; the text names the workload."""
    draft = t.artifact()
    workload = t.running(draft)
    for _ in ("running", "stopped"):
        error = t.refused(ConflictError, t.client.delete_artifact, draft["id"])
        assert error.message == (
            f"Cannot delete artifact referenced by 1 workload(s): {workload['id']}. Delete the workload(s) first."
        )
        assert t.client.get_artifact(draft["id"]) == draft
        t.client.stop_workload(workload["id"])
        t.clock.advance(5)
    t.client.delete_workload(workload["id"])
    t.client.delete_artifact(draft["id"])


@rule("R62")
def storage_default(t: World) -> None:
    """Storage of a NIM is a volume of its own by default."""
    made = t.artifact(type="nim", spec=spec(storage={}))
    assert made["spec"]["storage"]["mode"] == "dedicatedPvc"
    assert t.artifact(type="nim")["spec"]["storage"] is None


@rule("R63")
def storage_modes(t: World) -> None:
    """There are two modes of storage."""
    for mode in ("dedicatedPvc", "nimCache"):
        assert t.artifact(type="nim", spec=spec(storage={"mode": mode}))["spec"]["storage"]["mode"] == mode
    for mode in ("shared", "NimCache", ""):
        error = t.refused(ValidationFailedError, t.artifact, type="nim", spec=spec(storage={"mode": mode}))
        assert [p.path for p in error.problems] == ["spec.storage.mode"]


@rule("R64")
def storage_sizes(t: World) -> None:
    """Sizes have binary units."""
    for size in ("150Gi", "1.5Ti", "512Mi"):
        assert t.artifact(type="nim", spec=spec(storage={"pvcSize": size}))["spec"]["storage"]["pvcSize"] == size
    for size in ("150GB", "150", "-1Gi", " 1Gi", "1Gi\n", 150, "1e3Gi"):
        error = t.refused(ValidationFailedError, t.artifact, type="nim", spec=spec(storage={"pvcSize": size}))
        assert [p.path for p in error.problems] == ["spec.storage.pvcSize"]


@rule("R65")
def storage_on_service(t: World) -> None:
    """A service has no storage."""
    error = t.refused(ValidationFailedError, t.artifact, spec=spec(storage={}))
    assert [p.path for p in error.problems] == ["spec.storage"]
    made = t.artifact()
    t.refused(ValidationFailedError, t.client.update_artifact, made["id"], {"spec": spec(storage={})})


@rule("R66", lanes=OVER_HTTP)
def nim_build(t: World) -> None:
    """A NIM is never built (there are no builds here at all)."""
    made = t.artifact(type="nim")
    response = t.raw.post(f"/artifacts/{made['id']}/builds", json={})
    assert 400 <= response.status_code < 500
    built = spec(container(imageUri=None, imageBuildConfig={}))
    t.refused(ValidationFailedError, t.artifact, type="nim", spec=built)


@rule("R67")
def nim_metrics(t: World) -> None:
    """Metrics of GPUs and custom ones are for NIMs."""
    for metric in ("gpuCacheUtilization", "gpuRequestQueueDepth", "vllm:kv_cache_usage_perc"):
        scaling = {"minReplicaCount": 1, "maxReplicaCount": 2, "policies": [{"scalingMetric": metric, "target": 5}]}
        scaled = runtime(replicaCount=None, autoscaling=scaling)
        made = t.workload(t.artifact(type="nim"), runtime=scaled)
        (policy,) = made["runtime"]["containerGroups"][0]["autoscaling"]["policies"]
        assert (policy["scalingMetric"], policy["target"]) == (metric, 5)
        error = t.refused(ValidationFailedError, t.workload, t.artifact(), runtime=scaled)
        assert error.problems[0].path == "runtime.containerGroups.0.autoscaling.policies.0.scalingMetric"


@rule("R68")
def agent_flag(t: World) -> None:
    """`a2aEnabled` is stored on an agent (compat switch) and refused elsewhere."""
    error = t.refused(ValidationFailedError, t.artifact, spec=spec(a2aEnabled=True))
    assert [p.path for p in error.problems] == ["spec.a2aEnabled"]
    if t.compat:
        for flag in (True, False):
            assert t.artifact(type="agent", spec=spec(a2aEnabled=flag))["spec"]["a2aEnabled"] is flag
        assert t.artifact(type="agent")["spec"]["a2aEnabled"] is False
    else:
        t.refused(ValidationFailedError, t.artifact, type="agent", spec=spec(a2aEnabled=True))
