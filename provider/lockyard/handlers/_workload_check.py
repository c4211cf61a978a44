"""Checking a workload's arguments against the contract and against the facts of its artifact, without the network."""

from __future__ import annotations

from lockyard.contract import (
    UNKNOWN,
    Json,
    Problem,
    ValidationFailedError,
    WorkloadInput,
    compact,
    contains_unknown,
    is_unknown,
    parse,
    parse_runtime,
    runtime_problems,
)

from ._adoption import adoption_problems, id_problems
from ._context import Context
from ._labels import label_problems
from ._origin import origin_problems
from ._results import Checked
from ._values import without_none
from ._workload_diff import DEFAULTS


def check_workload(context: Context, old_inputs: Json, new_inputs: Json) -> Checked:
    """Checks and canonicalises a workload's arguments.

    Args:
        context: Only its settings are looked at.
        old_inputs: The inputs of the last deployment; empty on a creation or replacement.
        new_inputs: The program's arguments; may hold unknowns, which are skipped and kept.
    """
    inputs = {**DEFAULTS, **without_none(new_inputs)}
    problems = (
        origin_problems(inputs, embedded=context.settings.embedded)
        + label_problems(inputs)
        + id_problems(inputs, "artifactId")
        + adoption_problems(inputs)
    )
    body = {name: inputs.get(name) for name in ("name", "description", "importance", "artifactId")}
    try:
        parse(WorkloadInput, body, compat=context.settings.compat)
    except ValidationFailedError as error:
        problems += [problem for problem in error.problems if problem.path != "artifactId"]
    problems += _check_runtime(inputs)
    if not is_unknown(inputs["running"]) and not isinstance(inputs["running"], bool):
        problems.append(Problem("running", "Input should be true or false", "bool_type"))
    problems += _move_problems(old_inputs, inputs)
    return Checked(inputs, tuple(problems))


def _check_runtime(inputs: Json) -> list[Problem]:
    """Canonicalises ``runtime`` in place and checks it against the artifact's container names and type (R67, R101)."""
    runtime = inputs.get("runtime")
    if runtime is None or is_unknown(runtime):
        return []
    try:
        model = parse_runtime(runtime, bounded=True)
    except ValidationFailedError as error:
        return [Problem(_below("runtime", p.path), p.message, p.code) for p in error.problems]
    inputs["runtime"] = compact(model)
    facts = inputs.get("artifactFacts")
    if not isinstance(facts, dict) or contains_unknown(facts):
        return []
    # Facts without names: the artifact's own check already says what is wrong with them.
    groups = facts.get("containerGroups")
    return runtime_problems(
        model,
        artifact_type=facts.get("type", UNKNOWN),
        container_groups=groups if isinstance(groups, dict) else UNKNOWN,
    )


def _move_problems(old: Json, new: Json) -> list[Problem]:
    """A workload moves between drafts or between locked versions (R110); locking in place is the one way across.

    An artifact that the same resource declares may have been locked elsewhere: its next version then has another id,
    and the old facts still say draft. The server decides there.
    """
    before, after = _status(old), _status(new)
    if before is None or after is None or before == after:
        return []
    if before == "draft" and (old.get("artifactId") == new.get("artifactId") or _same_resource(old, new)):
        return []
    advice = (
        "lock the artifact it runs (status='locked' on the same Artifact), then give it other versions"
        if before == "draft"
        else "declare a second Workload for the draft; this one stays on locked versions"
    )
    return [
        Problem(
            "artifactId",
            f"a workload on a {before} artifact cannot move to a {after} one: {advice}",
            "status_mismatch",
        )
    ]


def _status(inputs: Json) -> str | None:
    return _fact(inputs, "status")


def _same_resource(old: Json, new: Json) -> bool:
    origin = _fact(old, "origin")
    return origin is not None and origin == _fact(new, "origin")


def _fact(inputs: Json, name: str) -> str | None:
    facts = inputs.get("artifactFacts")
    value = facts.get(name) if isinstance(facts, dict) else None
    return value if isinstance(value, str) else None


def _below(prefix: str, path: str) -> str:
    if path == prefix or path.startswith(f"{prefix}."):
        return path
    return f"{prefix}.{path}" if path else prefix
