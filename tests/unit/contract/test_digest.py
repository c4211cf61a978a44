"""Digests of content and runtime (design §4.2)."""

import copy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests import strategies

from lockyard.contract import (
    ANY_STORED_IMAGE,
    UNKNOWN,
    ArtifactInput,
    ValidationFailedError,
    artifact_content,
    compact,
    content_digest,
    dump,
    parse_artifact,
    parse_runtime,
    parse_spec,
    runtime_digest,
    spec_document,
)


def digest_of(document: dict[str, Any]) -> Any:
    parsed = parse_artifact(document)
    return content_digest(name=parsed.name, description=parsed.description, type=parsed.type, spec=parsed.spec)


MINIMAL = {"name": "echo", "spec": {"containerGroups": [{"containers": [{"imageUri": "r/e:1", "port": 8080}]}]}}
NIM = {
    "name": "llm",
    "description": "größe",
    "type": "nim",
    "spec": {
        "storage": {"mode": "dedicatedPvc", "pvcSize": "150Gi"},
        "containerGroups": [
            {
                "containers": [
                    {
                        "name": "nim",
                        "imageUri": "nvcr.io/nim/vendor/model:tag",
                        "port": 8000,
                        "primary": True,
                        "environmentVars": [
                            {"source": "dr-credential", "name": "NGC_API_KEY", "drCredentialId": "c", "key": "apiToken"}
                        ],
                        "readinessProbe": {"path": "/v1/health/ready", "port": 8000},
                    },
                    {"name": "proxy", "imageUri": "r/p:2"},
                ]
            }
        ],
    },
}
RUNTIME = {
    "containerGroups": [
        {
            "replicaCount": 2,
            "resourceBundles": ["gpu.l4.small"],
            "containers": [{"name": "nim", "resourceAllocation": {"cpu": 0.5, "memory": "16GiB"}}],
        }
    ]
}


def test_golden_digests() -> None:
    """Digests are stored by registries and in states: these never change. A change here is a bug, or needs a `v2:`."""
    assert digest_of(MINIMAL) == "v1:b0e2d126ff4759e42876c4bceb092e7b6a0859a2abdab67561dd577af1286b9e"
    assert digest_of(NIM) == "v1:78a939d392ea47c56fb3bcc701217d5f9de77eca3787f793fd94719de4cde129"
    assert (
        content_digest(name="empty", spec={}) == "v1:56d4ecd43d0a19d333b5632ff70d5126f0ddd39f75d2e230e924b656fa84d4bb"
    )
    assert runtime_digest(RUNTIME) == "v1:2d902755431a84030522acfef89cfbd7b474d9e1764bea428e2e4905c6763845"
    assert runtime_digest({}) == "v1:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_golden_content() -> None:
    parsed = parse_artifact(NIM)
    assert artifact_content(name="llm", description="größe", type="nim", spec=parsed.spec) == {
        "name": "llm",
        "description": "größe",
        "type": "nim",
        "spec": {
            "storage": {"pvcSize": "150Gi"},
            "containerGroups": [
                {
                    "containers": [
                        {
                            "name": "nim",
                            "imageUri": "nvcr.io/nim/vendor/model:tag",
                            "port": 8000,
                            "primary": True,
                            "environmentVars": [
                                {
                                    "source": "dr-credential",
                                    "name": "NGC_API_KEY",
                                    "drCredentialId": "c",
                                    "key": "apiToken",
                                }
                            ],
                            "readinessProbe": {"path": "/v1/health/ready", "port": 8000},
                        },
                        {"name": "proxy", "imageUri": "r/p:2"},
                    ]
                }
            ],
        },
    }
    assert artifact_content(name="a", spec={}) == {"name": "a", "spec": {}}


@given(st.data())
def test_another_notation_is_the_same_content(data: st.DataObject) -> None:
    document = data.draw(strategies.artifacts())
    assert digest_of(data.draw(strategies.rewritten(document))) == digest_of(document)


@given(strategies.artifacts())
def test_explicit_defaults_and_nulls_are_the_same_content(document: dict[str, Any]) -> None:
    parsed = parse_artifact(document)
    assert digest_of(dump(parsed)) == digest_of(document)
    assert digest_of(compact(parsed)) == digest_of(document)
    shown = document | {"type": parsed.type, "spec": spec_document(parsed.spec, parsed.type)}
    assert digest_of(shown) == digest_of(document)


@given(strategies.artifacts())
def test_what_is_not_content_does_not_count(document: dict[str, Any]) -> None:
    other = document | {"status": "draft", "artifactRepositoryId": "r"}
    assert digest_of(other) == digest_of(document)
    built = copy.deepcopy(document)
    built["spec"]["containerGroups"][0]["containers"][0]["build"] = {"status": "COMPLETED"}
    assert digest_of(built) == digest_of(document)


@given(strategies.artifacts(), strategies.artifacts())
def test_different_content_has_another_digest(one: dict[str, Any], other: dict[str, Any]) -> None:
    def content(document: dict[str, Any]) -> Any:
        full = dump(parse_artifact(document))
        return {key: full[key] for key in ("name", "description", "type", "spec")}

    assert (content(one) == content(other)) is (digest_of(one) == digest_of(other))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        return [path]
    return [leaf for key, item in items for leaf in leaves(item, (*path, key))]


@given(st.data())
def test_every_single_change_counts(data: st.DataObject) -> None:
    document = dump(parse_artifact(data.draw(strategies.artifacts(statuses=("draft",)))))
    path = data.draw(st.sampled_from([leaf for leaf in leaves(document["spec"]) if leaf[-1] != "build"]))
    changed = copy.deepcopy(document)
    holder = changed["spec"]
    for key in path[:-1]:
        holder = holder[key]
    before = holder[path[-1]]
    after = data.draw(
        st.sampled_from([None, "other", "b", "2Gi", 4000, 1, True, False, [], {}, ["x"], "HTTPS", "HTTP", "provided"])
    )
    holder[path[-1]] = after
    try:
        parsed = parse_artifact(changed)
    except ValidationFailedError:
        assume(False)
        return
    same = dump(parsed)["spec"] == document["spec"]
    assert (digest_of(changed) == digest_of(document)) is same, (path, before, after)


@pytest.mark.parametrize("change", [{"name": "b"}, {"description": "b"}, {"type": "nim"}])
def test_the_other_content_fields_count(change: dict[str, Any]) -> None:
    assert digest_of(MINIMAL | change) != digest_of(MINIMAL)


def test_a_document_or_a_model() -> None:
    parsed = parse_artifact(NIM)
    shown = spec_document(parsed.spec, "nim")
    for spec in (NIM["spec"], shown, compact(parsed.spec), parsed.spec):
        assert content_digest(name="llm", description="größe", type="nim", spec=spec) == digest_of(NIM)


def test_a_built_spec_of_the_registry_has_a_digest() -> None:
    spec = {"containerGroups": [{"containers": [{"imageUri": "i", "imageBuildConfig": {}, "port": 8080}]}]}
    parsed = parse_spec(spec, artifact_type="service", stored_image_uris=ANY_STORED_IMAGE)
    assert content_digest(name="a", spec=spec) == content_digest(name="a", spec=parsed)


def test_a_broken_document_has_no_digest() -> None:
    with pytest.raises(ValidationFailedError, match=r"spec\.containerGroups"):
        content_digest(name="a", spec={"containerGroups": 1})
    with pytest.raises(ValidationFailedError, match=r"runtime\.x"):
        runtime_digest({"x": 1})


@pytest.mark.parametrize("field", ["name", "description", "type", "spec"])
def test_unknown_content(field: str) -> None:
    parsed = parse_artifact(MINIMAL | {field: UNKNOWN})
    assert isinstance(parsed, ArtifactInput)
    assert (
        content_digest(name=parsed.name, description=parsed.description, type=parsed.type, spec=parsed.spec) is UNKNOWN
    )


def test_unknown_runtime() -> None:
    assert runtime_digest(UNKNOWN) is UNKNOWN  # type: ignore[arg-type]
    assert runtime_digest({"containerGroups": UNKNOWN}) is UNKNOWN


@given(st.data())
def test_runtime_digest_is_of_the_meaning(data: st.DataObject) -> None:
    document = data.draw(strategies.runtimes(container_names=("a",)))
    runtime = parse_runtime(document)
    for same in (runtime, dump(runtime), compact(runtime), data.draw(strategies.rewritten(document))):
        assert runtime_digest(same) == runtime_digest(document)
    other = data.draw(strategies.runtimes(container_names=("a",)))
    assert (parse_runtime(other) == runtime) is (runtime_digest(other) == runtime_digest(document))
