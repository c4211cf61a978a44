"""Which lineages a change touches: PostgreSQL lets changes of other lineages go on beside it (`store/_postgres.py`).

A lineage is named by the id of its repository. A workload belongs to the lineages of the artifact it runs and of the
one it is rolling onto. Whoever changes an artifact may also change the workloads on it, which may belong to further
lineages; those count as touched, too. Then whatever two changes could both look at, they have a lineage in common.
"""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, or_, select, union

from ..store import Lineages, artifacts, creation_keys, replacements, workloads

_of_key = select(creation_keys.c.object_id).where(
    creation_keys.c.user_id == bindparam("user"),
    creation_keys.c.kind == bindparam("kind"),
    creation_keys.c.key == bindparam("key"),
)
_rolling = select(replacements.c.artifact_id).where(
    replacements.c.workload_id == bindparam("workload"), replacements.c.active.is_(True)
)
_run = select(workloads.c.artifact_id).where(workloads.c.id == bindparam("workload"))
_own = union(_run, _rolling)

_ids = bindparam("ids", expanding=True)
_onto = select(replacements.c.workload_id).where(replacements.c.active.is_(True), replacements.c.artifact_id.in_(_ids))
_users = select(workloads.c.id).where(or_(workloads.c.artifact_id.in_(_ids), workloads.c.id.in_(_onto)))
_touched = select(artifacts.c.repository_id).where(
    or_(
        artifacts.c.id.in_(_ids),
        artifacts.c.id.in_(select(workloads.c.artifact_id).where(workloads.c.id.in_(_users))),
        artifacts.c.id.in_(
            select(replacements.c.artifact_id).where(
                replacements.c.active.is_(True), replacements.c.workload_id.in_(_users)
            )
        ),
    )
)


def of_repository(*ids: str) -> Lineages:
    """These lineages alone: nothing of a workload is touched."""
    return lambda tx: ids


def of_artifact(*ids: str, besides: Collection[str] = ()) -> Lineages:
    """The lineages of artifacts and of the workloads on them.

    Args:
        ids: the artifacts.
        besides: names to add: repositories, keys.
    """
    return lambda tx: {*besides, *_touched_by(tx, ids)}


def of_workload(id: str, *artifact_ids: str) -> Lineages:
    """The lineages of a workload, and of artifacts that it is about to run."""
    return lambda tx: {id, *_touched_by(tx, (*_artifacts_of(tx, id), *artifact_ids))}


def of_creation(user_id: str, kind: str, key: str | None, repository: str | None, artifact: str | None) -> Lineages:
    """What a create touches.

    Args:
        user_id: who creates.
        kind: `artifacts`, `artifactRepositories` or `workloads`.
        key: its idempotency key, if it has one.
        repository: the repository that it names.
        artifact: the artifact that it names.
    """

    def find(tx: Connection) -> Collection[str]:
        names = {repository} if repository else set[str]()
        known = [artifact] if artifact else []
        if key:
            names.add(f"{kind} {user_id} {key}")
            made = tx.execute(_of_key, {"user": user_id, "kind": kind, "key": key}).scalar()
            if made:
                names.add(made)
                known += [made] if kind == "artifacts" else _artifacts_of(tx, made) if kind == "workloads" else []
        return names | _touched_by(tx, known)

    return find


def _artifacts_of(tx: Connection, workload: str) -> list[str]:
    return [] if "\0" in workload else list(tx.execute(_own, {"workload": workload}).scalars())


def _touched_by(tx: Connection, ids: Collection[str]) -> set[str]:
    # No id has a NUL in it, and PostgreSQL cannot even be asked for one.
    asked = [id for id in ids if "\0" not in id]
    return set(tx.execute(_touched, {"ids": asked}).scalars()) if asked else set()
