"""Nothing shows as a change right after `up`, nor after a refresh, whatever was declared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.unit.handlers import generated
from tests.unit.handlers.examples import repository, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import Json

few = settings(generated.few, max_examples=25, phases=[Phase.explicit, Phase.generate, Phase.shrink])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One registry for all examples: opening one takes longer than an example."""
    client = EmbeddedRegistryClient(tmp_path_factory.mktemp("registry") / "registry.db")
    yield Stage(client)
    client.close()


numbers = count()


def own(inputs: Json) -> Json:
    """The arguments with an origin that no other example has."""
    return {**inputs, "origin": f"example {next(numbers)}"}


def settled(stage: Stage, held: Held, inputs: Json) -> None:
    checked = stage.check(held.kind, inputs, held)
    assert not stage.diff(held, checked), "after up"
    seen = stage.refresh(held)
    assert seen is not None
    assert not stage.diff(seen, checked), "after a refresh"
    assert not stage.diff(seen, held.inputs)
    again = stage.refresh(seen)
    assert again == seen, "a second refresh sees the same"


@given(st.data())
@few
def test_artifacts(shared: Stage, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["service", "nim"]))
    home = shared.up("repository", own(repository(type=kind)))
    held: Held | None = None
    for inputs in data.draw(st.lists(generated.artifacts(types=(kind,)), min_size=1, max_size=3)):
        inputs = {**inputs, "artifactRepositoryId": home.id, "type": kind}
        held = shared.up("artifact", inputs, held)
        settled(shared, held, inputs)
        served = shared.client.get_artifact(held.id)
        assert served["contentDigest"] == held.state["contentDigest"]
        assert served["status"] == inputs.get("status", "draft")
        other = data.draw(generated.respelled(inputs))
        assert not shared.diff(held, shared.check("artifact", other, held)), "another spelling"


@given(st.data())
@few
def test_workloads(shared: Stage, data: st.DataObject) -> None:
    container = {"name": "primary", "imageUri": "x/y:1", "port": 8080}
    body = {"name": "a", "status": "locked", "spec": {"containerGroups": [{"containers": [container]}]}}
    artifact_id = shared.client.create_artifact(body)["id"]
    origin = own({})
    held: Held | None = None
    for inputs in data.draw(st.lists(generated.workloads(artifact_id=artifact_id), min_size=1, max_size=3)):
        inputs = {**inputs, **origin, "artifactDigest": None, "artifactFacts": None}
        held = shared.up("workload", inputs, held)
        settled(shared, held, inputs)
        other = {**inputs, "runtime": data.draw(generated.respelled_runtime(inputs["runtime"]))}
        assert not shared.diff(held, shared.check("workload", other, held)), "another spelling"


@given(generated.TAGS, generated.TAGS, st.booleans())
@few
def test_repositories(shared: Stage, first: Json, second: Json, force: bool) -> None:
    origin = own({})
    held: Held | None = None
    for index, tags in enumerate([first, second, None]):
        inputs = {**repository(name=f"name {index}", tags=tags, forceDestroy=force), **origin}
        held = shared.up("repository", inputs, held)
        settled(shared, held, inputs)
    assert held is not None and shared.client.get_repository(held.id)["tags"] == []


def test_shared_roles_are_read_back(stage: Stage) -> None:
    roles = [{"shareRecipientType": "user", "username": "ada", "role": "READ_ONLY"}]
    home = stage.up("repository", repository(sharedRoles=roles))
    settled(stage, home, repository(sharedRoles=roles))
    home = stage.up("repository", repository(), home)
    settled(stage, home, repository())
    assert [
        role for role in stage.client.list_shared_roles("artifactRepositories", home.id) if role["name"] == "ada"
    ] == []


def test_shared_roles_of_a_workload_are_read_back(stage: Stage) -> None:
    artifact = stage.client.create_artifact(
        {"name": "a", "spec": {"containerGroups": [{"containers": [{"imageUri": "x/y:1", "port": 8080}]}]}}
    )
    inputs = workload(
        artifactId=artifact["id"],
        artifactDigest=artifact["contentDigest"],
        sharedRoles=[{"shareRecipientType": "user", "username": "ada", "role": "READ_ONLY"}],
    )
    settled(stage, stage.up("workload", inputs), inputs)
