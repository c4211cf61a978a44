"""Where requests to a workload go (workload-api §19)."""

from lockyard.contract import NotFoundError

from ._access import workload_for
from ._expiry import effective_status
from ._protons import active_proton
from ._records import find_proton, need_artifact
from ._registry import Caller, Registry
from ._settle import reading_settled
from ._state_rules import invoked_address

_NOT_RUNNING = ("stopping", "stopped")


def invocation_target(reg: Registry, caller: Caller, id: str, proton_id: str | None = None) -> str:
    """The `internalUrl` that was reported last of the active proton, or of the one that is asked for.

    Raises:
        NotFoundError: there is no such workload, or it has no such proton.
        ServerFaultError: 503: it does not run, or nobody has reported an address.
    """
    with reading_settled(reg, caller, id) as t:
        workload = workload_for(t, id, "invoke")
        status = effective_status(workload, need_artifact(t, workload.artifact_id).status, t.now)
        if proton_id is None:
            proton = active_proton(t, workload)
        else:
            proton = find_proton(t, proton_id)
            if proton is None or proton.workload_id != id:
                raise NotFoundError("Proton not found.")
            status = proton.status if status not in _NOT_RUNNING else status
        return invoked_address(status, proton and proton.internal_url)
