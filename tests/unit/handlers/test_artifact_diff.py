"""The lock table of the design, row by row: what a change to an artifact does."""

from __future__ import annotations

import pytest
from tests.unit.handlers.examples import OTHER_REPOSITORY, REPOSITORY, artifact, container, spec

from lockyard.contract import ALL_COMPAT, UNKNOWN, Compat, Json
from lockyard.handlers import Change, diff_artifact

NEW_IMAGE = spec(container(imageUri="registry.example/chat:2"))
NONE: tuple[str, ...] = ()


def draft(**fields: object) -> Json:
    return {**artifact(status="draft"), **fields}


def locked(**fields: object) -> Json:
    return {**artifact(status="locked"), **fields}


ROWS = {
    "draft, content edited": (draft(), draft(spec=NEW_IMAGE), ["spec"], NONE),
    "draft, renamed": (draft(), draft(name="other"), ["name"], NONE),
    "draft, described": (draft(), draft(description="new"), ["description"], NONE),
    "draft to locked, nothing edited": (draft(), locked(), ["status"], NONE),
    "draft to locked with edits": (draft(), locked(spec=NEW_IMAGE, name="b"), ["name", "spec", "status"], NONE),
    "locked, spec edited": (locked(), locked(spec=NEW_IMAGE), ["spec"], ["spec"]),
    "locked, name edited": (locked(), locked(name="other"), ["name"], ["name"]),
    "locked, description edited": (locked(), locked(description="new"), ["description"], ["description"]),
    "locked, all content edited": (
        locked(),
        locked(spec=NEW_IMAGE, name="b", description="c"),
        ["description", "name", "spec"],
        ["description", "name", "spec"],
    ),
    "locked to draft": (locked(), draft(), ["status"], ["status"]),
    "locked to draft with edits": (locked(), draft(spec=NEW_IMAGE), ["spec", "status"], ["spec", "status"]),
    "draft, repository changed": (
        draft(),
        draft(artifactRepositoryId=OTHER_REPOSITORY),
        ["artifactRepositoryId"],
        ["artifactRepositoryId"],
    ),
    "locked, repository changed": (
        locked(),
        locked(artifactRepositoryId=OTHER_REPOSITORY),
        ["artifactRepositoryId"],
        ["artifactRepositoryId"],
    ),
    "draft, repository and type changed": (
        draft(),
        draft(artifactRepositoryId=OTHER_REPOSITORY, type="nim"),
        ["artifactRepositoryId", "type"],
        ["artifactRepositoryId", "type"],
    ),
    "draft, repository changed and content edited": (
        draft(),
        draft(artifactRepositoryId=OTHER_REPOSITORY, name="b"),
        ["artifactRepositoryId", "name"],
        ["artifactRepositoryId"],
    ),
    "locked, unknown new spec": (locked(), locked(spec=UNKNOWN), ["spec"], ["spec"]),
    "locked, unknown new name": (locked(), locked(name=UNKNOWN), ["name"], ["name"]),
    "locked, unknown repository": (
        locked(),
        locked(artifactRepositoryId=UNKNOWN),
        ["artifactRepositoryId"],
        ["artifactRepositoryId"],
    ),
    "locked, unknown image": (locked(), locked(spec=spec(container(imageUri=UNKNOWN))), ["spec"], ["spec"]),
    "locked, unknown new status": (locked(), locked(status=UNKNOWN), ["status"], ["status"]),
    "draft, unknown image": (draft(), draft(spec=spec(container(imageUri=UNKNOWN))), ["spec"], NONE),
    "draft, unknown status": (draft(), draft(status=UNKNOWN), ["status"], NONE),
    "draft, tags": (draft(), draft(tags={"a": "b"}), ["tags"], NONE),
    "locked, tags": (locked(tags={"a": "b"}), locked(tags={"a": "c"}), ["tags"], NONE),
    "locked, unknown tag": (locked(), locked(tags={"a": UNKNOWN}), ["tags"], NONE),
    "locked, tags and content": (locked(), locked(tags={"a": "b"}, name="b"), ["name", "tags"], ["name"]),
    "locked, nothing": (locked(), locked(), NONE, NONE),
    "draft, nothing": (draft(), draft(), NONE, NONE),
    "locked outside, content differs": (locked(), draft(spec=NEW_IMAGE), ["spec", "status"], ["spec", "status"]),
}


@pytest.mark.parametrize(("old", "new", "changes", "replaces"), ROWS.values(), ids=ROWS)
def test_lock_table(old: Json, new: Json, changes: list[str], replaces: list[str]) -> None:
    assert diff_artifact(old, new) == Change(tuple(changes), tuple(replaces))


SERVED_DEFAULTS = {
    "description": "",
    "imageBuildConfig": None,
    "entrypoint": None,
    "environmentVars": [],
    "readinessProbe": None,
    "build": {"status": "completed"},
}
SAME = {
    "server-filled defaults": locked(spec=spec(container(**SERVED_DEFAULTS), type="service")),
    "key order": locked(spec={"containerGroups": [dict(reversed(spec()["containerGroups"][0].items()))]}),
    "float for int": locked(spec=spec(container(port=8000.0))),
    "null for absent": locked(spec=spec(container(livenessProbe=None)), description=None, tags=None),
    "empty description": locked(description=""),
    "empty tags": locked(tags={}),
    "names left to the server": locked(
        spec={"containerGroups": [{"containers": [{"imageUri": "registry.example/chat:1", "port": 8000}]}]}
    ),
    "computed and local fields": {
        **locked(),
        "version": 3,
        "etag": '"7"',
        "claim": 2,
        "registryId": "x",
        "__provider": "gAR",
        "adoptId": REPOSITORY,
        "origin": "elsewhere",
        "originIsDefault": True,
        "contentDigest": "v1:other",
    },
    "type and description left out": {
        key: value for key, value in locked().items() if key not in ("type", "description")
    },
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_same_content_in_another_spelling_is_no_change(other: Json) -> None:
    assert not diff_artifact(locked(), other)
    assert not diff_artifact(other, locked())


def test_status_and_type_default_to_draft_and_service() -> None:
    bare = {key: value for key, value in draft().items() if key not in ("type", "status")}
    assert not diff_artifact(bare, draft())
    assert not diff_artifact(draft(), bare)


@pytest.mark.parametrize("compat", [ALL_COMPAT])
def test_defaults_of_other_types_count_only_where_the_switch_is_on(compat: Compat) -> None:
    agent = artifact(type="agent", spec=spec(a2aEnabled=False))
    assert not diff_artifact(artifact(type="agent"), agent, compat)
    assert diff_artifact(artifact(type="agent"), agent).changed == ("spec",), "what does not parse is compared as it is"


def test_every_edited_leaf_of_a_locked_spec_replaces() -> None:
    for field, value in {"port": 8001, "entrypoint": ["x"], "environmentVars": [{"name": "A", "value": "b"}]}.items():
        change = diff_artifact(locked(), locked(spec=spec(container(**{field: value}))))
        assert change.replaces == ("spec",), field


def test_order_of_containers_is_content() -> None:
    one, two = container(), {"name": "side", "imageUri": "registry.example/s:1", "primary": False}
    assert diff_artifact(locked(spec=spec(one, two)), locked(spec=spec(two, one))).replaces == ("spec",)
