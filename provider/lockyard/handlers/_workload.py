"""The workload on the registry: create, read, update, delete. Every write converges, so repeating one is harmless."""

from __future__ import annotations

from collections.abc import Callable

from lockyard.contract import ConflictError, Json, NotFoundError, dump, parse_runtime, runtime_digest

from ._adoption import adopted, refuse_differences
from ._context import Context
from ._labels import present_roles, require_tag_support, sync_roles, sync_tags, tags_of
from ._not_owned import refuse_if_not_owned
from ._origin import workload_key
from ._polling import wait_for
from ._results import GONE, Found
from ._workload_diff import ENDED, ENDING, METADATA, compact_runtime, served_runtime_differs

KIND = "workloads"
DEADLINE_SECONDS = 120.0
SETTLED = frozenset({"completed", "failed", "errored"})


def create_workload(context: Context, inputs: Json) -> Found:
    """Makes the workload, adopts one, or takes back what an unanswered call made, and brings it to the inputs."""
    client = context.client
    require_tag_support(context, "workload", inputs)
    if inputs.get("adoptId"):
        document = adopted("workload", client.get_workload, inputs["adoptId"])
        names = ["name", "description", "importance", "artifactId"]
        refuse_differences("workload", document, inputs, names)
        if inputs.get("runtime") is not None and served_runtime_differs(inputs["runtime"], document.get("runtime")):
            refuse_differences("workload", document | {"runtime": 0}, {"runtime": 1}, ["runtime"])
    else:
        body = {name: inputs[name] for name in (*METADATA, "artifactId")}
        body["runtime"] = _runtime_body(inputs)
        document = client.create_workload(body, idempotency_key=workload_key(inputs["origin"]))
        document = _converge(context, document, inputs, digest_changed=False)
    sync_tags(client, KIND, document, inputs.get("tags"))
    sync_roles(client, KIND, document["id"], None, inputs.get("sharedRoles"))
    return Found(document["id"], {**inputs, **_computed(context, document)})


def read_workload(context: Context, id: str, state: Json) -> Found:
    """Reads the workload. Progress (submitted, launching, running) is not drift; gone, stopped and edited is."""
    context.require_registry_of(state)
    client = context.client
    try:
        document = client.get_workload(id)
    except NotFoundError:
        return GONE
    external = "name" not in state  # get(): there is nothing to keep the spelling of
    if not external:
        document = _rolled(document)
    seen = {**state, **{name: document.get(name) for name in ("name", "importance", "artifactId")}}
    seen["description"] = document.get("description") or ""
    if (external or state.get("artifactDigest") is not None) and document.get("artifactDigest"):
        seen["artifactDigest"] = document["artifactDigest"]
    if external:
        seen["running"] = document["status"] not in ENDED
    if external or served_runtime_differs(state.get("runtime"), document.get("runtime")):
        seen["runtime"] = compact_runtime(document.get("runtime"))
    if tags_of(document) != (state.get("tags") or {}):
        seen["tags"] = tags_of(document)
    if state.get("sharedRoles"):
        seen["sharedRoles"] = present_roles(client, KIND, id, state["sharedRoles"])
    computed = _computed(context, document)
    if state.get("status") is not None and (state["status"] in ENDING) == (document["status"] in ENDING):
        computed["status"] = state["status"]
    if state.get("claim") is not None:
        computed["claim"] = state["claim"]
    if not external and "expiresAt" not in state and not computed["expiresAt"]:
        del computed["expiresAt"]  # a state that an earlier version wrote: nothing to say is no drift
    return Found(id, {**seen, **computed})


def update_workload(context: Context, id: str, old_state: Json, inputs: Json) -> Json:
    """Brings the workload to the inputs: metadata in place, artifact and runtime by a swap, then start or stop."""
    context.require_registry_of(old_state)
    require_tag_support(context, "workload", inputs)
    client = context.client
    changed = (
        old_state.get("artifactDigest") != inputs.get("artifactDigest") and inputs.get("artifactDigest") is not None
    )
    document = _converge(context, client.get_workload(id), inputs, digest_changed=changed)
    sync_tags(client, KIND, document, inputs.get("tags", {} if old_state.get("tags") else None))
    sync_roles(client, KIND, id, old_state.get("sharedRoles"), inputs.get("sharedRoles"))
    return {**inputs, **_computed(context, document)}


def delete_workload(context: Context, id: str, state: Json) -> None:
    """Deletes the workload; its artifact and repository stay.

    Raises:
        ForbiddenError: It is there, but not ours to delete.
    """
    context.require_registry_of(state)
    try:
        context.client.delete_workload(id, claim=state.get("claim"))
    except NotFoundError:
        refuse_if_not_owned(lambda: context.client.get_workload(id), f"workload '{state.get('name', id)}' ({id})")


def _converge(context: Context, document: Json, wanted: Json, *, digest_changed: bool) -> Json:
    """Reads first, then makes only the calls that are missing (design: a failed rollout)."""
    client, id = context.client, document["id"]
    edits = {name: wanted[name] for name in METADATA if (document.get(name) or "") != (wanted.get(name) or "")}
    if edits:
        document = client.update_workload(id, edits)
    if not wanted.get("running", True):
        return _converge_stopped(context, document, wanted, digest_changed=digest_changed)
    if _roll(context, document, wanted, digest_changed=digest_changed):
        document = client.get_workload(id)
    if document["status"] in ENDING:  # settings start a stopped workload, a replacement does not (R104, R112)
        _await_stop(context, document)
        client.start_workload(id)
    return client.get_workload(id)


def _converge_stopped(context: Context, document: Json, wanted: Json, *, digest_changed: bool) -> Json:
    """Stops before an artifact is swapped, which then needs no rollout; a stop would give one up (R88, R112)."""
    client, id = context.client, document["id"]
    if document["artifactId"] != wanted["artifactId"] and document["status"] not in ENDING:
        client.stop_workload(id)
        document = client.get_workload(id)
    if _roll(context, document, wanted, digest_changed=digest_changed):
        document = _await(context, id, lambda seen: not _rolling(seen), "to roll, before it can be stopped")
    if document["status"] not in ENDING:
        client.stop_workload(id)
    return client.get_workload(id)


def _roll(context: Context, document: Json, wanted: Json, *, digest_changed: bool) -> bool:
    """Starts the swap that is missing, if one is. Returns whether a call was made."""
    client, id = context.client, document["id"]
    if _rolling(document):
        active = document["replacement"]
        if active.get("candidateArtifactId") == wanted["artifactId"] and not _differs(wanted, active, digest_changed):
            return True
        _cancel(context, id)
        document = client.get_workload(id)
    runtime_differs = wanted.get("runtime") is not None and _runtime_differs(wanted, document)
    if document["artifactId"] != wanted["artifactId"]:
        body: Json = {"artifactId": wanted["artifactId"], "strategy": "rolling", "config": {}}
        if runtime_differs:
            body["runtime"] = _runtime_body(wanted)
        _await_stop(context, document)
        client.start_replacement(id, body)
        return True
    if runtime_differs or _digest_differs(wanted, document, digest_changed):
        runtime = _runtime_body(wanted) if wanted.get("runtime") is not None else _settings_runtime(context, id)
        _await_stop(context, document)
        client.update_settings(id, runtime)
        return True
    return False


def _await_stop(context: Context, document: Json) -> None:
    """Waits for a workload that is stopping: no server rolls or starts it before it has stopped."""
    if document["status"] == "stopping":
        _await(context, document["id"], lambda seen: seen["status"] != "stopping", "to stop")


def _await(context: Context, id: str, reached: Callable[[Json], bool], what: str) -> Json:
    def look() -> Json | None:
        document = context.client.get_workload(id)
        return document if reached(document) else None

    return wait_for(look, seconds=DEADLINE_SECONDS, what=f"workload {id} {what}")


def _rolling(document: Json) -> bool:
    replacement = document.get("replacement")
    return bool(replacement) and replacement["status"] not in SETTLED


def _rolled(document: Json) -> Json:
    """The workload as it will be when its active replacement is done: a rollout on its way is no drift."""
    if not _rolling(document):
        return document
    active = document["replacement"]
    goal = {"artifactId": active["candidateArtifactId"], "artifactDigest": active.get("artifactDigest")}
    return document | goal | {"runtime": active.get("runtime") or document.get("runtime")}


def _cancel(context: Context, id: str) -> None:
    """Cancels the active replacement and waits until it is gone; the old artifact keeps serving."""
    client = context.client
    try:
        client.cancel_replacement(id)
    except NotFoundError:
        return  # it ended by itself

    def gone() -> bool | None:
        replacement = client.get_replacement(id)
        return True if replacement is None or replacement["status"] in SETTLED else None

    wait_for(gone, seconds=DEADLINE_SECONDS, what=f"workload {id}: the cancelled replacement to end")


def _differs(wanted: Json, replacement: Json, digest_changed: bool) -> bool:
    served, locked = replacement.get("artifactDigest"), (wanted.get("artifactFacts") or {}).get("status") == "locked"
    # A server that does not say which content a draft's rollout began with is told again.
    if digest_changed and not locked and (served is None or served != wanted.get("artifactDigest")):
        return True
    return wanted.get("runtime") is not None and served_runtime_differs(wanted["runtime"], replacement.get("runtime"))


def _runtime_differs(wanted: Json, document: Json) -> bool:
    if document.get("runtimeDigest") == str(runtime_digest(parse_runtime(_runtime_body(wanted)))):
        return False
    return served_runtime_differs(wanted["runtime"], document.get("runtime"))


def _digest_differs(wanted: Json, document: Json, digest_changed: bool) -> bool:
    """Whether what runs is older than the wanted content; a server that does not say is told again after every edit."""
    digest = wanted.get("artifactDigest")
    if digest is None:
        return False
    served = document.get("artifactDigest")
    return digest_changed if served is None else served != digest


def _runtime_body(wanted: Json) -> Json:
    return dump(parse_runtime(wanted.get("runtime") or {}))


def _settings_runtime(context: Context, id: str) -> Json:
    """The runtime to send back when only the artifact's content changed."""
    runtime = compact_runtime(context.client.get_settings(id)["runtime"])
    if not isinstance(runtime, dict):
        raise ConflictError(f"workload {id}: its runtime on the registry cannot be read back", status=409)
    return dump(parse_runtime(runtime))


def _computed(context: Context, document: Json) -> Json:
    return {
        "status": document["status"],
        "endpoint": document.get("endpoint"),
        "claim": document.get("claim"),
        # Empty for "never": what the state lacks the SDK takes as unknown in every preview.
        "expiresAt": document.get("expiresAt") or "",
        **context.stamp(),
    }
