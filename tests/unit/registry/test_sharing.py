from dataclasses import replace
from typing import Any

import pytest
from tests.unit.registry.builders import Desk

from lockyard.contract import NotFoundError, SharedRolesPatch, ValidationFailedError, parse
from lockyard_registry import lifecycle

GROUP = {"id": "9" * 24, "role": "CONSUMER", "shareRecipientType": "group"}


def share(desk: Desk, kind: Any, id: str, *roles: dict[str, str]) -> None:
    body = parse(SharedRolesPatch, {"operation": "updateRoles", "roles": list(roles)})
    lifecycle.update_shared_roles(desk.reg, desk.caller, kind, id, body)


def shared(desk: Desk, kind: Any, id: str) -> list[dict[str, str]]:
    page = lifecycle.list_shared_roles(desk.reg, desk.caller, kind, id, 0, 100)
    assert page.total == len(page.items)
    return page.items


def test_the_creator_owns(desk: Desk) -> None:
    draft = desk.artifact()
    owner = {"id": desk.caller.user_id, "name": "ada", "role": "OWNER", "shareRecipientType": "user"}
    workload = desk.workload(draft["id"])
    assert shared(desk, "artifacts", draft["id"]) == [owner]
    assert shared(desk, "artifactRepositories", draft["artifactRepositoryId"]) == [owner]
    assert shared(desk, "workloads", workload["id"]) == [owner]


def test_listed_recipients_are_set_and_others_kept(desk: Desk) -> None:
    workload = desk.workload(desk.artifact()["id"])
    desk.clock.advance(1)
    share(desk, "workloads", workload["id"], GROUP)
    desk.clock.advance(1)
    grace = {"username": "grace", "role": "OBSERVER", "shareRecipientType": "user"}
    share(desk, "workloads", workload["id"], grace)
    roles = shared(desk, "workloads", workload["id"])
    assert [(role["name"], role["role"]) for role in roles] == [
        ("ada", "OWNER"),
        ("9" * 24, "CONSUMER"),
        ("grace", "OBSERVER"),
    ]
    assert len(roles[2]["id"]) == 24
    share(desk, "workloads", workload["id"], {**GROUP, "role": "NO_ROLE"}, {**grace, "role": "OWNER"})
    assert {role["name"]: role["role"] for role in shared(desk, "workloads", workload["id"])} == {
        "ada": "OWNER",
        "grace": "OWNER",
    }
    share(desk, "workloads", workload["id"], {"username": "ada", "role": "NO_ROLE", "shareRecipientType": "user"})
    heir = replace(desk, caller=replace(desk.caller, user_id=roles[2]["id"], username="grace"))
    assert [role["name"] for role in shared(heir, "workloads", workload["id"])] == ["grace"]
    document = heir.see(workload["id"])
    assert [owner["username"] for owner in document["owners"]] == ["grace"]
    assert document["creator"]["username"] == "ada"
    with pytest.raises(NotFoundError):
        shared(desk, "workloads", workload["id"])


def test_artifacts_share_with_their_repository(desk: Desk) -> None:
    locked = desk.artifact(status="locked")
    share(desk, "artifacts", locked["id"], GROUP)
    assert shared(desk, "artifactRepositories", locked["artifactRepositoryId"])[1]["role"] == "CONSUMER"
    assert desk.read(locked["id"]) == locked


def test_the_last_owner_stays(desk: Desk) -> None:
    draft = desk.artifact()
    with pytest.raises(ValidationFailedError, match="last owner"):
        share(
            desk,
            "artifacts",
            draft["id"],
            {"id": desk.caller.user_id, "role": "CONSUMER", "shareRecipientType": "user"},
        )
    assert shared(desk, "artifacts", draft["id"])[0]["role"] == "OWNER"


@pytest.mark.parametrize("kind", ["artifacts", "artifactRepositories", "workloads"])
def test_nothing_to_share(desk: Desk, kind: Any) -> None:
    with pytest.raises(NotFoundError):
        shared(desk, kind, "f" * 24)
    with pytest.raises(NotFoundError):
        share(desk, kind, "f" * 24, GROUP)
