"""Checking an artifact's arguments: what the server refuses with 422 is refused here, with the same path and words."""

from __future__ import annotations

from lockyard.contract import (
    ForbiddenError,
    Json,
    Problem,
    ValidationFailedError,
    compact,
    content_digest,
    is_unknown,
    lock_problems,
)

from ._adoption import adoption_problems, id_problems
from ._artifact_diff import DEFAULTS, content_changed, parsed
from ._context import Context
from ._labels import label_problems
from ._origin import origin_problems
from ._results import Checked
from ._values import differs, without_none


def check_artifact(context: Context, old_inputs: Json, new_inputs: Json) -> Checked:
    """Checks and canonicalises the arguments and computes ``contentDigest``; never uses the network.

    Args:
        context: Only its settings are looked at.
        old_inputs: The inputs of the last deployment; empty on a creation or replacement.
        new_inputs: The program's arguments; may hold unknowns, which are skipped and kept.
    """
    compat = context.settings.compat
    inputs = {**DEFAULTS, **without_none(new_inputs)}
    problems = (
        origin_problems(inputs, embedded=context.settings.embedded)
        + label_problems(inputs)
        + id_problems(inputs, "artifactRepositoryId")
        + adoption_problems(inputs)
    )
    try:
        model = parsed(inputs, compat, bounded=True)
    except ValidationFailedError as error:
        problems += error.problems
    except ForbiddenError as error:
        problems.append(Problem("spec", error.message, "forbidden"))
    else:
        if inputs["status"] == "locked":
            problems += lock_problems(model.spec)
        form = compact(model)
        inputs["spec"] = form.get("spec", {})
        inputs["contentDigest"] = content_digest(
            name=model.name, description=model.description, type=model.type, spec=model.spec
        )
    problems += _type_problems(old_inputs, inputs) + _reused_adoption(old_inputs, inputs, context)
    return Checked(inputs, tuple(problems))


def _type_problems(old: Json, new: Json) -> list[Problem]:
    """A repository's type is fixed (R57), so an artifact's type can only change together with its repository."""
    before, after = old.get("type"), new.get("type")
    if before is None or is_unknown(before) or is_unknown(after) or before == after:
        return []
    if differs(old.get("artifactRepositoryId"), new.get("artifactRepositoryId")):
        return []
    return [
        Problem(
            "type",
            f"a repository's type is fixed: this lineage holds '{before}' artifacts, not '{after}'; use an "
            f"ArtifactRepository(type='{after}')",
            "type_fixed",
        )
    ]


def _reused_adoption(old: Json, new: Json, context: Context) -> list[Problem]:
    """With the same ``adoptId`` a new version would adopt the old one again."""
    adopted = new.get("adoptId")
    if adopted is None or is_unknown(adopted) or adopted != old.get("adoptId") or old.get("status") != "locked":
        return []
    if not content_changed(old, new, context.settings.compat):
        return []
    return [
        Problem(
            "adoptId",
            f"{adopted} is locked and its content would change: remove adopt_id to make a new version",
            "adopted_locked",
        )
    ]
