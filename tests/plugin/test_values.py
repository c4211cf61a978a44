"""What the wire does to values, and what the plugin makes of it: unknowns, numbers, nulls, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import rpc
from tests.plugin.process import Plugin
from tests.plugin.samples import ARTIFACT, SAMPLES, WORKLOAD, at, positions, replaced

from lockyard.dynamic._engine_values import SENTINELS

DIFF_NONE, DIFF_SOME = 1, 2
KINDS = sorted(SAMPLES)


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    with Plugin(tmp_path_factory.mktemp("values")) as running:
        yield running


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_are_right(plugin: Plugin, kind: str) -> None:
    assert plugin.check(kind, SAMPLES[kind]).failures == []


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_in_every_position_is_neither_refused_nor_lost(plugin: Plugin, kind: str) -> None:
    for path in positions(SAMPLES[kind]):
        checked = plugin.check(kind, replaced(SAMPLES[kind], path, rpc.UNKNOWN))
        assert checked.failures == [], path
        if path != ("contentDigest",):
            assert at(checked.inputs, path) == rpc.UNKNOWN, path


@pytest.mark.parametrize("sentinel", sorted(SENTINELS))
def test_every_sentinel_of_the_engine_is_an_unknown(plugin: Plugin, sentinel: str) -> None:
    checked = plugin.check("Artifact", replaced(ARTIFACT, ("spec",), sentinel))
    assert checked.failures == []
    assert checked.inputs["spec"] == checked.inputs["contentDigest"] == rpc.UNKNOWN


def test_unknown_content_has_an_unknown_digest(plugin: Plugin) -> None:
    deep = ("spec", "containerGroups", 0, "containers", 0, "environmentVars", 0, "value")
    for path in (("name",), ("description",), deep):
        assert plugin.check("Artifact", replaced(ARTIFACT, path, rpc.UNKNOWN)).inputs["contentDigest"] == rpc.UNKNOWN
    assert (
        plugin.check("Artifact", replaced(ARTIFACT, ("tags", "team"), rpc.UNKNOWN)).inputs["contentDigest"]
        != rpc.UNKNOWN
    )


@pytest.mark.parametrize("kind", KINDS)
def test_diff_copes_with_unknown_everywhere(plugin: Plugin, kind: str) -> None:
    old = plugin.check(kind, SAMPLES[kind]).inputs
    for path in positions(SAMPLES[kind]):
        assert plugin.diff(kind, old, replaced(SAMPLES[kind], path, rpc.UNKNOWN)).changes in (DIFF_NONE, DIFF_SOME), (
            path
        )


def test_unknown_content_of_a_locked_artifact_replaces(plugin: Plugin) -> None:
    old = plugin.check("Artifact", {**ARTIFACT, "status": "locked"}).inputs
    for path in positions(ARTIFACT["spec"], ("spec",)):
        answer = plugin.diff("Artifact", old, replaced({**ARTIFACT, "status": "locked"}, path, rpc.UNKNOWN))
        assert list(answer.replaces) == ["spec"], path


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changed_is_no_diff(plugin: Plugin, kind: str) -> None:
    inputs = plugin.check(kind, SAMPLES[kind]).inputs
    assert plugin.diff(kind, inputs, inputs).changes == DIFF_NONE
    assert plugin.check(kind, inputs, inputs).inputs == inputs


def test_whole_numbers_arrive_as_doubles_and_are_integers(plugin: Plugin) -> None:
    checked = plugin.check("Artifact", ARTIFACT)
    assert at(checked.inputs, ("spec", "containerGroups", 0, "containers", 0, "port")) == 8080
    path = ("spec", "containerGroups", 0, "containers", 0, "port")
    refused = plugin.check("Artifact", replaced(ARTIFACT, path, 8080.5)).failures
    assert [reason.startswith(".".join(map(str, path))) for _, reason in refused] == [True]


def test_memory_is_normalised_once(plugin: Plugin) -> None:
    path = ("runtime", "containerGroups", 0, "containers", 0, "resourceAllocation", "memory")
    assert at(plugin.check("Workload", WORKLOAD).inputs, path) == 512_000_000
    old = plugin.check("Workload", WORKLOAD).inputs
    assert (
        plugin.diff("Workload", old, plugin.check("Workload", replaced(WORKLOAD, path, 512e6)).inputs).changes
        == DIFF_NONE
    )


@pytest.mark.parametrize("path", [("tags",), ("description",), ("adoptId",), ("spec", "containerGroups", 0, "name")])
def test_null_is_absent(plugin: Plugin, path: tuple[Any, ...]) -> None:
    with_null = plugin.check("Artifact", replaced(ARTIFACT, path, None))
    assert with_null.failures == []
    assert None not in [at(with_null.inputs, p) for p in positions(with_null.inputs)]


def test_empty_values_survive(plugin: Plugin) -> None:
    checked = plugin.check("Artifact", {**ARTIFACT, "tags": {}, "description": ""})
    assert (checked.inputs["tags"], checked.inputs["description"]) == ({}, "")


SECRET = "correct-horse-battery-staple"


def test_no_error_shows_a_secret(plugin: Plugin, tmp_path: Path) -> None:
    """Secrets arrive in clear text; whatever is wrong with them, no text repeats them."""
    for path in positions(ARTIFACT["spec"], ("spec",)):
        for value in (SECRET, [SECRET], {SECRET: SECRET}):
            wrong = replaced(ARTIFACT, path, value)
            checked = plugin.check("Artifact", wrong)
            assert SECRET not in "".join(f"{name} {reason}" for name, reason in checked.failures if name != SECRET) or (
                isinstance(value, dict)  # a key is a name, and names are shown
            ), path
    assert SECRET not in plugin.output()


def test_the_digest_has_one_name_in_request_and_answer(plugin: Plugin) -> None:
    """The engine marks an answer's property secret when the request's property of that name is."""
    assert plugin.check("Artifact", {**ARTIFACT, "contentDigest": ""}).inputs["contentDigest"].startswith("v1:")
