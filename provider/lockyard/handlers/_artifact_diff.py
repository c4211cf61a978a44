"""What a change to an artifact does. Pure and total: no network, no clock, any pair of values gets an answer.

The lock rule is here: a locked artifact can only be replaced, never updated.
"""

from __future__ import annotations

from lockyard.contract import (
    STRICT,
    ArtifactInput,
    Compat,
    Json,
    LockyardError,
    compact,
    contains_unknown,
    parse_artifact,
)

from ._results import Change
from ._values import changed_names, differs

# Content is what the digest covers, and the lineage it belongs to. On a locked artifact every change of it is a new
# version.
CONTENT = ("artifactRepositoryId", "description", "name", "spec", "type")
# No server can change these in place, whatever the status.
FORCE_NEW = frozenset({"artifactRepositoryId", "type"})
# Not content: written in place under any status.
LABELS = ("tags",)

DEFAULTS: Json = {"description": "", "type": "service", "status": "draft"}


def diff_artifact(old_state: Json, new_inputs: Json, compat: Compat = STRICT) -> Change:
    """Compares an artifact's state with its new arguments.

    Args:
        old_state: The state as the last create, update or read left it.
        new_inputs: The checked arguments; may hold unknowns, which count as changes.
        compat: The switches of the registry, which decide what parses.

    Returns:
        ``replaces`` holds the repository and the type always, every edited content field when the artifact is locked,
        and ``status`` when a locked artifact is to be a draft again.
    """
    old, new = {**DEFAULTS, **_present(old_state)}, {**DEFAULTS, **_present(new_inputs)}
    changed = set(changed_names((*CONTENT, "status", *LABELS), {**old, "spec": None}, {**new, "spec": None}))
    if specs_differ(old, new, compat):
        changed.add("spec")
    replaces = changed & FORCE_NEW
    if old["status"] == "locked":
        replaces |= changed & {*CONTENT, "status"}
    return Change(tuple(sorted(changed)), tuple(sorted(replaces)))


def content_changed(old_state: Json, new_inputs: Json, compat: Compat = STRICT) -> bool:
    """Whether any content differs, the repository included."""
    return bool({*diff_artifact(old_state, new_inputs, compat).changed} & {*CONTENT})


def specs_differ(old: Json, new: Json, compat: Compat = STRICT) -> bool:
    """Whether two artifacts' specs mean different things, as the content digest has it.

    Server-filled defaults and spelling never count. An empty object does: `storage: {}` is not the same as no storage.
    """
    old_spec, new_spec = old.get("spec"), new.get("spec")
    if contains_unknown(old_spec) or contains_unknown(new_spec):
        return True
    old_form, new_form = _form(old_spec, old.get("type"), compat), _form(new_spec, new.get("type"), compat)
    if old_form is None or new_form is None:
        return differs(old_spec, new_spec)
    return old_form != new_form


def compact_spec(spec: object, artifact_type: object, compat: Compat = STRICT) -> object:
    """The spec without defaults and server-owned fields; a spec that does not parse is left as it stands."""
    form = _form(spec, artifact_type, compat)
    return spec if form is None else form


def _form(spec: object, artifact_type: object, compat: Compat) -> object | None:
    try:
        return compact(parsed({"name": "-", "type": artifact_type, "spec": spec}, compat)).get("spec", {})
    except LockyardError:
        return None


def parsed(content: Json, compat: Compat = STRICT, *, bounded: bool = False) -> ArtifactInput:
    """The contract's model of an artifact's content and status, of any size unless ``bounded``.

    Raises:
        ValidationFailedError: With every problem and its path.
    """
    names = ("name", "description", "type", "status", "spec")
    given = {name: content[name] for name in names if content.get(name) is not None}
    return parse_artifact(given, compat=compat, bounded=bounded)


def _present(values: Json) -> Json:
    return {key: value for key, value in values.items() if value is not None}
