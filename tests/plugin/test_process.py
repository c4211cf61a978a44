"""The process itself: faults still answer, many resources, several at once, frozen pickles, a quick start."""

from __future__ import annotations

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dill
import pytest
from tests.plugin.process import Plugin, pickled
from tests.plugin.samples import ARTIFACT, REPOSITORY, SAMPLES

from lockyard.client import EmbeddedRegistryClient

PICKLES = Path(__file__).parent / "pickles.json"
KINDS = sorted(SAMPLES)

RAISE = """
import sys
if "pulumi.dynamic" in sys.orig_argv:
    import asyncio
    from lockyard import handlers
    def fail(*arguments, **more):
        raise {error}
    handlers.create_repository = fail
"""


@pytest.mark.parametrize(
    "error",
    ["SystemExit(3)", "KeyboardInterrupt()", "asyncio.CancelledError()", "GeneratorExit()", "ValueError('s3cr3t')"],
)
def test_whatever_a_handler_raises_is_answered_in_one_line(tmp_path: Path, error: str) -> None:
    with Plugin(tmp_path, patch=RAISE.format(error=error)) as plugin:
        text = plugin.refusal("create", "ArtifactRepository", REPOSITORY)
    assert text.startswith("lockyard.Error: ") and "\n" not in text
    assert "s3cr3t" not in text and error.partition("(")[0].rpartition(".")[2] in text


def test_a_refusal_is_one_line_and_debugging_shows_where(tmp_path: Path) -> None:
    missing = {**ARTIFACT, "artifactRepositoryId": "d" * 24}
    with Plugin(tmp_path) as plugin:
        missing = plugin.check("Artifact", missing).inputs
        text = plugin.refusal("create", "Artifact", missing)
    assert text.startswith("lockyard.Error: ") and "\n" not in text and "repository not found" in text.lower()
    with Plugin(tmp_path, variables={"LOCKYARD_DEBUG": "1"}) as plugin:
        assert "Traceback" in plugin.refusal("create", "Artifact", missing)


@pytest.mark.parametrize(
    ("config", "variables", "says"),
    [
        ({}, {"CI": "true"}, "lockyard:endpoint"),
        ({"lockyard:endpoint": "ftp://x"}, {}, "http"),
        ({"lockyard:endpoint": "https://registry.example"}, {}, "LOCKYARD_API_TOKEN"),
        ({"lockyard:endpoint": "embedded", "lockyard:compat": "nonsense"}, {}, "lockyard:compat"),
    ],
)
def test_wrong_settings_are_failures_of_every_check(
    tmp_path: Path, config: dict[str, str], variables: dict[str, str], says: str
) -> None:
    with Plugin(tmp_path, config=config, variables=variables) as plugin:
        for kind in KINDS:
            failures = plugin.check(kind, SAMPLES[kind]).failures
            assert len(failures) == 1 and says in failures[0][1] and "\n" not in failures[0][1]
        assert says in plugin.refusal("create", "ArtifactRepository", REPOSITORY)


def test_a_default_origin_is_refused_on_a_shared_registry(tmp_path: Path) -> None:
    config = {"lockyard:endpoint": "http://127.0.0.1:9"}
    with Plugin(tmp_path, config=config, variables={"LOCKYARD_API_TOKEN": "t"}) as plugin:
        failures = plugin.check("ArtifactRepository", {**REPOSITORY, "originIsDefault": True}).failures
    assert len(failures) == 1 and "lockyard:origin" in failures[0][1]


def test_eight_creates_at_once(tmp_path: Path) -> None:
    with Plugin(tmp_path) as plugin:
        id, _ = plugin.create("ArtifactRepository", REPOSITORY)

        def create(number: int) -> str:
            mine = {**ARTIFACT, "artifactRepositoryId": id, "name": f"chat-{number}", "origin": f"origin-{number}"}
            return plugin.create("Artifact", plugin.check("Artifact", {**mine, "status": "locked"}).inputs)[0]

        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(create, range(8)))
    registry = EmbeddedRegistryClient(tmp_path / "registry" / "registry.db")
    assert len(set(made)) == 8
    assert sorted(artifact["version"] for artifact in registry.list_artifacts()) == list(range(1, 9))
    registry.close()


def test_fifteen_hundred_resources_in_one_process(tmp_path: Path) -> None:
    with Plugin(tmp_path) as plugin:
        id, _ = plugin.create("ArtifactRepository", REPOSITORY)
        for number in range(1500):
            mine = {**ARTIFACT, "artifactRepositoryId": id, "origin": f"origin-{number}"}
            inputs = plugin.check("Artifact", mine).inputs
            assert plugin.diff("Artifact", inputs, inputs).changes == 1
            if number % 10 == 0:
                plugin.create("Artifact", inputs)
    registry = EmbeddedRegistryClient(tmp_path / "registry" / "registry.db")
    assert registry.get_repository(id)["numArtifacts"] == 150
    registry.close()


def frozen() -> list[tuple[str, str, str]]:
    """Version, kind and pickle of every version that was released, this one included."""
    versions: dict[str, dict[str, str]] = json.loads(PICKLES.read_text())
    return [(version, kind, text) for version, kinds in versions.items() for kind, text in kinds.items()]


@pytest.mark.parametrize(("version", "kind", "text"), frozen(), ids=lambda value: value[:24])
def test_pickles_in_peoples_states_still_load(version: str, kind: str, text: str) -> None:
    provider: Any = dill.loads(base64.b64decode(text))
    assert type(provider).__name__ == f"{kind}Provider" and vars(provider) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_todays_pickle_is_the_frozen_one(kind: str) -> None:
    """Another pickle would show as a change of every resource of every stack."""
    assert pickled(kind) == json.loads(PICKLES.read_text())["0.1.0"][kind]


LIST_MODULES = """
import atexit, os, sys, threading
if "pulumi.dynamic" in sys.orig_argv:
    from lockyard import handlers
    original = handlers.diff_artifact
    def diff(*arguments):
        with open(os.environ["MODULES"], "w") as file:
            file.write("\\n".join(sys.modules))
        return original(*arguments)
    handlers.diff_artifact = diff
"""


def test_a_preview_loads_no_database_and_no_web_framework(tmp_path: Path) -> None:
    listing = tmp_path / "modules.txt"
    with Plugin(tmp_path, patch=LIST_MODULES, variables={"MODULES": str(listing)}) as plugin:
        inputs = plugin.check("Artifact", ARTIFACT).inputs
        plugin.diff("Artifact", inputs, inputs)
    loaded = {name.partition(".")[0] for name in listing.read_text().split()}
    assert "lockyard" in loaded
    assert (
        loaded & {"sqlalchemy", "alembic", "fastapi", "starlette", "httpx", "typer", "rich", "lockyard_registry"}
        == set()
    )
    assert "lockyard.resources" not in listing.read_text().split()
