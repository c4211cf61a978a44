"""A server of the Workload API without any of our additions, over a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.unit.handlers.examples import artifact, container, facts, repository, runtime, spec, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.client import HttpRegistryClient, Settings
from lockyard.contract import ConnectionFailedError, Json, LockyardError
from lockyard_registry import Registry
from lockyard_registry.api import create_app, running_server

ONE, TWO, THREE = (spec(container(imageUri=f"registry.example/chat:{n}")) for n in (1, 2, 3))


@pytest.fixture
def plain(make_registry: Callable[..., Registry]) -> Iterator[Stage]:
    app = create_app(make_registry(driver="simulated"), token="t", additions=False)
    with running_server(app) as address:
        client = HttpRegistryClient(address, "t")
        yield Stage(client, Settings(endpoint=address, token="t"))
        client.close()


@pytest.fixture
def home(plain: Stage) -> Held:
    return plain.up("repository", repository())


def settled(stage: Stage, held: Held, inputs: Json) -> None:
    checked = stage.check(held.kind, inputs, held)
    assert not stage.diff(held, checked)
    seen = stage.refresh(held)
    assert seen is not None and not stage.diff(seen, checked)


def test_the_server_is_known_by_its_host(plain: Stage, home: Held) -> None:
    identity = plain.client.identity()
    assert identity.additions == frozenset()
    assert home.state["registryId"] == identity.registry_id
    assert identity.registry_id in identity.endpoint


def test_a_repository_opens_with_a_lineage_artifact_and_goes_with_it(plain: Stage, home: Held) -> None:
    (opener,) = plain.client.list_artifacts(repositoryId=home.id)
    assert opener["id"] == home.state["lineageArtifactId"]
    assert opener["name"] == "chat-api (lineage)"
    settled(plain, home, repository())
    settled(plain, plain.up("repository", repository(name="b"), home), repository(name="b"))
    plain.delete(home)
    assert list(plain.client.list_artifacts()) == list(plain.client.list_repositories()) == []


def test_the_lock_story(plain: Stage, home: Held) -> None:
    at_home = {"artifactRepositoryId": home.id}
    draft = plain.up("artifact", artifact(spec=ONE, **at_home))
    settled(plain, draft, artifact(spec=ONE, **at_home))
    edited = plain.up("artifact", artifact(spec=TWO, **at_home), draft)
    assert edited.id == draft.id
    settled(plain, edited, artifact(spec=TWO, **at_home))
    locked = plain.up("artifact", artifact(spec=TWO, status="locked", **at_home), edited)
    assert (locked.id, locked.state["version"]) == (draft.id, 1)
    settled(plain, locked, artifact(spec=TWO, status="locked", **at_home))
    second = plain.up("artifact", artifact(spec=THREE, status="locked", **at_home), locked)
    assert second.state["version"] == 2
    settled(plain, second, artifact(spec=THREE, status="locked", **at_home))
    plain.said.clear()
    plain.delete(home)
    assert "stays on the registry with its locked versions: chat-api version 1" in plain.said[0]
    assert plain.client.get_artifact(locked.id)["version"] == 1


def test_what_the_program_no_longer_says_is_unset(plain: Stage) -> None:
    at_home = {"artifactRepositoryId": plain.up("repository", repository(type="nim")).id}
    old = plain.up("artifact", artifact(type="nim", spec=spec(storage={"mode": "nimCache"}), **at_home))
    wanted = artifact(type="nim", spec=spec(), **at_home)
    settled(plain, plain.up("artifact", wanted, old), wanted)


def test_edits_are_compared_by_content(plain: Stage, home: Held) -> None:
    at_home = {"artifactRepositoryId": home.id}
    draft = plain.up("artifact", artifact(spec=ONE, **at_home))
    plain.client.update_artifact(draft.id, {"description": "theirs"})
    with pytest.raises(LockyardError, match="edited by somebody else"):
        plain.up("artifact", artifact(spec=TWO, **at_home), draft)
    with pytest.raises(LockyardError, match="edited by somebody else"):
        plain.up("artifact", artifact(status="locked", **at_home), draft)
    assert plain.client.get_artifact(draft.id)["description"] == "theirs"
    plain.client.update_artifact(draft.id, {"description": ""})
    settled(plain, plain.up("artifact", artifact(spec=TWO, **at_home), draft), artifact(spec=TWO, **at_home))


def test_a_foreign_lock_is_seen(plain: Stage, home: Held) -> None:
    at_home = {"artifactRepositoryId": home.id}
    draft = plain.up("artifact", artifact(spec=ONE, **at_home))
    plain.client.update_artifact(draft.id, {"status": "locked"})
    with pytest.raises(LockyardError, match="locked outside this stack as version 1"):
        plain.up("artifact", artifact(spec=TWO, **at_home), draft)
    taken = plain.up("artifact", artifact(spec=ONE, status="locked", **at_home), draft)
    assert taken.state["version"] == 1


@pytest.mark.parametrize(
    "wanted", [{"spec": TWO}, {"status": "locked", "spec": ONE}, {"status": "locked", "spec": TWO}]
)
def test_an_edit_or_lock_whose_answer_was_lost_converges(plain: Stage, home: Held, wanted: Json) -> None:
    at_home = {"artifactRepositoryId": home.id}
    draft = plain.up("artifact", artifact(spec=ONE, **at_home))
    plain.lossy.calls.clear()
    plain.lossy.lose_write = 0
    with pytest.raises(ConnectionFailedError):
        plain.up("artifact", artifact(**wanted, **at_home), draft)
    plain.lossy.lose_write = None
    held = plain.up("artifact", artifact(**wanted, **at_home), draft)
    assert held.id == draft.id
    settled(plain, held, artifact(**wanted, **at_home))


@pytest.mark.parametrize("kind", ["repository", "artifact", "workload"])
def test_tags_are_refused_before_anything_is_made(plain: Stage, home: Held, kind: str) -> None:
    inputs = {
        "repository": repository(origin="another", tags={"a": "b"}),
        "artifact": artifact(artifactRepositoryId=home.id, tags={"a": "b"}),
        "workload": workload(artifactFacts=None, tags={"a": "b"}),
    }[kind]
    plain.lossy.calls.clear()
    with pytest.raises(LockyardError, match=r"cannot store tags.*remove tags="):
        plain.up(kind, inputs)
    assert plain.lossy.writes == []


def test_a_workload_follows_its_artifact(plain: Stage, home: Held, clock: object) -> None:
    plain.lossy.meanwhile = lambda: clock.advance(1)  # type: ignore[attr-defined]
    at_home = {"artifactRepositoryId": home.id}
    draft = plain.up("artifact", artifact(spec=ONE, **at_home))

    def on(held: Held, **fields: object) -> Json:
        known = facts(status=held.state["status"])
        return workload(artifactId=held.id, artifactDigest=held.state["contentDigest"], artifactFacts=known, **fields)

    running = plain.up("workload", on(draft))
    settled(plain, running, on(draft))
    draft = plain.up("artifact", artifact(spec=TWO, **at_home), draft)
    plain.lossy.calls.clear()
    running = plain.up("workload", on(draft), running)
    assert plain.lossy.writes == ["update_settings"], "the only way a running workload picks up an edit"
    settled(plain, running, on(draft))
    locked = plain.up("artifact", artifact(spec=TWO, status="locked", **at_home), draft)
    running = plain.up("workload", on(locked), running)
    assert plain.plan[-1] == "same"
    second = plain.up("artifact", artifact(spec=THREE, status="locked", **at_home), locked)
    clock.advance(30)  # type: ignore[attr-defined]
    moved = plain.up("workload", on(second, runtime=runtime(replicaCount=3)), running)
    clock.advance(30)  # type: ignore[attr-defined]
    assert moved.id == running.id
    settled(plain, moved, on(second, runtime=runtime(replicaCount=3)))
    assert plain.client.get_workload(moved.id)["artifactId"] == second.id
    stopped = plain.up("workload", on(second, runtime=runtime(replicaCount=3), running=False), moved)
    settled(plain, stopped, on(second, runtime=runtime(replicaCount=3), running=False))
    plain.delete(stopped)
    assert plain.refresh(stopped) is None
