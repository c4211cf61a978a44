"""What a workload may run and how: runtime against artifact, bundles, limits, images (workload-api §10, §15.2)."""

from lockyard.contract import (
    ALL_COMPAT,
    ForbiddenError,
    Json,
    Problem,
    ResourceBundle,
    ValidationFailedError,
    WorkloadRuntime,
    bundle_problems,
    dump,
    infer_bundle,
    parse_runtime,
    requested_replicas,
    runtime_digest,
    runtime_problems,
)

from ._registry import Registry
from ._rollout import Target
from ._rows import ArtifactRow, WorkloadRow


def target(reg: Registry, artifact: ArtifactRow, runtime: WorkloadRuntime) -> Target:
    """What a workload shall run, from what its caller asked for.

    Raises:
        ValidationFailedError: the runtime names what the artifact or the registry does not have (R67, R101), or the
            artifact cannot run yet (R75).
        ForbiddenError: it asks for more replicas than allowed (R96).
    """
    refuse_unready(artifact.spec)
    _refuse(runtime, artifact, bundle_problems(runtime, reg.bundles))
    _check_limit(reg, runtime)
    document = dump(runtime)
    for group, described in zip(runtime.container_groups, document["containerGroups"], strict=True):
        bundle = next((known for known in reg.bundles if known.id in group.resource_bundles), None)
        if bundle is None:
            wanted = [c.resource_allocation for c in group.containers if c.resource_allocation is not None]
            bundle = infer_bundle(wanted, reg.bundles)
        # The digest stays that of what was asked for: only then can whoever applies it compute it too.
        described["resourceBundles"] = [bundle.id] if bundle else []
        described["resolvedBundle"] = bundle and _resolved(bundle)
    return Target(artifact, document, str(runtime_digest(runtime)))


def same_runtime_on(artifact: ArtifactRow, workload: WorkloadRow) -> Target:
    """The workload's present runtime on another artifact.

    Raises:
        ValidationFailedError: the runtime names what that artifact does not have, or the artifact cannot run yet.
    """
    refuse_unready(artifact.spec)
    _refuse(stored_runtime(workload), artifact, [])
    return Target(artifact, workload.runtime, workload.runtime_digest)


def check_limits(reg: Registry, workload: WorkloadRow) -> None:
    """Refuses to start a workload that asks for more replicas than allowed (R96).

    Raises:
        ForbiddenError: it does.
    """
    _check_limit(reg, stored_runtime(workload))


def stored_runtime(workload: WorkloadRow) -> WorkloadRuntime:
    """The workload's runtime as a model."""
    groups: list[Json] = workload.runtime["containerGroups"]
    asked = [{key: value for key, value in group.items() if key != "resolvedBundle"} for group in groups]
    return parse_runtime({**workload.runtime, "containerGroups": asked}, ALL_COMPAT)


def _check_limit(reg: Registry, runtime: WorkloadRuntime) -> None:
    wanted, most = requested_replicas(runtime), reg.max_workload_replicas
    if most and wanted > most:
        raise ForbiddenError(f"Requested replicas ({wanted}) exceeds the maximum allowed ({most}).")


def _refuse(runtime: WorkloadRuntime, artifact: ArtifactRow, problems: list[Problem]) -> None:
    names = {
        group["name"]: [container["name"] for container in group["containers"]]
        for group in artifact.spec["containerGroups"]
    }
    problems = runtime_problems(runtime, artifact_type=artifact.type, container_groups=names) + problems
    if problems:
        raise ValidationFailedError(problems=problems)


def refuse_unready(spec: Json) -> None:
    """An artifact without containers, or whose image is not built, cannot run (R75)."""
    containers = [c for group in spec["containerGroups"] for c in group["containers"]]
    waiting = [c["name"] for c in containers if not c["imageUri"]]
    if waiting:
        message = f"runtime_image_uri of container {waiting[0]} is None: complete an image build of the artifact first"
    elif not containers:
        message = "the artifact has no containers: nothing could run"
    else:
        return
    raise ValidationFailedError(problems=[Problem("artifactId", message, "invalid")])


def _resolved(bundle: ResourceBundle) -> Json:
    return {
        "id": bundle.id,
        "cpuCount": bundle.cpu_count,
        "memoryBytes": bundle.memory_bytes,
        "gpuCount": bundle.gpu_count,
        "gpuMaker": bundle.gpu_maker,
        "gpuTypeLabel": bundle.gpu_type_label,
    }
