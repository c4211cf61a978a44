"""What the caller may do with an object now, and why not (our addition `allowedActions`).

Nothing is decided here: each action names the right and the rule of its call, and a refusal becomes its reason.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select, union

from lockyard.contract import ApiError, Json

from ..store import artifacts, protons, replacements, workloads
from ._access import Right, Role, refuse_role, roles_on
from ._changes import WORKLOADS
from ._expiry import effective_status
from ._limits import refuse_one_more
from ._records import need_artifact
from ._references import User, named, users_of
from ._rows import ArtifactRow, ReplacementRow, RepositoryRow, WorkloadRow
from ._runtimes import check_limits, refuse_unready
from ._state_rules import (
    invoked_address,
    refuse_artifact_deletion,
    refuse_cancel,
    refuse_locked,
    refuse_promotion,
    refuse_report,
    refuse_repository_deletion,
    refuse_roll,
    refuse_second_on_draft,
    refuse_start,
    refuse_unlockable,
)
from ._transaction import Transaction, refuse_reading_token

Rule = Callable[[], object]
Action = tuple[str, Right, Rule | None]
"""Name, the right that its call needs, and what else its call checks."""

_ids = bindparam("ids", expanding=True)
_addresses = select(protons.c.id, protons.c.internal_url).where(protons.c.id.in_(_ids))
_locked = (
    select(artifacts.c.repository_id, func.count(artifacts.c.version))
    .where(artifacts.c.repository_id.in_(_ids))
    .group_by(artifacts.c.repository_id)
)
_referring = union(
    select(artifacts.c.repository_id, workloads.c.id)
    .join(workloads, workloads.c.artifact_id == artifacts.c.id)
    .where(artifacts.c.repository_id.in_(_ids)),
    select(artifacts.c.repository_id, replacements.c.workload_id)
    .join(replacements, replacements.c.artifact_id == artifacts.c.id)
    .where(replacements.c.active.is_(True), artifacts.c.repository_id.in_(_ids)),
).subquery()
_users = select(_referring.c.repository_id, func.count()).group_by(_referring.c.repository_id)


def add_artifact_actions(
    t: Transaction, rows: Sequence[ArtifactRow], roles: Mapping[str, Role], documents: Sequence[Json]
) -> None:
    """Adds `allowedActions` to the documents of artifacts, with a fixed number of queries, if the caller wants it.

    Args:
        t: the transaction.
        rows: the artifacts.
        roles: the caller's roles on their repositories.
        documents: one for each row.
    """
    if not t.caller.wants_actions:
        return
    users = users_of(t, [row.id for row in rows if not row.locked])
    seen = roles_on(t, WORKLOADS, list({user.id for found in users.values() for user in found}))
    full = _once(lambda: refuse_one_more(t))
    for row, document in zip(rows, documents, strict=True):
        found = users.get(row.id, [])

        def edit(row: ArtifactRow = row) -> None:
            refuse_locked(row.status)

        def lock(row: ArtifactRow = row) -> None:
            refuse_locked(row.status)
            refuse_unlockable(row.spec, row.type)

        def delete(row: ArtifactRow = row, found: list[User] = found) -> None:
            refuse_artifact_deletion(row.status, len(found), lambda: named(found, seen))

        def deploy(row: ArtifactRow = row, found: list[User] = found) -> None:
            refuse_unready(row.spec)
            others = ((user, _now(t, user, row.id, row.status)) for user in found)
            refuse_second_on_draft(row.id, row.status, others, seen.__contains__, besides=None)
            full()

        document["allowedActions"] = _told(
            t,
            "Artifact",
            roles.get(row.repository_id, Role.CONSUMER),
            (
                ("edit", "edit", edit),
                ("replace", "edit", edit),
                ("lock", "edit", lock),
                ("clone", "edit", None),
                ("tag", "edit", None),
                ("deploy", "view", deploy),
                ("share", "share", None),
                ("delete", "own", delete),
            ),
        )


def add_repository_actions(
    t: Transaction, rows: Sequence[RepositoryRow], roles: Mapping[str, Role], documents: Sequence[Json]
) -> None:
    """The same for repositories."""
    if not t.caller.wants_actions:
        return
    # Only owners get as far as these rules.
    owned = {"ids": [row.id for row in rows if roles.get(row.id) == Role.OWNER]}
    users = {row[0]: row[1] for row in t.tx.execute(_users, owned)} if owned["ids"] else {}
    kept = owned["ids"] and not t.reg.compat.cascade_locked_delete
    locked = {row[0]: row[1] for row in t.tx.execute(_locked, owned)} if kept else {}
    for row, document in zip(rows, documents, strict=True):

        def delete(row: RepositoryRow = row) -> None:
            count = locked.get(row.id, 0)
            refuse_repository_deletion(users.get(row.id, 0), "", f"{count} locked version(s)" if count else "")

        document["allowedActions"] = _told(
            t,
            "Artifact repository",
            roles.get(row.id, Role.CONSUMER),
            (
                ("edit", "edit", None),
                ("addArtifact", "edit", None),
                ("tag", "edit", None),
                ("share", "share", None),
                ("delete", "own", delete),
            ),
        )


def add_workload_actions(
    t: Transaction,
    rows: Sequence[tuple[WorkloadRow, Any]],
    roles: Mapping[str, Role],
    on_repositories: Mapping[str, Role],
    shown: Mapping[str, ReplacementRow],
    documents: Sequence[Json],
) -> None:
    """The same for workloads.

    Args:
        t: the transaction.
        rows: the workloads, each with the columns of its artifact.
        roles: the caller's roles on them.
        on_repositories: the caller's roles on the repositories of their artifacts.
        shown: their replacements.
        documents: one for each row.
    """
    if not t.caller.wants_actions:
        return
    users = users_of(t, list({row.artifact_id for row, artifact in rows if artifact.artifact_status != "locked"}))
    seen = roles_on(t, WORKLOADS, list({user.id for found in users.values() for user in found}))
    running = [row.proton_id for row, _ in rows if row.proton_id]
    addresses = {row[0]: row[1] for row in t.tx.execute(_addresses, {"ids": running})} if running else {}
    full = _once(lambda: refuse_one_more(t))
    for (row, artifact), document in zip(rows, documents, strict=True):
        status = effective_status(row, artifact.artifact_status, t.now)
        replacement = shown.get(row.id)
        # What ended by itself has given up its replacement, stored or not.
        ended = status == "stopped" != row.status
        rolling = replacement is not None and replacement.active and not ended
        document["allowedActions"] = _told(
            t,
            "Workload",
            roles.get(row.id, Role.CONSUMER),
            _workload_actions(t, row, artifact, status, rolling, users, seen, on_repositories, addresses, full),
        )


def _workload_actions(
    t: Transaction,
    row: WorkloadRow,
    artifact: Any,
    status: str,
    rolling: bool,
    users: Mapping[str, list[User]],
    seen: Mapping[str, Role],
    on_repositories: Mapping[str, Role],
    addresses: Mapping[str, str | None],
    full: Rule,
) -> tuple[Action, ...]:
    def alone() -> None:
        found = users.get(row.artifact_id, [])
        others = ((user, _now(t, user, row.artifact_id, artifact.artifact_status)) for user in found)
        refuse_second_on_draft(row.artifact_id, artifact.artifact_status, others, seen.__contains__, besides=row.id)

    def start() -> None:
        refuse_start(status)
        if status == "stopped":
            alone()
            check_limits(t.reg, row)
            full()

    def settings() -> None:
        refuse_roll(status, rolling=rolling)
        refuse_unready(artifact.artifact_spec)
        check_limits(t.reg, row)
        alone()
        if status == "stopped":
            full()

    def promote() -> None:
        refuse_role(
            on_repositories.get(artifact.artifact_repository_id, Role.CONSUMER), "own", "The workload's artifact"
        )
        refuse_promotion(status, artifact.artifact_status, row.proton_id, rolling=rolling)
        refuse_unlockable(artifact.artifact_spec, artifact.artifact_type)

    return (
        ("edit", "edit", None),
        ("start", "edit", start),
        ("stop", "edit", None),
        ("changeSettings", "edit", settings),
        ("replaceArtifact", "edit", lambda: refuse_roll(status, rolling=rolling)),
        ("cancelReplacement", "edit", lambda: refuse_cancel(rolling=rolling)),
        ("tag", "edit", None),
        ("report", "edit", lambda: refuse_report(t.reg.driver.name, takes_reports=t.reg.driver.takes_reports)),
        ("invoke", "invoke", lambda: invoked_address(status, addresses.get(row.proton_id or ""))),
        ("promote", "own", promote),
        ("share", "share", None),
        ("delete", "own", None),
    )


def _told(t: Transaction, what: str, role: Role, actions: Sequence[Action]) -> list[Json]:
    # Lists ask this very often: what depends on the role alone is decided once for each right.
    rights: dict[Right, str | None] = {}
    told: list[Json] = []
    for name, right, rule in actions:
        if right not in rights:
            rights[right] = _reason(lambda right=right: _refuse(t, what, role, right))
        reason = rights[right]
        if reason is None and rule is not None:
            reason = _reason(rule)
        told.append({"action": name, "allowed": reason is None, "reason": reason})
    return told


def _refuse(t: Transaction, what: str, role: Role, right: Right) -> None:
    if right != "invoke":
        # A token that only reads may still invoke: that changes nothing here.
        refuse_reading_token(t.caller)
    refuse_role(role, right, what)


def _reason(rule: Rule) -> str | None:
    try:
        rule()
    except ApiError as refusal:
        return " ".join(str(refusal).split())
    return None


def _now(t: Transaction, user: User, artifact_id: str, status: str) -> str:
    """The present status of a workload that runs an artifact, or rolls onto it."""
    own = status if user.artifact_id == artifact_id else need_artifact(t, user.artifact_id).status
    return effective_status(user, own, t.now)


def _once(rule: Rule) -> Rule:
    """The rule, asked at most once: for what is the same for all objects of a list."""
    found: list[ApiError | None] = []

    def asked() -> None:
        if not found:
            try:
                rule()
                found.append(None)
            except ApiError as refusal:
                found.append(refusal)
        if found[0] is not None:
            raise found[0]

    return asked
