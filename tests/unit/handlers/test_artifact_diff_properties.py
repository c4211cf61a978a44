"""What holds for the diff of any two artifacts: the lock rule above all."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.handlers import generated
from tests.unit.handlers.examples import artifact, at, positions, spec, with_value

from lockyard.contract import Json, contains_unknown, content_digest
from lockyard.handlers import diff_artifact

CONTENT = ["artifactRepositoryId", "description", "name", "spec", "type"]
FORCE_NEW = {"artifactRepositoryId", "type"}
quick = generated.few

FIELDS = ["artifactRepositoryId", "description", "name", "spec", "type", "status", "tags", "contentDigest", "other"]
states = st.dictionaries(st.sampled_from(FIELDS), generated.anything(), max_size=4)


@given(states, states)
@settings(quick, max_examples=100)
def test_any_pair_of_values_gets_an_answer(old: Json, new: Json) -> None:
    change = diff_artifact(old, new)
    assert set(change.replaces) <= set(change.changed)
    assert list(change.changed) == sorted(set(change.changed))
    assert list(change.replaces) == sorted(set(change.replaces))
    if old.get("status") == "locked":
        assert set(change.replaces) == set(change.changed) - {"tags"}


@given(states.filter(lambda value: not contains_unknown(value)))
@settings(quick, max_examples=100)
def test_nothing_differs_from_itself(state: Json) -> None:
    assert not diff_artifact(state, copy.deepcopy(state))


@given(st.data())
@quick
def test_spelling_never_counts(data: st.DataObject) -> None:
    artifact = data.draw(generated.artifacts())
    other = data.draw(generated.respelled(artifact))
    assert not diff_artifact(artifact, other)
    assert not diff_artifact(other, artifact)


@given(st.data())
@quick
def test_content_differs_exactly_when_its_digest_does(data: st.DataObject) -> None:
    old = data.draw(generated.artifacts())
    new = data.draw(st.one_of(generated.respelled(old), generated.artifacts(types=(old.get("type", "service"),))))
    new["artifactRepositoryId"] = old["artifactRepositoryId"]
    content = set(diff_artifact(old, new).changed) - {"status", "tags"}
    assert bool(content) == (digest(old) != digest(new))


def test_an_empty_object_is_not_the_same_as_none() -> None:
    old = artifact(type="nim", status="locked", spec=spec(storage={}))
    new = artifact(type="nim", status="locked")
    assert digest(old) != digest(new)
    assert diff_artifact(old, new).replaces == ("spec",)


def digest(inputs: Json) -> Any:
    names = ("name", "description", "type", "spec")
    return content_digest(**{name: inputs[name] for name in names if inputs.get(name) is not None})


@given(generated.artifacts("locked"), generated.artifacts())
@quick
def test_a_locked_artifact_is_never_updated_in_place(old: Json, new: Json) -> None:
    change = diff_artifact(old, new)
    edited = [name for name in CONTENT if name in change.changed]
    assert [name for name in change.replaces if name != "status"] == edited
    assert ("status" in change.replaces) == (new["status"] != "locked")
    assert set(change.changed) - set(change.replaces) <= {"tags"}


@given(generated.artifacts("locked"), st.data())
@quick
def test_one_edit_of_locked_content_replaces_for_that_reason_alone(old: Json, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["artifactRepositoryId", "name", "description", "spec"]))
    new = {**old, name: data.draw(generated.artifacts("locked")).get(name, "another")}
    if name == "spec" and old["type"] != "nim":
        new["spec"].pop("storage", None)
    change = diff_artifact(old, new)
    assert change.replaces == change.changed
    assert set(change.changed) <= {name}


@given(generated.artifacts("draft"), generated.artifacts())
@quick
def test_a_draft_is_replaced_only_for_its_repository_or_type(old: Json, new: Json) -> None:
    change = diff_artifact(old, new)
    assert set(change.replaces) == set(change.changed) & FORCE_NEW
    same_home = {**new, "artifactRepositoryId": old["artifactRepositoryId"], "type": old["type"]}
    assert diff_artifact(old, same_home).replaces == ()


@given(generated.artifacts("locked"), st.data())
@quick
def test_any_unknown_in_locked_content_replaces(old: Json, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name in CONTENT if name in old]))
    _, new = data.draw(generated.unknown_somewhere({name: old[name]}))
    change = diff_artifact(old, {**old, **new})
    assert change.changed == change.replaces == (name,)


@given(generated.artifacts(), st.one_of(st.none(), generated.TAGS))
@quick
def test_tags_never_replace(artifact: Json, tags: Any) -> None:
    change = diff_artifact(artifact, {**artifact, "tags": tags})
    assert change.replaces == ()
    assert set(change.changed) <= {"tags"}
    assert bool(change) == ((artifact.get("tags") or None) != (tags or None))


@given(
    generated.artifacts(),
    st.dictionaries(st.sampled_from(["__provider", "origin", "etag", "claim", "adoptId"]), st.text()),
)
@quick
def test_what_is_not_an_argument_of_the_artifact_never_counts(artifact: Json, noise: Json) -> None:
    assert not diff_artifact(artifact, {**artifact, **noise})
    assert not diff_artifact({**artifact, **noise}, artifact)


@given(generated.artifacts("locked"), st.data())
@quick
def test_a_changed_leaf_is_noticed(old: Json, data: st.DataObject) -> None:
    leaves = [path for path in positions(old["spec"]) if isinstance(at(old["spec"], path), str)]
    path = ("spec", *data.draw(st.sampled_from(leaves)))
    assert diff_artifact(old, with_value(old, path, at(old, path) + "x")).replaces == ("spec",)
