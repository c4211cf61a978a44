"""Waiting until a workload serves: a resource of its own, so a slow rollout never loses a created object."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from lockyard.contract import Json, NotFoundError, Problem, WaitFailedError, is_unknown

from ._context import Context
from ._polling import wait_for
from ._results import Change, Checked, Found
from ._values import changed_names, without_none

DEFAULT_TIMEOUT_SECONDS = 600
TRIGGERS = ("workloadId", "artifactId", "artifactDigest", "runtimeDigest")
FAILED = frozenset({"errored", "failed", "terminated"})


def check_ready(context: Context, old_inputs: Json, new_inputs: Json) -> Checked:
    """Checks the deadline; everything else comes from the workload."""
    inputs = {"timeoutSeconds": DEFAULT_TIMEOUT_SECONDS, **without_none(new_inputs)}
    seconds = inputs["timeoutSeconds"]
    problems: list[Problem] = []
    if not is_unknown(seconds) and not _is_duration(seconds):
        problems.append(Problem("timeoutSeconds", "a number of seconds greater than 0", "greater_than"))
    if inputs.get("workloadId") is None:
        problems.append(Problem("workloadId", "Field required", "missing"))
    return Checked(inputs, tuple(problems))


def _is_duration(seconds: object) -> bool:
    return isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds < math.inf


def diff_ready(old_state: Json, new_inputs: Json) -> Change:
    """Another workload is another wait; a new artifact, content or runtime waits again."""
    changed = changed_names((*TRIGGERS, "timeoutSeconds"), old_state, new_inputs)
    return Change(tuple(changed), ("workloadId",) if "workloadId" in changed else ())


def create_ready(context: Context, inputs: Json) -> Found:
    """Waits, then records when the workload was seen serving."""
    return Found(inputs["workloadId"], _wait(context, inputs))


def update_ready(context: Context, id: str, old_state: Json, inputs: Json) -> Json:
    """Waits again, unless only the deadline changed."""
    context.require_registry_of(old_state)
    if not changed_names(TRIGGERS, old_state, inputs):
        return {**old_state, **inputs}
    return _wait(context, inputs)


def read_ready(context: Context, id: str, state: Json) -> Found:
    """A wait that ended is a fact: it is never read again."""
    return Found(id, dict(state))


def delete_ready(context: Context, id: str, state: Json) -> None:
    """Nothing to delete: a wait leaves nothing on the registry."""


def _wait(context: Context, inputs: Json) -> Json:
    id = inputs["workloadId"]
    found = wait_for(
        lambda: _look(context, inputs),
        seconds=float(inputs["timeoutSeconds"]),
        what=f"workload {id} to serve artifact {inputs.get('artifactId')}",
    )
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {**inputs, "status": found["status"], "readyAt": now, **context.stamp()}


def _look(context: Context, inputs: Json) -> Json | None:
    """The workload once it runs the wanted artifact and content; None while it is on its way.

    Raises:
        WaitFailedError: It cannot get there by itself.
    """
    id, wanted = inputs["workloadId"], inputs.get("artifactId")
    try:
        workload = context.client.get_workload(id)
    except NotFoundError:
        raise WaitFailedError(f"workload {id} is gone: run `pulumi up --refresh`") from None
    name = f"workload '{workload['name']}' ({id})"
    if workload.get("driver") == "external" and not workload.get("lastReportAt"):
        raise WaitFailedError(
            f"{name}: nothing reports on this workload, so it will never be seen ready: deploy it with a component "
            "or controller that posts reports, or remove the WorkloadReady"
        )
    replacement: Json | None = workload.get("replacement")
    if workload["status"] in FAILED or (replacement and replacement["status"] in FAILED):
        raise WaitFailedError(f"{name} is {workload['status']}: {_reason(context, workload, replacement)}")
    if workload["status"] == "stopped":
        raise WaitFailedError(f"{name} is stopped: run `pulumi up --refresh` to start it again")
    settled = not replacement or replacement["status"] == "completed"
    if workload["status"] == "running" and settled:
        if wanted is not None and workload.get("artifactId") != wanted:
            raise WaitFailedError(
                f"{name} serves artifact {workload.get('artifactId')}, not {wanted}: {_reason(context, workload, None)}"
            )
        digest, served = inputs.get("artifactDigest"), workload.get("artifactDigest")
        if digest is not None and served is not None and served != digest:
            raise WaitFailedError(
                f"{name} serves another content of its artifact ({served}, not {digest}): run `pulumi up --refresh`"
            )
        return workload
    return None


def _reason(context: Context, workload: Json, replacement: Json | None) -> str:
    """What the registry says about the failure, newest first."""
    if replacement and replacement.get("message"):
        return str(replacement["message"])
    said: list[Any] = [record.get("message") for record in context.client.workload_history(workload["id"])]  # R120
    said += list((workload.get("statusDetails") or {}).get("logTail") or [])
    reasons = [str(message) for message in said if message]
    return reasons[-1] if reasons else "the registry gives no reason; see the workload's events"
