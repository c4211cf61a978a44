"""The report of a rollout: tells the registry that what it wanted serves, or has stopped, and sees it accept that."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from lockyard.contract import Json, NotFoundError, Problem, WaitFailedError, internal_url_message, is_unknown

from ._context import Context
from ._polling import wait_for
from ._results import GONE, Change, Checked, Found
from ._values import changed_names, without_none
from ._workload import SETTLED
from ._workload_diff import ENDING

DEFAULT_TIMEOUT_SECONDS = 120
TRIGGERS = ("workloadId", "artifactId", "artifactDigest", "runtimeDigest", "running", "internalUrl")
ADDITION = "reports"
SIMULATED = "simulated"
LONGEST_MESSAGE = 1000


def check_report(context: Context, old_inputs: Json, new_inputs: Json) -> Checked:
    """Checks the deadline and the address; everything else comes from the component that deploys the workload."""
    inputs = {"timeoutSeconds": DEFAULT_TIMEOUT_SECONDS, "running": True, **without_none(new_inputs)}
    problems = [
        Problem(name, "Field required", "missing") for name in ("workloadId", "artifactId") if inputs.get(name) is None
    ]
    seconds = inputs["timeoutSeconds"]
    if not is_unknown(seconds) and not _is_duration(seconds):
        problems.append(Problem("timeoutSeconds", "must be a number of seconds greater than 0", "greater_than"))
    if not is_unknown(inputs["running"]) and not isinstance(inputs["running"], bool):
        problems.append(Problem("running", "must be true or false", "bool_type"))
    address = inputs.get("internalUrl")
    if not is_unknown(address) and isinstance(address, str) and (message := internal_url_message(address)):
        problems.append(Problem("internalUrl", message, "url_parsing"))
    return Checked(inputs, tuple(problems))


def _is_duration(seconds: object) -> bool:
    return isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds < math.inf


def diff_report(old_state: Json, new_inputs: Json) -> Change:
    """Another workload is another report; another generation, start or stop is reported anew.

    Replica counts are not compared: an autoscaler moves them all the time.
    """
    changed = changed_names((*TRIGGERS, "timeoutSeconds"), old_state, new_inputs)
    phase = old_state.get("phase")
    if phase is not None and not is_unknown(new_inputs.get("running")) and phase != _phase(new_inputs):
        changed = sorted({*changed, "running"})
    return Change(tuple(changed), ("workloadId",) if "workloadId" in changed else ())


def create_report(context: Context, inputs: Json) -> Found:
    """Reports, and waits until the registry's record agrees."""
    return Found(inputs["workloadId"], _report(context, inputs))


def update_report(context: Context, id: str, old_state: Json, inputs: Json) -> Json:
    """Reports again, unless only the deadline changed."""
    context.require_registry_of(old_state)
    if diff_report(old_state, inputs).changed == ("timeoutSeconds",):
        return {**old_state, **inputs}
    return _report(context, inputs)


def read_report(context: Context, id: str, state: Json) -> Found:
    """Looks whether the workload has been stopped or started since: then the next update reports again."""
    context.require_registry_of(state)
    try:
        workload = context.client.get_workload(id)
    except NotFoundError:
        return GONE
    phase = state.get("phase")
    if workload["status"] in ENDING:
        phase = "stopped"
    elif phase == "stopped":
        phase = "ready"
    return Found(id, {**state, "phase": phase})


def delete_report(context: Context, id: str, state: Json) -> None:
    """Nothing to delete: what was reported stays in the workload's history."""


def report_failure(context: Context, inputs: Json, message: str) -> bool:
    """Tells the registry that the rollout failed, so that its replacement ends and the old artifact stays active.

    Args:
        context: The surroundings.
        inputs: What a report's resource would be given.
        message: Why, in one sentence.

    Returns:
        Whether the registry took the report. False where reports are not taken at all, or speak of nothing it knows.
    """
    return _send(context, inputs, "failed", message)


def report_progress(context: Context, inputs: Json, message: str) -> bool:
    """Tells the registry that the rollout has begun, so that the workload has a generation to follow.

    Args:
        context: The surroundings.
        inputs: What a report's resource would be given.
        message: What is being done, in one sentence.

    Returns:
        Whether the registry took the report.
    """
    return _send(context, inputs, "progressing", message)


def report_ready(context: Context, inputs: Json, message: str) -> bool:
    """Tells the registry that what it knows serves, without waiting for what it makes of that.

    Args:
        context: The surroundings.
        inputs: What a report's resource would be given.
        message: What was seen, in one sentence.

    Returns:
        Whether the registry took the report.
    """
    return _send(context, inputs, "ready", message)


def _send(context: Context, inputs: Json, phase: str, message: str) -> bool:
    if _takes_no_reports(context) is not None:
        return False
    answer = context.client.report_workload(inputs["workloadId"], _body(inputs, phase, message))
    return bool(answer.get("accepted", True))


def _report(context: Context, inputs: Json) -> Json:
    id, phase = inputs["workloadId"], _phase(inputs)
    why = _takes_no_reports(context)
    if why is not None:
        context.say(f"workload {id}: {why}; the rollout itself is done")
        return _state(context, inputs, phase, None)
    found = wait_for(
        lambda: _reported(context, inputs, phase),
        seconds=float(inputs["timeoutSeconds"]),
        what=f"workload {id} to be {phase} on the registry (is this machine's clock behind the registry's?)",
    )
    return _state(context, inputs, phase, found["status"])


def _reported(context: Context, inputs: Json, phase: str) -> Json | None:
    """Reports once more and looks what came of it; None while the registry is on its way.

    Raises:
        WaitFailedError: The registry does not want what was reported; waiting does not change that.
    """
    id = inputs["workloadId"]
    try:
        context.client.report_workload(id, _body(inputs, phase, _ready_message(inputs) if phase == "ready" else ""))
        workload = context.client.get_workload(id)
    except NotFoundError:
        raise WaitFailedError(f"workload {id} is gone: run `pulumi up --refresh`") from None
    name = f"workload {workload['name']!r} ({id})"
    if phase == "stopped":
        return workload if workload["status"] == "stopped" else None
    if workload["status"] in ENDING:
        raise WaitFailedError(
            f"{name} serves, but was stopped or has expired on the registry meanwhile: run `pulumi up --refresh` to "
            "start it again"
        )
    replacement = workload.get("replacement") or {}
    rolling = bool(replacement) and replacement["status"] not in SETTLED
    if not rolling and _is_generation(inputs, workload, workload["artifactId"]):
        return workload if workload["status"] == "running" else None
    if rolling and _is_generation(inputs, replacement, replacement.get("candidateArtifactId")):
        return None
    wanted = replacement.get("candidateArtifactId") if rolling else workload["artifactId"]
    raise WaitFailedError(
        f"{name}: the registry ignored the report that artifact {inputs['artifactId']} serves, since it wants "
        f"{_other(inputs, wanted)}: somebody changed the workload meanwhile; run `pulumi up --refresh`"
    )


def _is_generation(inputs: Json, record: Json, artifact_id: object) -> bool:
    """Whether a record is about what was reported; a digest that either side does not know decides nothing."""
    pairs = [(inputs.get(name), record.get(name)) for name in ("artifactDigest", "runtimeDigest")]
    return inputs["artifactId"] == artifact_id and all(
        mine is None or theirs is None or mine == theirs for mine, theirs in pairs
    )


def _other(inputs: Json, artifact_id: object) -> str:
    if artifact_id != inputs["artifactId"]:
        return f"artifact {artifact_id}"
    return "another content or runtime of it"


def _takes_no_reports(context: Context) -> str | None:
    """Why a registry is told nothing; None where it is."""
    identity = context.identity()
    if ADDITION not in identity.additions:
        return f"the server at {identity.endpoint} takes no reports of rollouts, so its status of the workload stays"
    if identity.driver == SIMULATED:
        return "the registry only simulates workloads (driver 'simulated') and takes no reports"
    return None


def _body(inputs: Json, phase: str, message: str) -> Json:
    return without_none(
        {
            "artifactId": inputs["artifactId"],
            "contentDigest": inputs.get("artifactDigest"),
            "runtimeDigest": inputs.get("runtimeDigest"),
            "phase": phase,
            "message": " ".join(message.split())[:LONGEST_MESSAGE],
            "internalUrl": inputs.get("internalUrl"),
            "observedAt": datetime.now(UTC).isoformat(),
        }
    )


def _phase(inputs: Json) -> str:
    return "ready" if inputs.get("running", True) else "stopped"


def _ready_message(inputs: Json) -> str:
    count = inputs.get("readyReplicas")
    return "ready" if count is None else f"{count} replica{'' if count == 1 else 's'} ready"


def _state(context: Context, inputs: Json, phase: str, status: str | None) -> Json:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {**inputs, "phase": phase, "status": status or "", "reportedAt": now, **context.stamp()}
