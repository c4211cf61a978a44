"""Who takes "name or id" decides for the id, and no new name looks like one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from lockyard.contract import ArtifactInput, ArtifactQuery, LockyardError, ValidationFailedError, parse, parse_query
from lockyard_registry import Caller, Registry, lifecycle, open_registry, people
from lockyard_registry.store import artifacts, user_groups, users

ID = "5f" * 12
LIKE_IDS = (ID, ID.upper(), "0" * 24, f" {ID} ", "aB" * 12)
UNLIKE_IDS = ("5f" * 11, "5f" * 13, f"{'5f' * 11}5g", "anna", "1234")
SPEC = {"containerGroups": [{"containers": [{"name": "main", "imageUri": "r/e:1", "port": 8080, "primary": True}]}]}


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    opened = open_registry(tmp_path / "registry.db")
    people.bootstrap(opened.store)
    yield opened
    opened.close()


MAKERS: dict[str, Callable[[Registry, str], object]] = {
    "user": lambda reg, name: people.add_user(reg.store, name),
    "group": lambda reg, name: people.add_group(reg.store, name),
}


@pytest.mark.parametrize("what", MAKERS)
@pytest.mark.parametrize("name", LIKE_IDS)
def test_no_new_name_looks_like_an_id(registry: Registry, what: str, name: str) -> None:
    with pytest.raises(ValidationFailedError, match="must not look like an id"):
        MAKERS[what](registry, name)


@pytest.mark.parametrize("what", MAKERS)
@pytest.mark.parametrize("name", UNLIKE_IDS)
def test_other_names_are_free(registry: Registry, what: str, name: str) -> None:
    MAKERS[what](registry, name)


@pytest.mark.parametrize("name", LIKE_IDS)
def test_an_identity_provider_gives_nobody_a_name_like_an_id(registry: Registry, name: str) -> None:
    """A person there called like a colleague's id gets another name here, and none of the colleague's rights."""
    found = people.identify_subject(registry.store, "https://issuer.example", "subject", name)
    assert found is not None
    assert found.username.strip() != name.strip() and found.username.startswith(name.strip())
    assert found.user_id != name


class Colleagues:
    """Two users and two groups: the second of each was named, by an earlier version, as the first one's id."""

    def __init__(self, registry: Registry) -> None:
        self.victim = people.add_user(registry.store, "victim")
        self.namesake = people.add_user(registry.store, "namesake")
        self.team, self.other = people.add_group(registry.store, "team"), people.add_group(registry.store, "other")
        with registry.store.write() as tx:
            tx.execute(update(users).where(users.c.id == self.namesake.id).values(username=self.victim.id))
            tx.execute(update(user_groups).where(user_groups.c.id == self.other.id).values(name=self.team.id))


TAKES_EITHER: dict[str, Callable[[Registry, Colleagues], tuple[object, object]]] = {
    "a token for a user": lambda reg, us: (people.add_token(reg.store, us.victim.id, "t").token.username, "victim"),
    "tokens of a user": lambda reg, us: (
        [people.add_token(reg.store, "victim", "t"), people.list_tokens(reg.store, us.victim.id)][1][0].username,
        "victim",
    ),
    "a change of a user": lambda reg, us: (people.change_user(reg.store, us.victim.id, disabled=True).id, us.victim.id),
    "a user joins": lambda reg, us: (people.join_group(reg.store, "team", us.victim.id).members, ("victim",)),
    "joins a group": lambda reg, us: (people.join_group(reg.store, us.team.id, "victim").id, us.team.id),
}


@pytest.mark.parametrize("call", TAKES_EITHER)
def test_the_id_decides(registry: Registry, call: str) -> None:
    found, wanted = TAKES_EITHER[call](registry, Colleagues(registry))
    assert found == wanted


def test_lists_by_creator_decide_for_the_id(registry: Registry) -> None:
    us = Colleagues(registry)
    body = parse(ArtifactInput, {"name": "a", "spec": SPEC})
    made = [
        lifecycle.create_artifact(registry, Caller(user.id, name, ""), body).document["id"]
        for user, name in ((us.victim, "victim"), (us.namesake, us.victim.id))
    ]
    boss = Caller("0" * 24, "boss", "", administrator=True)

    def by(creator: str) -> list[str]:
        query = parse_query(ArtifactQuery, [("createdBy", creator)])
        return [item["id"] for item in lifecycle.list_artifacts(registry, boss, query).items]

    assert by(us.victim.id) == made[:1]
    assert by(us.namesake.id) == made[1:]
    assert by("victim") == made[:1]
    with registry.store.read() as tx:
        assert tx.execute(artifacts.select()).rowcount != 0


def test_sharing_by_name_never_takes_an_id_for_a_name(registry: Registry) -> None:
    """`id` is an id and `username` is a name: neither stands for the other."""
    alice = people.add_user(registry.store, "alice")
    owner = Caller(alice.id, "alice", "")
    body = parse(ArtifactInput, {"name": "a", "spec": SPEC})
    repository = lifecycle.create_artifact(registry, owner, body).document["artifactRepositoryId"]
    victim = people.add_user(registry.store, "victim")
    from lockyard_registry import operations

    for entry in ({"username": victim.id}, {"id": "victim"}):
        patch = {"operation": "updateRoles", "roles": [{"role": "OWNER", "shareRecipientType": "user", **entry}]}
        with pytest.raises(LockyardError, match=r"no such user|must|match"):
            operations.update_shared_roles(registry, owner, "artifactRepositories", repository, patch)


def test_doctor_tells_of_such_names(registry: Registry) -> None:
    us = Colleagues(registry)
    with registry.store.read() as tx:
        assert people.names_like_ids(tx) == [f"user {us.victim.id}", f"group {us.team.id}"]


def test_names_of_credentials_are_nobody_elses_business(registry: Registry) -> None:
    from lockyard_registry import operations

    body = {"name": "hub", "credentialType": "bearer", "token": "t"}
    callers = [Caller(people.add_user(registry.store, name).id, name, "") for name in ("anna", "berta")]
    first, second = (operations.create_credential(registry, caller, body) for caller in callers)
    assert first["credentialId"] != second["credentialId"]
    for caller in callers:
        with pytest.raises(LockyardError, match="name already exists"):
            operations.create_credential(registry, caller, body)
    other = operations.create_credential(registry, callers[0], {**body, "name": "other"})
    with pytest.raises(LockyardError, match="name already exists"):
        operations.patch_credential(registry, callers[0], other["credentialId"], {"name": "hub"})
