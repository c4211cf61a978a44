"""What the replicas of a proton are like (workload-api §12.4)."""

from lockyard.contract import Json, NotFoundError

from ._access import visible_artifacts, workload_for
from ._expiry import has_expired
from ._proton_replicas import replicas_of, shown_replicas
from ._records import find_proton, need_artifact
from ._registry import Caller, Registry
from ._rows import ProtonRow
from ._settle import reading_settled

_UNSEEN = ("unknown", "submitted")


def proton_status_details(reg: Registry, caller: Caller, id: str, proton_id: str) -> Json | None:
    """The replicas of a proton as they were last told of; None before that (R121, R122).

    Raises:
        NotFoundError: there is no such workload, or it has no such proton.
    """
    with reading_settled(reg, caller, id) as t:
        workload = workload_for(t, id, "view")
        proton = find_proton(t, proton_id)
        if proton is None or proton.workload_id != id:
            raise NotFoundError("Proton not found.")
        told = proton.reported_at if reg.driver.takes_reports else _simulated_since(proton)
        if told is None:
            return None
        expired = has_expired(workload, need_artifact(t, workload.artifact_id).status, t.now)
        state = "stopped" if expired else proton.status
        reason = f": {proton.message}" if proton.message and not expired else " based on pod states"
        visible = bool(visible_artifacts(t, {proton.artifact_id}))
        replicas = shown_replicas(replicas_of(t, proton), artifact_visible=visible)
        return {
            "overallStatus": {"state": state, "summary": f"Workload is in state {state}{reason}", "lastUpdated": told},
            "replicas": [] if state == "stopped" else [_replica(proton, replica) for replica in replicas],
        }


def _simulated_since(proton: ProtonRow) -> str | None:
    return None if proton.status in _UNSEEN else proton.updated_at


def _replica(proton: ProtonRow, replica: Json) -> Json:
    containers = [{**told, "name": _container_name(proton, told["name"])} for told in replica["containers"]]
    return {**replica, "containers": containers}


def _container_name(proton: ProtonRow, name: str) -> str:
    # The platform names containers so; a reporter that does, too, has its way.
    prefix = f"lrs-{proton.id}-"
    return name if name.startswith(prefix) else f"{prefix}{name}"
