"""The artifact repository: made by a POST whose key is derived from its origin, so a lost answer makes no twin."""

from __future__ import annotations

from lockyard.contract import (
    ConflictError,
    Json,
    LockyardError,
    MethodNotAllowedError,
    NotFoundError,
    RepositoryInput,
    ValidationFailedError,
    parse,
)

from ._adoption import adopted, adoption_problems, refuse_differences
from ._context import Context
from ._in_use import in_use
from ._labels import label_problems, present_roles, require_tag_support, sync_roles, sync_tags, tags_of
from ._not_owned import refuse_if_not_owned
from ._origin import artifact_key, origin_problems, repository_key
from ._results import GONE, Change, Checked, Found
from ._values import changed_names, without_none

KIND = "artifactRepositories"

# What a change does: the names compared by diff, and those among them that make another repository (R57).
COMPARED = ("name", "type", "tags", "sharedRoles", "forceDestroy")
FORCE_NEW = frozenset({"type"})
DEFAULTS: Json = {"type": "service", "forceDestroy": False}


def check_repository(context: Context, old_inputs: Json, new_inputs: Json) -> Checked:
    """Checks a repository's arguments without the network."""
    problems = origin_problems(new_inputs, embedded=context.settings.embedded) + label_problems(new_inputs)
    inputs = {"type": "service", **without_none(new_inputs)}
    try:
        parse(RepositoryInput, {key: inputs.get(key) for key in ("name", "type")}, compat=context.settings.compat)
    except ValidationFailedError as error:
        problems += error.problems
    problems += adoption_problems(inputs)
    return Checked(inputs, tuple(problems))


def diff_repository(old_state: Json, new_inputs: Json) -> Change:
    """Compares a repository's state with its new arguments; pure and total."""
    old, new = {**DEFAULTS, **without_none(old_state)}, {**DEFAULTS, **without_none(new_inputs)}
    changed = changed_names(COMPARED, old, new)
    return Change(tuple(changed), tuple(name for name in changed if name in FORCE_NEW))


def create_repository(context: Context, inputs: Json) -> Found:
    """Makes the repository, or takes back the one that an unanswered earlier call made."""
    require_tag_support(context, "artifact repository", inputs)
    client, state = context.client, dict(inputs)
    if inputs.get("adoptId"):
        document = adopted("artifact repository", client.get_repository, inputs["adoptId"])
        refuse_differences("artifact repository", document, inputs, ("name", "type"))
    else:
        document, lineage = _make(context, inputs)
        if lineage:
            state["lineageArtifactId"] = lineage
    sync_tags(client, KIND, document, inputs.get("tags"))
    sync_roles(client, KIND, document["id"], None, inputs.get("sharedRoles"))
    return Found(document["id"], {**state, **_computed(context, document)})


def read_repository(context: Context, id: str, state: Json) -> Found:
    """Reads the repository; gone only if the registry that the state came from says so."""
    context.require_registry_of(state)
    try:
        document = context.client.get_repository(id)
    except NotFoundError:
        return GONE
    seen: Json = {**state, "type": document["type"]}
    if not state.get("lineageArtifactId"):
        seen["name"] = document["name"]
    if tags_of(document) != (state.get("tags") or {}):
        seen["tags"] = tags_of(document)
    if state.get("sharedRoles"):
        seen["sharedRoles"] = present_roles(context.client, KIND, id, state["sharedRoles"])
    computed = _computed(context, document)
    if state.get("claim") is not None:
        computed["claim"] = state["claim"]
    return Found(id, {**seen, **computed})


def update_repository(context: Context, id: str, old_state: Json, inputs: Json) -> Json:
    """Renames the repository and writes its tags and roles."""
    context.require_registry_of(old_state)
    require_tag_support(context, "artifact repository", inputs)
    client, state = context.client, {**inputs, **_kept(old_state)}
    document = client.get_repository(id)
    if document["name"] != inputs["name"] and not old_state.get("lineageArtifactId"):
        document = _put(context, id, inputs)
    sync_tags(client, KIND, document, inputs.get("tags", {} if old_state.get("tags") else None))
    sync_roles(client, KIND, id, old_state.get("sharedRoles"), inputs.get("sharedRoles"))
    return {**state, **_computed(context, document)}


def delete_repository(context: Context, id: str, state: Json) -> None:
    """Deletes the repository, unless it still holds locked versions: those are lost by ``forceDestroy`` alone.

    Raises:
        ConflictError: A workload runs one of its artifacts.
        ForbiddenError: It is there, but not ours to delete.
    """
    context.require_registry_of(state)
    client, force = context.client, bool(state.get("forceDestroy"))
    claim = state.get("claim")
    try:
        document = client.get_repository(id)
        if claim is not None and document.get("claim") is not None and claim < document["claim"]:
            return  # the create half of a replacement has just taken this repository over
        locked = [] if force else list(client.list_artifacts(repositoryId=id, status="locked"))
        if locked:
            context.say(_kept_line(id, state, locked))
        elif state.get("lineageArtifactId") and not force:
            client.delete_artifact(state["lineageArtifactId"])
        else:
            client.delete_repository(id, claim=claim, force=force)
    except NotFoundError:
        what = f"artifact repository '{state.get('name', id)}' ({id})"
        refuse_if_not_owned(lambda: client.get_repository(id), what)
    except ConflictError as error:
        held = [artifact["id"] for artifact in client.list_artifacts(repositoryId=id)]
        raise in_use(client, f"artifact repository '{state.get('name', id)}' ({id})", held, error) from None


def _make(context: Context, inputs: Json) -> tuple[Json, str | None]:
    """POSTs the repository; on a server without that call, opens one with a minimal draft, the lineage artifact."""
    key = repository_key(inputs["origin"], inputs["type"])
    wanted = {name: inputs[name] for name in ("name", "type", "origin")}
    try:
        document = context.client.create_repository(wanted, idempotency_key=key)
    except (NotFoundError, MethodNotAllowedError):
        pass
    else:
        # One that was made before has the name of then.
        return (document if document["name"] == inputs["name"] else _put(context, document["id"], inputs)), None
    body = {
        "name": f"{inputs['name']} (lineage)",
        "description": "Opens this repository; removed with it.",
        "type": inputs["type"],
        "status": "draft",
        "spec": {"containerGroups": []},
    }
    draft = context.client.create_artifact(body, idempotency_key=artifact_key(inputs["origin"], "", inputs["type"]))
    return context.client.get_repository(draft["artifactRepositoryId"]), draft["id"]


def _put(context: Context, id: str, inputs: Json) -> Json:
    try:
        # What was adopted was made by somebody else: rename it without claiming to have made it.
        keys = ("name", "type") if inputs.get("adoptId") else ("name", "type", "origin")
        return context.client.put_repository(id, {key: inputs[key] for key in keys})
    except ConflictError as error:
        raise LockyardError(
            f"artifact repository '{inputs['name']}': {error.message}; if it is the one you mean, take it over with "
            f"adopt_id='{id}', otherwise give this stack an origin of its own with "
            "`pulumi config set lockyard:origin <name>`"
        ) from None


def _computed(context: Context, document: Json) -> Json:
    return {"claim": document.get("claim"), **context.stamp()}


def _kept(state: Json) -> Json:
    return {"lineageArtifactId": state["lineageArtifactId"]} if state.get("lineageArtifactId") else {}


def _kept_line(id: str, state: Json, locked: list[Json]) -> str:
    versions = ", ".join(f"{a['name']} version {a['version']} ({a['id']})" for a in sorted(locked, key=_version))
    return (
        f"artifact repository '{state.get('name', id)}' ({id}) stays on the registry with its locked versions: "
        f"{versions}. To purge them: `lockyard repositories delete {id} --force`, or set force_destroy=True and run "
        "`pulumi up` before the destroy"
    )


def _version(artifact: Json) -> int:
    return artifact.get("version") or 0
