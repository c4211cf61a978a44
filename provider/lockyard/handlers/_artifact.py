"""The artifact on the registry: create, read, update, delete."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from lockyard.contract import (
    ConflictError,
    ForbiddenError,
    Json,
    LockyardError,
    NotFoundError,
    PreconditionFailedError,
    ValidationFailedError,
    content_digest,
    dump,
    spec_document,
)

from ._adoption import adopted, refuse_differences
from ._artifact_diff import CONTENT, compact_spec, content_changed, diff_artifact, parsed, specs_differ
from ._context import Context
from ._in_use import in_use
from ._labels import require_tag_support, sync_tags, tags_of
from ._not_owned import refuse_if_not_owned
from ._origin import artifact_key
from ._results import GONE, Found

if TYPE_CHECKING:
    from lockyard.client import RegistryClient

KIND = "artifacts"


def create_artifact(context: Context, inputs: Json) -> Found:
    """Makes the artifact, adopts one, or takes back what an unanswered earlier call made under the same key."""
    client = context.client
    require_tag_support(context, "artifact", inputs)
    if inputs.get("adoptId"):
        document = adopted("artifact", client.get_artifact, inputs["adoptId"])
        _refuse_other_content(context, document, inputs)
    else:
        key = _key(inputs)
        document = client.create_artifact(_create_body(context, inputs), idempotency_key=key)
        if _digest_of(document) != inputs["contentDigest"] or document["status"] != inputs["status"]:
            body = _edit_body(
                context, inputs, edited=_digest_of(document) != inputs["contentDigest"], lock=_locks(inputs)
            )
            document = client.update_artifact(document["id"], body, if_match=document.get("etag"), idempotency_key=key)
    return Found(document["id"], _with_tags(context, document, inputs, inputs.get("tags")))


def read_artifact(context: Context, id: str, state: Json) -> Found:
    """Reads the artifact. What means the same as the state keeps the state's spelling, so only real drift shows."""
    context.require_registry_of(state)
    try:
        document = context.client.get_artifact(id)
    except NotFoundError:
        return GONE
    compat = context.settings.compat
    seen = {**state, **{name: document.get(name) for name in ("artifactRepositoryId", "name", "type", "status")}}
    seen["description"] = document.get("description") or ""
    if specs_differ(state, document, compat):
        seen["spec"] = compact_spec(document["spec"], document["type"], compat)
    if tags_of(document) != (state.get("tags") or {}):
        seen["tags"] = tags_of(document)
    seen.update(_computed(context, document), contentDigest=_digest_of(document))
    if state.get("claim") is not None:
        seen["claim"] = state["claim"]  # the claim this state knows, not the one somebody else raised since
    return Found(id, seen)


def update_artifact(context: Context, id: str, old_state: Json, inputs: Json) -> Json:
    """Edits a draft, locks it, or does both in one call; writes tags under any status.

    Raises:
        LockyardError: Somebody else edited or locked it since the last refresh; nothing is written then.
    """
    context.require_registry_of(old_state)
    require_tag_support(context, "artifact", inputs)
    compat = context.settings.compat
    edited = content_changed(old_state, inputs, compat)
    lock = _locks(inputs) and old_state.get("status") != "locked"
    if edited and old_state.get("status") == "locked":
        changed = {*diff_artifact(old_state, inputs, compat).changed} & {*CONTENT}
        raise LockyardError(
            f"artifact '{inputs['name']}' ({id}) is locked: {', '.join(sorted(changed))} can only change by a "
            "replacement; run `pulumi preview` again"
        )
    client = context.client
    if edited or lock:
        document = _write(context, id, old_state, inputs, edited=edited, lock=lock)
    else:
        document = client.get_artifact(id)
    return _with_tags(context, document, inputs, inputs.get("tags", {} if old_state.get("tags") else None))


def delete_artifact(context: Context, id: str, state: Json) -> None:
    """Deletes a draft. A locked version stays on the registry and only leaves the stack, with one line saying so.

    Raises:
        ConflictError: Workloads still run it; the message names them.
        ForbiddenError: It is there, but not ours to delete.
    """
    context.require_registry_of(state)
    client, claim = context.client, state.get("claim")
    try:
        document = client.get_artifact(id)
        if claim is not None and document.get("claim") is not None and claim < document["claim"]:
            return  # the create half of a replacement has just taken this artifact over
        if document["status"] == "locked":
            context.say(
                f"artifact '{document['name']}' version {document.get('version')} ({id}) is locked: it stays in "
                f"repository {document['artifactRepositoryId']} and only leaves this stack"
            )
            return
        client.delete_artifact(id, claim=claim)
    except NotFoundError:
        refuse_if_not_owned(lambda: client.get_artifact(id), f"artifact '{state.get('name', id)}' ({id})")
    except ConflictError as error:
        raise in_use(client, f"artifact '{state.get('name', id)}' ({id})", [id], error) from None


def _write(context: Context, id: str, old: Json, inputs: Json, *, edited: bool, lock: bool) -> Json:
    client, body, key = context.client, _edit_body(context, inputs, edited=edited, lock=lock), _key(inputs)
    try:
        if lock and not edited and (running := _workload_to_promote(client, id)):
            # Promoting needs the role of an owner on both, locking an artifact less; they do the same.
            with suppress(NotFoundError):
                client.promote_workload(running)
                return client.get_artifact(id)
        return client.update_artifact(id, body, if_match=_if_match(client, id, old), idempotency_key=key)
    except (PreconditionFailedError, ForbiddenError, ValidationFailedError) as error:
        document = _after_refusal(client, id, old, inputs, error)
        if document["status"] == inputs["status"] and _digest_of(document) == inputs["contentDigest"]:
            return document
        return client.update_artifact(
            id,
            _edit_body(context, inputs, edited=_digest_of(document) != inputs["contentDigest"], lock=lock),
            if_match=document.get("etag"),
            idempotency_key=key,
        )


def _after_refusal(client: RegistryClient, id: str, old: Json, inputs: Json, refusal: LockyardError) -> Json:
    """A lost answer is not a foreign edit: returns the artifact if it is the wanted one or only this stack wrote to it.

    Raises:
        LockyardError: Somebody else edited or locked it, or the refusal was about something else.
    """
    document = client.get_artifact(id)
    name = f"artifact '{document['name']}' ({id})"
    if document["status"] == inputs["status"] and _digest_of(document) == inputs["contentDigest"]:
        return document
    if document["status"] == "locked":
        raise LockyardError(
            f"{name}: locked outside this stack as version {document.get('version')}: set status='locked', or run "
            "`pulumi up --refresh` to get a new version"
        ) from None
    if not isinstance(refusal, PreconditionFailedError):
        raise refusal
    ours = document.get("editKey") is not None and document["editKey"] == _key(inputs)
    if ours or _digest_of(document) == old.get("contentDigest"):
        return document
    raise LockyardError(
        f"{name}: edited by somebody else since this stack last saw it; nothing was written: run "
        "`pulumi up --refresh` to see their change before yours"
    ) from None


def _workload_to_promote(client: RegistryClient, id: str) -> str | None:
    """The workload with an active proton on this draft: promoting it locks without a restart."""
    for workload in client.list_workloads(artifactId=id):
        if workload.get("protonId") and workload.get("artifactId") == id and not workload.get("replacement"):
            return workload["id"]
    return None


def _if_match(client: RegistryClient, id: str, old: Json) -> str | None:
    """The version this stack last saw; on a server without ETags a comparison of content stands in for it."""
    if old.get("etag"):
        return str(old["etag"])
    document = client.get_artifact(id)
    if document.get("etag"):
        return str(document["etag"])
    if document["status"] == "locked" or _digest_of(document) != old.get("contentDigest"):
        raise PreconditionFailedError("edited since the last up", status=412)
    return None


def _create_body(context: Context, inputs: Json) -> Json:
    model = dump(parsed(inputs, context.settings.compat))
    body = {name: model[name] for name in ("name", "description", "type", "status", "spec")}
    body["artifactRepositoryId"] = inputs["artifactRepositoryId"]
    return _with_digest(context, body, inputs)


def _edit_body(context: Context, inputs: Json, *, edited: bool, lock: bool) -> Json:
    """Every content key, so that what was unset is unset there too; the status only when it is to be locked."""
    body: Json = {}
    if edited:
        model = parsed(inputs, context.settings.compat)
        # The answers' form of the spec, since the other leaves out keys of one type: one that is not sent stays (R36).
        spec = {key: value for key, value in spec_document(model.spec, model.type).items() if key != "type"}
        body = {"name": model.name, "description": model.description, "spec": spec}
    if lock:
        body["status"] = "locked"
    return _with_digest(context, body, inputs)


def _with_digest(context: Context, body: Json, inputs: Json) -> Json:
    if "contentDigest" in context.identity().additions:
        body["contentDigest"] = inputs["contentDigest"]
    return body


def _with_tags(context: Context, document: Json, inputs: Json, wanted: Json | None) -> Json:
    """Writes the tags and answers the whole new state."""
    if sync_tags(context.client, KIND, document, wanted):
        document = context.client.get_artifact(document["id"])
    return {**inputs, **_computed(context, document)}


def _computed(context: Context, document: Json) -> Json:
    return {
        "version": document.get("version"),
        "etag": document.get("etag"),
        "claim": document.get("claim"),
        **context.stamp(),
    }


def _refuse_other_content(context: Context, document: Json, inputs: Json) -> None:
    same_spec = not specs_differ(document, inputs, context.settings.compat)
    names = ("artifactRepositoryId", "name", "description", "type", "status", "spec")
    refuse_differences("artifact", document | {"spec": same_spec}, {**inputs, "spec": True}, names)


def _digest_of(document: Json) -> str:
    served = document.get("contentDigest")
    if served:
        return str(served)
    return str(
        content_digest(
            name=document["name"],
            description=document.get("description") or "",
            type=document["type"],
            spec=document["spec"],
        )
    )


def _key(inputs: Json) -> str:
    return artifact_key(inputs["origin"], inputs["artifactRepositoryId"], inputs["type"])


def _locks(inputs: Json) -> bool:
    return inputs.get("status") == "locked"
