"""The lock story over the wire: what the engine stores, and that nothing shows as a change afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.plugin.process import Plugin
from tests.plugin.samples import ARTIFACT, REPOSITORY, WORKLOAD, replaced

from lockyard.client import EmbeddedRegistryClient

DIFF_NONE, DIFF_SOME = 1, 2
IMAGE = ("spec", "containerGroups", 0, "containers", 0, "imageUri")
VALUE = ("spec", "containerGroups", 0, "containers", 0, "environmentVars", 0, "value")
SECRET = "correct-horse-battery-staple"
Json = dict[str, Any]


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[Plugin]:
    with Plugin(tmp_path) as running:
        yield running


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[EmbeddedRegistryClient]:
    """The registry that the plugin uses, seen from another process."""
    client = EmbeddedRegistryClient(tmp_path / "registry" / "registry.db")
    yield client
    client.close()


def up(plugin: Plugin, kind: str, news: Json, held: tuple[str, Json] | None = None) -> tuple[str, Json]:
    """Check, Diff and what follows from it, as the engine does."""
    if held is None:
        return plugin.create(kind, passed(plugin, kind, news))
    id, state = held
    inputs = passed(plugin, kind, news, state)
    answer = plugin.diff(kind, state, inputs)
    if answer.replaces:
        made = plugin.create(kind, passed(plugin, kind, news))
        plugin.delete(kind, id, state)
        return made
    return (id, plugin.update(kind, id, state, inputs)) if answer.changes == DIFF_SOME else held


def passed(plugin: Plugin, kind: str, news: Json, olds: Json | None = None) -> Json:
    checked = plugin.check(kind, news, olds)
    assert checked.failures == []
    return checked.inputs


def settled(plugin: Plugin, kind: str, news: Json, held: tuple[str, Json]) -> None:
    id, state = held
    inputs = passed(plugin, kind, news, state)
    assert plugin.diff(kind, state, inputs).changes == DIFF_NONE
    seen, fresh = plugin.read(kind, id, state)
    assert seen == id
    assert plugin.diff(kind, fresh, inputs).changes == DIFF_NONE


def test_the_lock_story(plugin: Plugin, registry: EmbeddedRegistryClient) -> None:
    home = up(plugin, "ArtifactRepository", REPOSITORY)
    settled(plugin, "ArtifactRepository", REPOSITORY, home)
    draft = {**ARTIFACT, "artifactRepositoryId": home[0]}
    held = up(plugin, "Artifact", draft)
    settled(plugin, "Artifact", draft, held)
    known = {"type": "service", "status": "draft", "containerGroups": {"default": ["main", "sidecar"]}}
    given = {"artifactId": held[0], "artifactDigest": held[1]["contentDigest"], "artifactFacts": known}
    running = up(plugin, "Workload", {**WORKLOAD, **given})
    settled(plugin, "Workload", {**WORKLOAD, **given}, running)

    edited = replaced(draft, IMAGE, "registry.example/chat:2")
    assert plugin.diff("Artifact", held[1], passed(plugin, "Artifact", edited, held[1])).replaces == []
    held = up(plugin, "Artifact", edited, held)
    settled(plugin, "Artifact", edited, held)

    locked = {**edited, "status": "locked"}
    again = up(plugin, "Artifact", locked, held)
    assert (again[0], again[1]["version"]) == (held[0], 1)
    settled(plugin, "Artifact", locked, again)

    new = replaced(locked, IMAGE, "registry.example/chat:3")
    answer = plugin.diff("Artifact", again[1], passed(plugin, "Artifact", new, again[1]))
    assert (answer.changes, list(answer.replaces), answer.deleteBeforeReplace) == (DIFF_SOME, ["spec"], False)
    second = up(plugin, "Artifact", new, again)
    assert second[0] != again[0] and second[1]["version"] == 2
    assert registry.get_artifact(again[0])["version"] == 1, "the old version stays"
    settled(plugin, "Artifact", new, second)

    given = {"artifactId": second[0], "artifactDigest": second[1]["contentDigest"]}
    moved = {**WORKLOAD, **given, "artifactFacts": {**known, "status": "locked"}}
    plugin_inputs = plugin.check(
        "Workload", moved, {**running[1], "artifactFacts": {**known, "status": "locked"}}
    ).inputs
    assert plugin.diff("Workload", running[1], plugin_inputs).replaces == []
    state = plugin.update("Workload", running[0], running[1], plugin_inputs)
    assert state["artifactId"] == second[0] and state["endpoint"] == running[1]["endpoint"]
    settled(plugin, "Workload", moved, (running[0], state))

    plugin.delete("Workload", running[0], state)
    assert plugin.read("Workload", running[0], state) == ("", {})
    plugin.delete("Artifact", *second)
    plugin.delete("ArtifactRepository", *home)
    assert sorted(item["version"] for item in registry.list_artifacts(repositoryId=home[0])) == [1, 2]


def test_a_resource_that_is_only_read_needs_nothing_but_its_id(plugin: Plugin) -> None:
    home = up(plugin, "ArtifactRepository", REPOSITORY)
    made = up(plugin, "Artifact", {**ARTIFACT, "artifactRepositoryId": home[0]})
    for kind, (id, state) in (("ArtifactRepository", home), ("Artifact", made)):
        seen, fresh = plugin.read(kind, id, {})
        assert (seen, fresh["name"]) == (id, state["name"])
    assert plugin.read("Artifact", "0" * 24, {}) == ("", {})


def test_a_foreign_lock_is_one_line(plugin: Plugin, registry: EmbeddedRegistryClient) -> None:
    home = up(plugin, "ArtifactRepository", REPOSITORY)
    draft = {**ARTIFACT, "artifactRepositoryId": home[0]}
    held = up(plugin, "Artifact", draft)
    registry.update_artifact(held[0], {"status": "locked"})
    inputs = passed(plugin, "Artifact", replaced(draft, VALUE, SECRET), held[1])
    text = plugin.refusal("update", "Artifact", held[0], held[1], inputs)
    assert text.startswith("lockyard.Error: artifact 'chat'") and "\n" not in text
    assert "locked outside this stack as version 1" in text
    assert SECRET not in text + plugin.output()


def test_another_registry_is_one_line_for_every_command(plugin: Plugin, tmp_path: Path) -> None:
    home = up(plugin, "ArtifactRepository", REPOSITORY)
    with Plugin(tmp_path / "elsewhere") as other:
        for method, more in (("read", ()), ("update", (REPOSITORY,)), ("delete", ())):
            text = other.refusal(method, "ArtifactRepository", *home, *more)
            assert text.startswith("lockyard.Error: this stack lives in registry ") and "\n" not in text


def test_a_secret_in_the_content_shows_in_no_refusal_of_the_registry(plugin: Plugin) -> None:
    inputs = passed(plugin, "Artifact", replaced({**ARTIFACT, "artifactRepositoryId": "d" * 24}, VALUE, SECRET))
    text = plugin.refusal("create", "Artifact", inputs)
    assert SECRET not in text + plugin.output()
    home = up(plugin, "ArtifactRepository", REPOSITORY)
    made = up(plugin, "Artifact", {**ARTIFACT, "artifactRepositoryId": home[0]})
    adopted = replaced({**ARTIFACT, "artifactRepositoryId": home[0], "adoptId": made[0]}, VALUE, SECRET)
    text = plugin.refusal("create", "Artifact", passed(plugin, "Artifact", adopted))
    assert "spec differ" in text and SECRET not in text + plugin.output()


@pytest.mark.parametrize("kind", ["ArtifactRepository", "Artifact", "Workload"])
def test_every_input_comes_back_under_its_own_name(plugin: Plugin, kind: str) -> None:
    """Secrets keep their mark only under the name they came with."""
    home = up(plugin, "ArtifactRepository", REPOSITORY)
    made = up(plugin, "Artifact", {**ARTIFACT, "artifactRepositoryId": home[0]})
    given = {"artifactId": made[0], "artifactDigest": made[1]["contentDigest"], "artifactFacts": {}}
    news = {
        "ArtifactRepository": REPOSITORY,
        "Artifact": {**ARTIFACT, "artifactRepositoryId": home[0]},
        "Workload": {**WORKLOAD, **given},
    }[kind]
    inputs = passed(plugin, kind, news)
    assert set(news) <= set(inputs)
    _, state = plugin.create(kind, inputs)
    assert {name: state[name] for name in inputs} == inputs
