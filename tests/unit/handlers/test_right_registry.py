"""A stack is only ever read, changed or destroyed on the registry it was made on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.handlers.examples import artifact, facts, repository, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard import handlers
from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import Json, WrongRegistryError
from lockyard_registry import Registry


@pytest.fixture
def elsewhere(make_registry: Callable[..., Registry]) -> Stage:
    return Stage(EmbeddedRegistryClient(registry=make_registry()))


@pytest.fixture
def stack(stage: Stage) -> dict[str, Held]:
    home = stage.up("repository", repository())
    draft = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    known = {"artifactId": draft.id, "artifactDigest": draft.state["contentDigest"], "artifactFacts": facts()}
    return {"repository": home, "artifact": draft, "workload": stage.up("workload", workload(**known))}


@pytest.mark.parametrize("kind", ["repository", "artifact", "workload"])
@pytest.mark.parametrize("operation", ["read", "update", "delete"])
def test_every_command_on_another_registry_is_refused(
    stage: Stage, elsewhere: Stage, stack: dict[str, Held], kind: str, operation: str
) -> None:
    held = stack[kind]
    act = getattr(handlers, f"{operation}_{kind}")
    extra: list[Json] = [{**held.inputs, "name": "other"}] if operation == "update" else []
    with pytest.raises(WrongRegistryError) as refused:
        act(elsewhere.context, held.id, held.state, *extra)
    here, there = stage.client.identity(), elsewhere.client.identity()
    message = str(refused.value)
    assert message.startswith(f"this stack lives in registry {here.registry_id} ({here.endpoint})")
    assert f"you are talking to {there.registry_id} ({there.endpoint}, embedded)" in message
    assert "\n" not in message
    assert elsewhere.lossy.writes == []
    assert stage.refresh(held) is not None


@pytest.mark.parametrize("kind", ["repository", "artifact", "workload"])
def test_what_is_gone_from_the_right_registry_is_gone(stage: Stage, stack: dict[str, Held], kind: str) -> None:
    for name in ("workload", "artifact", "repository"):
        stage.delete(stack[name])
    assert stage.refresh(stack[kind]) is None
    stage.delete(stack[kind])


def test_a_server_is_named_as_one(stage: Stage, stack: dict[str, Held]) -> None:
    identity = stage.client.identity()
    state = {
        **stack["artifact"].state,
        "registryId": "registry.example",
        "registryEndpoint": "https://registry.example",
    }
    with pytest.raises(WrongRegistryError, match=r"registry registry\.example \(https://registry\.example\)"):
        handlers.read_artifact(stage.context, stack["artifact"].id, state)
    assert identity.embedded
