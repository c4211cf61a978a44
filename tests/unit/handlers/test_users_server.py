"""The provider against a server with users, over a socket: each stack with the token of somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from tests.unit.handlers.examples import artifact, container, facts, repository, spec, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.client import HttpRegistryClient, Settings
from lockyard.contract import ForbiddenError, Json, LockyardError, NotFoundError, UnauthorizedError
from lockyard_registry import Registry, people
from lockyard_registry.api import _identify, create_app, running_server

ONE, TWO = (spec(container(imageUri=f"registry.example/chat:{n}")) for n in (1, 2))
Login = Callable[..., Stage]


@pytest.fixture
def served(registry: Registry) -> Iterator[Login]:
    """Gives a stack of a user, who is made if there is none of that name."""
    people.bootstrap(registry.store)
    with ExitStack() as stack:
        address = stack.enter_context(running_server(create_app(registry, users=True)))

        def login(name: str, **token: object) -> Stage:
            if name not in [user.username for user in people.list_users(registry.store)]:
                people.add_user(registry.store, name)
            secret = people.add_token(registry.store, name, "stack", **token).secret  # type: ignore[arg-type]
            client = HttpRegistryClient(address, secret)
            stack.callback(client.close)
            return Stage(client, Settings(endpoint=address, token=secret))

        yield login


def role(name: str, role: str, kind: str = "user") -> Json:
    return {"id" if kind == "group" else "username": name, "role": role, "shareRecipientType": kind}


def settled(stage: Stage, held: Held, inputs: Json) -> None:
    checked = stage.check(held.kind, inputs, held)
    assert not stage.diff(held, checked)
    seen = stage.refresh(held)
    assert seen is not None and not stage.diff(seen, checked)


def test_a_whole_stack_shared_with_a_user_and_a_group(served: Login, registry: Registry) -> None:
    anna, ben, carl = served("anna"), served("ben"), served("carl")
    team = people.add_group(registry.store, "team").id
    people.join_group(registry.store, "team", "carl")
    roles = [role("ben", "EDITOR"), role(team, "CONSUMER", "group")]
    wanted = repository(sharedRoles=roles)
    home = anna.up("repository", wanted)
    settled(anna, home, wanted)
    at_home = {"artifactRepositoryId": home.id}
    draft = anna.up("artifact", artifact(spec=ONE, **at_home))
    on_draft = workload(
        artifactId=draft.id,
        artifactDigest=draft.state["contentDigest"],
        artifactFacts=facts(status="draft"),
        sharedRoles=roles,
    )
    running = anna.up("workload", on_draft)
    settled(anna, running, on_draft)
    # An editor's stack may change what it holds, a consumer's may only look.
    edited = ben.up("artifact", artifact(spec=TWO, **at_home), draft)
    assert edited.id == draft.id
    settled(anna, Held("artifact", draft.id, edited.inputs, edited.state), artifact(spec=TWO, **at_home))
    locked = ben.up("artifact", artifact(spec=TWO, status="locked", **at_home), edited)
    assert locked.state["version"] == 1
    seen = carl.refresh(locked)
    assert seen is not None and seen.state["version"] == 1
    with pytest.raises(ForbiddenError, match="yours is consumer"):
        carl.up("workload", {**on_draft, "description": "carl's"}, running)


def test_the_same_program_by_somebody_else_takes_nothing_over(served: Login) -> None:
    anna, ben = served("anna"), served("ben")
    home = anna.up("repository", repository())
    his = ben.up("repository", repository())
    assert his.id != home.id
    with pytest.raises(LockyardError, match="Artifact repository not found"):
        ben.up("artifact", artifact(artifactRepositoryId=home.id))
    draft = anna.up("artifact", artifact(artifactRepositoryId=home.id))
    twin = ben.up("artifact", artifact(artifactRepositoryId=his.id))
    assert twin.id != draft.id


def test_destroy_says_what_is_not_ours(served: Login) -> None:
    anna, ben = served("anna"), served("ben")
    roles = [role("ben", "EDITOR")]
    home = anna.up("repository", repository(sharedRoles=roles))
    draft = anna.up("artifact", artifact(artifactRepositoryId=home.id))
    running = anna.up(
        "workload",
        workload(
            artifactId=draft.id,
            artifactDigest=draft.state["contentDigest"],
            artifactFacts=facts(status="draft"),
            sharedRoles=roles,
        ),
    )
    for held in (running, draft, home):
        with pytest.raises(ForbiddenError, match="was not deleted: the token's user does not own it"):
            ben.delete(held)
    for held in (running, draft, home):
        anna.delete(held)
        ben.delete(held)  # gone is gone
    with pytest.raises(NotFoundError):
        anna.client.get_repository(home.id)


def test_tokens_that_only_read_or_are_over(served: Login, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, reader = served("anna"), served("anna", scope="read")
    home = anna.up("repository", repository())
    settled(reader, home, repository())
    with pytest.raises(ForbiddenError, match="may only read"):
        reader.up("repository", repository(name="renamed"), home)
    monkeypatch.setattr(_identify, "REMEMBERED_SECONDS", 0.0)
    short = served("anna", lasts=timedelta(hours=1))
    assert short.refresh(home) is not None
    (token,) = [token for token in people.list_tokens(registry.store, "anna") if token.expires_at]
    people.revoke_token(registry.store, token.id)
    with pytest.raises(UnauthorizedError) as error:
        short.refresh(home)
    assert short.settings.token not in str(error.value)
