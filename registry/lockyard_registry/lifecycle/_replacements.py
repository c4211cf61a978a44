"""Settings and replacements: what makes a workload roll (workload-api §10.6, §11)."""

from lockyard.contract import (
    Json,
    NotFoundError,
    Problem,
    ReplacementConfig,
    ReplacementInput,
    SettingsPatch,
    ValidationFailedError,
    dump,
    replacement_refusal,
)

from ._access import may, workload_for
from ._changes import REPOSITORIES, WORKLOADS
from ._draft_rule import refuse_second_on_draft
from ._limits import counted, refuse_one_more
from ._lineages import of_workload
from ._records import find_artifact, find_workload, need_artifact
from ._registry import Caller, Registry
from ._rollout import active_replacement, cancel, roll
from ._rows import WorkloadRow
from ._runtimes import same_runtime_on, target
from ._settle import reading_settled, settle
from ._state_rules import NO_REPLACEMENT_MESSAGE, refuse_cancel, refuse_roll
from ._transaction import Transaction, repeated, writing
from ._workload_documents import replacement_document, workload_document


def get_settings(reg: Registry, caller: Caller, id: str) -> Json:
    """The workload's runtime and the replacement under way (R103).

    Raises:
        NotFoundError: there is no such workload.
    """
    with reading_settled(reg, caller, id) as t:
        workload_for(t, id, "view")
        document = workload_document(t, id)
        return {"runtime": document["runtime"], "replacement": document["replacement"]}


@repeated
def patch_settings(reg: Registry, caller: Caller, id: str, body: SettingsPatch) -> Json:
    """Rolls the workload onto its artifact as that is now, with this runtime; starts a stopped one (R104 to R108).

    Raises:
        NotFoundError: there is no such workload.
        ConflictError: a replacement is under way (R107), or another workload is active on its draft (R81).
        ValidationFailedError: the runtime does not fit the artifact (R101).
        ForbiddenError: more replicas than allowed (R96).
    """
    with writing(reg, caller, "workload.settings", counted(reg, of_workload(id))) as t:
        workload = _ready_to_roll(t, id)
        artifact = need_artifact(t, workload.artifact_id)
        wanted = target(reg, artifact, body.runtime)
        refuse_second_on_draft(t, artifact, besides=id)
        if workload.status == "stopped":
            refuse_one_more(t, besides=id)
        _, row = roll(t, workload, wanted, dump(ReplacementConfig()), starts=True)
        return replacement_document(t, row)


@repeated
def start_replacement(reg: Registry, caller: Caller, id: str, body: ReplacementInput) -> Json:
    """Rolls the workload onto another artifact (R110 to R113, R119); a stopped one takes it over and stays stopped.

    Raises:
        NotFoundError: there is no such workload.
        ConflictError: a replacement is under way, or another workload is active on the candidate draft (R81).
        BadRequestError: draft and locked do not replace each other (R110).
        ValidationFailedError: there is no such artifact, it is the present one and locked (R111), it cannot run yet, or
            the runtime does not fit it.
        ForbiddenError: more replicas than allowed (R96).
    """
    with writing(reg, caller, "workload.replacement", of_workload(id, body.artifact_id)) as t:
        workload = _ready_to_roll(t, id)
        current = need_artifact(t, workload.artifact_id)
        candidate = find_artifact(t, body.artifact_id)
        if candidate is None or not may(t, REPOSITORIES, candidate.repository_id, "view"):
            raise ValidationFailedError(problems=[Problem("artifactId", "Artifact not found", "invalid")])
        if refusal := replacement_refusal(current.id, current.status, candidate.id, candidate.status):
            raise refusal
        wanted = same_runtime_on(candidate, workload) if body.runtime is None else target(reg, candidate, body.runtime)
        if workload.status != "stopped":
            refuse_second_on_draft(t, candidate, besides=id)
        _, row = roll(t, workload, wanted, dump(body.config), starts=False)
        return replacement_document(t, row)


def get_replacement(reg: Registry, caller: Caller, id: str) -> Json:
    """The replacement under way, or the last one for 10 s after its end (workload-api §11.7).

    Raises:
        NotFoundError: there is none, or no such workload (R117).
    """
    with reading_settled(reg, caller, id) as t:
        if find_workload(t, id) is not None and may(t, WORKLOADS, id, "view"):
            shown: Json | None = workload_document(t, id)["replacement"]
            if shown is not None:
                return shown
        raise NotFoundError(NO_REPLACEMENT_MESSAGE)


@repeated
def cancel_replacement(reg: Registry, caller: Caller, id: str) -> Json:
    """Gives up the replacement under way; the old proton keeps serving (R118).

    Raises:
        NotFoundError: there is none, or no such workload.
        ForbiddenError: the caller may only look at the workload.
    """
    with writing(reg, caller, "workload.cancel", of_workload(id)) as t:
        workload = find_workload(t, id)
        if workload is None or not may(t, WORKLOADS, id, "view"):
            raise NotFoundError(NO_REPLACEMENT_MESSAGE)
        workload = settle(t, workload_for(t, id, "edit"))
        row = active_replacement(t, id)
        refuse_cancel(rolling=row is not None)
        assert row is not None
        _, given_up = cancel(t, workload, row, "Cancelled; the previous version keeps serving", t.now)
        return replacement_document(t, given_up)


def _ready_to_roll(t: Transaction, id: str) -> WorkloadRow:
    workload = settle(t, workload_for(t, id, "edit"))
    refuse_roll(workload.status, rolling=active_replacement(t, id) is not None)
    return workload
