"""Objects that were taken over in schema 0006: what the upgrade makes of them, who finds and who mends them.

The database is what schema 0006 and its code left: a repository was made under the ids of a workload (three times), an
artifact, a credential, a user and the registry.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.unit.registry.builders import Desk
from tests.unit.registry.test_upgrades import copy_to

from lockyard.contract import ConflictError, NotFoundError, RepositoryQuery
from lockyard_registry import Caller, Registry, lifecycle
from lockyard_registry.audit import verify
from lockyard_registry.lifecycle import find_takeovers, mend_takeovers
from lockyard_registry.runtime import ManualClock
from lockyard_registry.store import audit, otel_spans, shared_roles

pytestmark = pytest.mark.usefixtures("files_from_migrations")

SCRIPT = (Path(__file__).parent / "takeovers" / "0006.sql").read_text()
NAMES: dict[str, Any] = json.loads(SCRIPT.splitlines()[1].removeprefix("-- "))
USERS: dict[str, str] = NAMES["users"]
HISTORY = {f"tags {NAMES['artifact']}"}
"""What the log will always say: the tags of an artifact were changed by a call on the false repository."""


@pytest.fixture(params=["sqlite", "postgresql"])
def taken(request: pytest.FixtureRequest, tmp_path: Path, open_it: Callable[..., Registry], clock: ManualClock) -> Desk:
    """The registry after the upgrade, seen by its administrator."""
    file = tmp_path / "taken.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(SCRIPT)
    connection.close()
    place: Path | str = file
    if request.param == "postgresql":
        place = request.getfixturevalue("postgres").new_database()
        copy_to(file, place, "0006")
    clock.advance(90 * 24 * 3600)
    caller = Caller("0" * 23 + "1", "admin", "http://registry.example/api/v2", administrator=True)
    return Desk(open_it(location=place), caller, clock)


def by(desk: Desk, name: str) -> Desk:
    return Desk(desk.reg, Caller(USERS[name], name, desk.caller.base_url), desk.clock)


def roles(desk: Desk, kind: str, id: str) -> set[tuple[str, str]]:
    where = (shared_roles.c.kind == kind, shared_roles.c.object_id == id)
    with desk.reg.store.read() as tx:
        found = tx.execute(select(shared_roles.c.recipient_name, shared_roles.c.role).where(*where)).all()
    return {(row[0], row[1]) for row in found}


def found(desk: Desk) -> dict[str, Any]:
    with desk.reg.store.read() as tx:
        return {each.id: each for each in find_takeovers(tx, desk.reg.registry_id)}


def test_the_upgrade_ends_what_the_false_repositories_gave(taken: Desk) -> None:
    mallory = by(taken, "mallory")
    # Roles that the workload itself was given stay until they are looked at; those of the repository are not its own.
    assert roles(taken, "workloads", NAMES["robbed"]) == {("bob", "EDITOR"), ("zoe", "OWNER"), ("carol", "CONSUMER")}
    assert roles(taken, "artifactRepositories", NAMES["robbed"]) == {("mallory", "OWNER")}
    for id in (NAMES["robbed"], NAMES["orphaned"], NAMES["quiet"]):
        with pytest.raises(NotFoundError):
            mallory.see(id)
        with pytest.raises(NotFoundError):
            lifecycle.delete_workload(mallory.reg, mallory.caller, id)
    assert mallory.repository(NAMES["robbed"])["numArtifacts"] == 1
    assert by(taken, "alice").see(NAMES["quiet"])["name"] == "quiet"
    assert roles(taken, "workloads", NAMES["orphaned"]) == set()
    with taken.reg.store.read() as tx:
        assert tx.execute(select(otel_spans.c.entity_kind, otel_spans.c.entity_id)).all() == [
            ("workloads", NAMES["robbed"])
        ]


def test_the_log_stays_proved(taken: Desk) -> None:
    """Checkpoints of before hold, all that is there is known, and what the log could not say right is named."""
    proof = verify(taken.reg.store, None, ())
    assert proof.checkpoints == 2
    assert {finding.where for finding in proof.findings} == HISTORY, [f.text for f in proof.findings]
    with taken.reg.store.write() as tx:
        tx.execute(shared_roles.update().where(shared_roles.c.recipient_name == "zoe").values(role="CONSUMER"))
    changed = {finding.where for finding in verify(taken.reg.store, None, ()).findings} - HISTORY
    assert changed == {f"sharedRoles {NAMES['robbed']}"}


def test_they_are_found(taken: Desk) -> None:
    taken_over = found(taken)
    kinds = {id: each.kind for id, each in taken_over.items()}
    assert kinds == {
        NAMES["robbed"]: "workload",
        NAMES["orphaned"]: "workload",
        NAMES["quiet"]: "workload",
        NAMES["artifact"]: "artifact",
        NAMES["credential"]: "credential",
        NAMES["registry"]: "registry",
        USERS["alice"]: "user",
    }
    robbed, orphaned, quiet = (taken_over[NAMES[name]] for name in ("robbed", "orphaned", "quiet"))
    assert {(grant.recipient_name, grant.role) for grant in robbed.strangers} == {
        ("zoe", "OWNER"),
        ("carol", "CONSUMER"),
    }
    assert robbed.owner == orphaned.owner == (USERS["alice"], "alice")
    assert ("workload.patch", "mallory") in {change[1:] for change in robbed.changes}
    assert (robbed.repository, orphaned.repository, quiet.repository) == (True, False, True)
    assert (quiet.strangers, quiet.owner) == ((), None)


def test_they_are_mended(taken: Desk) -> None:
    before = found(taken)
    assert {each.id for each in mend_takeovers(taken.reg, taken.caller)} == set(before)
    assert found(taken) == {}
    assert mend_takeovers(taken.reg, taken.caller) == []
    assert roles(taken, "workloads", NAMES["robbed"]) == {("bob", "EDITOR"), ("alice", "OWNER")}
    assert roles(taken, "workloads", NAMES["orphaned"]) == {("alice", "OWNER")}
    assert roles(taken, "workloads", NAMES["quiet"]) == {("alice", "OWNER")}
    listed = lifecycle.list_repositories(taken.reg, taken.caller, RepositoryQuery(limit=100)).items
    assert not {item["id"] for item in listed} & set(before)
    assert NAMES["honest"] in {item["id"] for item in listed}
    with pytest.raises(NotFoundError):
        taken.read(NAMES["artifact_in_false"])
    alice = by(taken, "alice")
    lifecycle.patch_workload(alice.reg, alice.caller, NAMES["robbed"], lifecycle_patch(name="prod"))
    assert alice.see(NAMES["robbed"])["name"] == "prod"
    proof = verify(taken.reg.store, None, ())
    assert {finding.where for finding in proof.findings} <= HISTORY, [f.text for f in proof.findings]
    with taken.reg.store.read() as tx:
        records = tx.execute(select(audit.c.chain, audit.c.actor_name).where(audit.c.action == "takeover.mend")).all()
    assert {row[0] for row in records} >= {NAMES["robbed"], NAMES["orphaned"], NAMES["quiet"], NAMES["registry"]}
    assert {row[1] for row in records} == {"admin"}
    # Whoever owns it again may share it, and that is no takeover.
    alice.share_with(
        {"username": "mallory", "role": "OWNER", "shareRecipientType": "user"}, "workloads", NAMES["robbed"]
    )
    assert found(taken) == {}


def test_what_runs_an_artifact_of_a_false_repository_is_named(taken: Desk) -> None:
    mallory = by(taken, "mallory")
    workload = mallory.workload(NAMES["artifact_in_false"])
    with pytest.raises(ConflictError, match=workload["id"]):
        mend_takeovers(taken.reg, taken.caller)
    assert len(found(taken)) == 7
    lifecycle.delete_workload(mallory.reg, mallory.caller, workload["id"])
    mend_takeovers(taken.reg, taken.caller)
    assert found(taken) == {}


def test_an_honest_registry_has_none(office: Desk) -> None:
    office.put()
    made = office.workload(office.artifact(artifactRepositoryId="ab" * 12)["id"])
    office.share("ben", "OWNER", "workloads", made["id"])
    office.other("ben").share("carl", "OWNER", "workloads", made["id"])
    assert found(office) == {}


def lifecycle_patch(**fields: Any) -> Any:
    from lockyard.contract import WorkloadPatch

    return WorkloadPatch(**fields)
