"""What roles allow, on each kind of database. Endpoint by endpoint: `tests/contract/test_permissions.py`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk

from lockyard.contract import (
    ArtifactQuery,
    AuditQuery,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RepositoryQuery,
    ValidationFailedError,
    WorkloadQuery,
)
from lockyard_registry import lifecycle, people
from lockyard_registry.lifecycle._access import ROLES
from lockyard_registry.store import artifacts

HERE = {"artifactRepositoryId": REPOSITORY}


def totals(desk: Desk) -> tuple[int, int, int]:
    """How many artifacts, repositories and workloads the caller sees."""
    pages = (
        lifecycle.list_artifacts(desk.reg, desk.caller, ArtifactQuery()),
        lifecycle.list_repositories(desk.reg, desk.caller, RepositoryQuery()),
        lifecycle.list_workloads(desk.reg, desk.caller, WorkloadQuery()),
    )
    assert all(page.total == len(page.items) for page in pages)
    return tuple(page.total for page in pages)  # type: ignore[return-value]


def test_lists_and_their_totals_show_what_one_may_see(office: Desk) -> None:
    office.put()
    draft = office.artifact(**HERE)
    office.artifact()
    workload = office.workload(draft["id"])
    ben = office.other("b")
    ben.artifact()
    assert (totals(office), totals(ben), totals(office.alone())) == ((2, 2, 1), (1, 1, 0), (3, 3, 1))
    office.share("b", "CONSUMER")
    assert totals(ben) == (2, 2, 0)
    office.share("b", "OBSERVER", "workloads", workload["id"])
    assert totals(ben) == (2, 2, 1)
    office.share("b", "NO_ROLE")
    assert totals(ben) == (1, 1, 1)
    found = lifecycle.list_artifacts(office.reg, ben.caller, ArtifactQuery(repository_id=REPOSITORY))
    assert (found.total, found.items) == (0, [])


def test_the_greatest_role_counts(office: Desk) -> None:
    office.put()
    group = "9" * 24
    member = replace(office.other("b"), caller=replace(office.other("b").caller, groups=(group, "8" * 24)))
    with pytest.raises(NotFoundError):
        member.repository(REPOSITORY)
    office.share_with({"id": group, "role": "EDITOR", "shareRecipientType": "group"})
    office.share("b", "CONSUMER")
    assert member.repository(REPOSITORY)["permissions"] == ["CAN_VIEW", "CAN_UPDATE"]
    assert office.other("b").repository(REPOSITORY)["permissions"] == ["CAN_VIEW"]
    office.share_with({"id": office.reg.registry_id, "role": "OWNER", "shareRecipientType": "organization"})
    assert "CAN_SHARE" in office.other("whoever").repository(REPOSITORY)["permissions"]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_of_the_wire(desk: Desk, role: str) -> None:
    draft = desk.put().document and desk.artifact(**HERE)
    desk.share("b", role)
    ben = desk.other("b")
    assert ben.read(draft["id"])["id"] == draft["id"]
    edits = role in ("OWNER", "EDITOR", "READ_WRITE", "ADMIN")
    if edits:
        assert ben.patch(draft["id"], description="x")["description"] == "x"
    else:
        with pytest.raises(ForbiddenError, match="yours is consumer"):
            ben.patch(draft["id"], description="x")
    if role == "OWNER":
        lifecycle.delete_artifact(ben.reg, ben.caller, draft["id"])
    else:
        with pytest.raises(NotFoundError, match="Artifact not found"):
            lifecycle.delete_artifact(ben.reg, ben.caller, draft["id"])


def test_a_key_never_finds_what_another_user_made(office: Desk) -> None:
    office.put()
    office.share("b", "OWNER")
    ben = office.other("b")
    mine, his = office.make("k", **HERE), ben.make("k", **HERE)
    assert mine.created and his.created and mine.document["id"] != his.document["id"]
    assert office.make("k", **HERE).document["claim"] == 2, "his claim raised nothing of mine"
    version = office.make("l", status="locked", **HERE).document
    other = ben.make("l", status="locked", **HERE)
    assert other.created and other.document["version"] == version["version"] + 1
    assert office.read(version["id"])["claim"] == 1
    loose = office.make("m").document
    assert ben.make("m").document["id"] != loose["id"]
    workload = office.run(version["id"], "w")
    assert ben.run(version["id"], "w").document["id"] != workload.document["id"]
    assert office.run(version["id"], "w").document["claim"] == 2


def test_a_key_does_not_outlive_the_right(office: Desk) -> None:
    office.put()
    office.share("b", "EDITOR")
    ben = office.other("b")
    made = ben.make("k", **HERE).document
    version = ben.make("v", status="locked", **HERE).document
    office.share("b", "CONSUMER")
    for key, status in (("k", "draft"), ("v", "locked")):
        with pytest.raises(ForbiddenError):
            ben.make(key, status=status, **HERE)
    office.share("b", "NO_ROLE")
    with pytest.raises(NotFoundError):
        ben.make("k", **HERE)
    assert ben.make("k").document["id"] != made["id"]
    assert office.read(version["id"])["claim"] == 1
    workload = ben.run(ben.artifact()["id"], "w").document
    ben.share("a" * 24, "OWNER", "workloads", workload["id"])
    ben.share("b", "NO_ROLE", "workloads", workload["id"])
    assert ben.run(ben.artifact()["id"], "w").document["id"] != workload["id"]


def test_refusals_do_not_name_what_one_may_not_see(office: Desk) -> None:
    office.put()
    draft = office.artifact(**HERE)
    office.share("b", "OWNER")
    ben, workload = office.other("b"), office.workload(draft["id"], name="secret-project")
    for call in (
        lambda: ben.workload(draft["id"]),
        lambda: lifecycle.delete_artifact(ben.reg, ben.caller, draft["id"]),
        lambda: lifecycle.delete_repository(ben.reg, ben.caller, REPOSITORY),
    ):
        with pytest.raises(ConflictError) as error:
            call()
        assert workload["id"] not in str(error.value) and "secret-project" not in str(error.value)
    office.share("b", "CONSUMER", "workloads", workload["id"])
    with pytest.raises(ConflictError, match=workload["id"]):
        lifecycle.delete_artifact(ben.reg, ben.caller, draft["id"])
    assert ben.other("c").open().created
    with pytest.raises(NotFoundError, match=r"^Artifact repository not found\.$"):
        ben.other("c").put(REPOSITORY, origin="stack-c")


def test_running_something_needs_to_see_it(office: Desk) -> None:
    draft, ben = office.artifact(), office.other("b")
    own = ben.workload(ben.artifact()["id"])
    for call in (lambda: ben.workload(draft["id"]), lambda: ben.replace_by(own["id"], draft["id"])):
        with pytest.raises(ValidationFailedError, match="Artifact not found"):
            call()


def test_promoting_locks_so_it_needs_the_artifact_too(office: Desk) -> None:
    office.put()
    draft = office.artifact(**HERE)
    office.share("b", "EDITOR")
    ben = office.other("b")
    workload = ben.workload(draft["id"])
    ben.report(workload, "ready")
    with pytest.raises(NotFoundError, match="Workload not found"):
        lifecycle.promote_workload(ben.reg, ben.caller, workload["id"])
    assert office.read(draft["id"])["status"] == "draft"
    office.share("b", "OWNER")
    lifecycle.promote_workload(ben.reg, ben.caller, workload["id"])
    assert office.read(draft["id"])["status"] == "locked"


def test_a_reading_token_does_not_stop_the_clock(simulated: Desk) -> None:
    workload = simulated.workload(simulated.artifact()["id"])
    simulated.clock.advance(10)
    reader = replace(simulated, caller=replace(simulated.caller, read_only=True))
    assert reader.see(workload["id"])["status"] == "running"
    assert reader.see(workload["id"])["permissions"] == ["CAN_VIEW", "CAN_MAKE_PREDICTIONS"]
    for call in (lambda: reader.artifact(), lambda: reader.put(), lambda: reader.settings(workload["id"])):
        with pytest.raises(ForbiddenError, match="scope write"):
            call()


def test_the_log_is_told_to_who_sees_its_objects(office: Desk) -> None:
    office.put()
    ben = office.other("b")
    ben.artifact()

    def chains(desk: Desk, **filters: str) -> set[str]:
        query = AuditQuery(limit=100, **filters)
        return {record["chain"] for record in lifecycle.list_audit(desk.reg, desk.caller, query).items}

    assert chains(office) == {REPOSITORY}
    assert REPOSITORY not in chains(ben) and len(chains(ben)) == 1
    assert chains(ben, object_id=REPOSITORY) == set()
    assert len(chains(office.alone())) == 2


def test_roles_are_for_users_and_groups_that_there_are(office: Desk) -> None:
    store = office.reg.store
    people.bootstrap(store)
    anna, group = people.add_user(store, "anna"), people.add_group(store, "team")
    office.put()
    for entry in (
        {"username": "nobody", "shareRecipientType": "user"},
        {"username": "nul\0", "shareRecipientType": "user"},
        {"id": "e" * 24, "shareRecipientType": "user"},
        {"id": anna.id, "shareRecipientType": "group"},
        {"id": "e" * 24, "shareRecipientType": "organization"},
        {"id": "e" * 24, "shareRecipientType": "role"},
    ):
        with pytest.raises(ValidationFailedError) as error:
            office.share_with({**entry, "role": "EDITOR"})
        assert error.value.problems[0].path in ("roles.0.username", "roles.0.id")
    office.share_with({"username": "anna", "role": "EDITOR", "shareRecipientType": "user"})
    office.share_with({"id": group.id, "role": "CONSUMER", "shareRecipientType": "group"})
    office.share_with({"id": "e" * 24, "role": "NO_ROLE", "shareRecipientType": "user"})
    shown = lifecycle.list_shared_roles(office.reg, office.caller, "artifactRepositories", REPOSITORY, 0, 10).items
    assert {(role["id"], role["name"], role["role"]) for role in shown} == {
        (office.caller.user_id, "ada", "OWNER"),
        (anna.id, "anna", "EDITOR"),
        (group.id, "team", "CONSUMER"),
    }
    token = people.add_token(store, "anna", "x").secret
    found = people.identify(store, token)
    assert found is not None
    who = replace(office.caller, user_id=found[0].user_id, username="anna", groups=found[0].groups)
    assert replace(office, caller=who).repository(REPOSITORY)["permissions"] == ["CAN_VIEW", "CAN_UPDATE"]


def test_visibility_is_found_by_an_index(desk: Desk) -> None:
    from sqlalchemy import select
    from sqlalchemy.dialects import sqlite

    from lockyard_registry.lifecycle._access import visible

    caller = replace(desk.caller, groups=("9" * 24,))
    query = select(artifacts.c.id).where(*visible(caller, desk.reg, "artifactRepositories", artifacts.c.repository_id))
    text = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with desk.reg.store.read() as tx:
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
    assert not [step for step in plan if step.startswith("SCAN shared_roles")], plan
    assert any("ix_shared_roles_recipient_type_recipient_id_kind_object_id" in step for step in plan), plan


def test_the_impact_tells_of_nothing_hidden(office: Desk) -> None:
    office.put()
    draft = office.artifact(**HERE)
    mine = office.workload(draft["id"])
    lifecycle.stop_workload(office.reg, office.caller, mine["id"])
    ben = office.other("b")
    office.share("b", "EDITOR")
    theirs = ben.workload(draft["id"])

    def impact(desk: Desk) -> tuple[list[str], int, int | None, set[str]]:
        found = lifecycle.artifact_impact(desk.reg, desk.caller, draft["id"])
        named = {item["id"] for item in found["origins"] if item["type"] == "workload"}
        return [row["id"] for row in found["workloads"]], found["totalWorkloads"], found["hiddenWorkloads"], named

    # Who could delete it learns that somebody else is on it; an editor does not.
    assert impact(office) == ([mine["id"]], 1, 1, {mine["id"]})
    assert impact(ben) == ([theirs["id"]], 1, None, {theirs["id"]})
    assert theirs["id"] not in str(lifecycle.artifact_impact(office.reg, office.caller, draft["id"]))
    assert mine["id"] not in str(lifecycle.artifact_impact(ben.reg, ben.caller, draft["id"]))
    everything = impact(office.alone())
    assert (sorted(everything[0]), everything[2]) == (sorted([mine["id"], theirs["id"]]), 0)
    office.share("b", "NO_ROLE")
    with pytest.raises(NotFoundError):
        impact(ben)


def test_facets_count_what_one_may_see(office: Desk) -> None:
    office.put()
    office.artifact(**HERE)
    office.artifact()
    ben = office.other("b")
    ben.artifact()

    def counted(desk: Desk) -> object:
        found = lifecycle.list_artifacts(desk.reg, desk.caller, ArtifactQuery(), facets=["status", "creator", "tags"])
        assert found.facets is not None
        creators = {item["value"]: item["count"] for item in found.facets["creator"]}
        return found.facets["status"], creators, found.facets["tags"]

    mine, theirs = office.caller.user_id, "b"
    assert counted(office) == ([{"value": "draft", "count": 2}], {mine: 2}, [])
    assert counted(ben) == ([{"value": "draft", "count": 1}], {theirs: 1}, [])
    office.share("b", "CONSUMER")
    assert counted(ben) == ([{"value": "draft", "count": 2}], {mine: 1, theirs: 1}, [])
    assert counted(office.alone()) == ([{"value": "draft", "count": 3}], {mine: 2, theirs: 1}, [])
