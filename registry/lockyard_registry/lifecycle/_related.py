"""What a workload is related to (workload-api §13.4)."""

from typing import Any

from sqlalchemy import bindparam, select

from lockyard.contract import Json

from ..store import artifact_repositories, artifacts, protons, replacements
from ._access import Role, permissions, roles_on, visible_artifacts, workload_for
from ._changes import REPOSITORIES, WORKLOADS
from ._documents import user_document
from ._registry import Caller, Registry
from ._rows import WorkloadRow
from ._settle import reading_settled
from ._transaction import Transaction
from ._workload_documents import proton_name

_protons = (
    select(protons)
    .where(protons.c.workload_id == bindparam("workload"))
    .order_by(protons.c.created_at.desc(), protons.c.id.desc())
)
_rolling = select(replacements.c.artifact_id).where(
    replacements.c.workload_id == bindparam("workload"), replacements.c.active.is_(True)
)
_ids = bindparam("ids", expanding=True)
_artifacts = select(artifacts).where(artifacts.c.id.in_(_ids)).order_by(artifacts.c.id)
_repositories = (
    select(artifact_repositories).where(artifact_repositories.c.id.in_(_ids)).order_by(artifact_repositories.c.id)
)


def related_entities(reg: Registry, caller: Caller, id: str) -> Json:
    """The artifacts that a workload runs or rolls onto, their repositories, and its protons.

    Of an artifact that the caller may not see there is only id and type, and nothing of its repository.

    Raises:
        NotFoundError: there is no such workload.
    """
    with reading_settled(reg, caller, id) as t:
        workload = workload_for(t, id, "view")
        items = _related(t, workload)
        return {"count": len(items), "data": items}


def _related(t: Transaction, workload: WorkloadRow) -> list[Json]:
    rolling = t.tx.execute(_rolling, {"workload": workload.id}).scalars()
    found = t.tx.execute(_artifacts, {"ids": [workload.artifact_id, *rolling]}).all()
    homes = t.tx.execute(_repositories, {"ids": [row.repository_id for row in found]}).all()
    running = t.tx.execute(_protons, {"workload": workload.id}).all()
    on_workload = roles_on(t, WORKLOADS, [workload.id]).get(workload.id)
    on_repositories = roles_on(t, REPOSITORIES, [row.id for row in homes])
    repositories = [row for row in homes if row.id in on_repositories]
    visible = visible_artifacts(t, {row.artifact_id for row in running})

    def item(type: str, row: Any, role: Role | None, made: Any) -> Json:
        if role is None:
            return {"id": row.id, "type": type}
        return {
            "id": row.id,
            "type": type,
            "name": row.name if type != "proton" else proton_name(row, visible=row.artifact_id in visible),
            "creator": user_document(made),
            "permissions": permissions(t.caller, role, invocable=type == "proton"),
            "createdAt": row.created_at,
            "updatedAt": row.updated_at,
        }

    return [
        *(item("artifact", row, on_repositories.get(row.repository_id), row) for row in found),
        *(item("artifact_repository", row, on_repositories.get(row.id), row) for row in repositories),
        *(item("proton", row, on_workload, workload) for row in running),
    ]
