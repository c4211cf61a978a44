"""Artifact bodies (R3, R4, R11 to R15, R20, R35 to R38, R48, R65, R68)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import strategies

from lockyard.contract import (
    ALL_COMPAT,
    ANY_STORED_IMAGE,
    STRICT,
    UNKNOWN,
    ApiError,
    ArtifactClone,
    ArtifactInput,
    Compat,
    ForbiddenError,
    ValidationFailedError,
    compact,
    dump,
    merge_spec,
    parse,
    parse_artifact,
    parse_artifact_patch,
    parse_spec,
    parse_workload,
    spec_document,
)

CONTAINER = {"imageUri": "r/a:1", "port": 8080}
SPEC = {"containerGroups": [{"containers": [CONTAINER]}]}
BUILT = {"containerGroups": [{"containers": [{"imageBuildConfig": {}, "port": 8080}]}]}


def artifact(**fields: Any) -> dict[str, Any]:
    return {"name": "a", "spec": SPEC, **fields}


def problems(document: object, compat: Compat = STRICT, **options: Any) -> dict[str, str]:
    try:
        parse_artifact(document, compat, **options)
    except ValidationFailedError as error:
        return {problem.path: problem.code for problem in error.problems}
    return {}


def test_r11_defaults() -> None:
    parsed = parse_artifact(artifact())
    assert (parsed.type, parsed.status, parsed.description, parsed.artifact_repository_id) == (
        "service",
        "draft",
        "",
        None,
    )
    assert compact(parsed) == {
        "name": "a",
        "spec": {"containerGroups": [{"containers": [{"name": "primary", "primary": True, **CONTAINER}]}]},
    }


def test_null_means_the_default() -> None:
    nulls = artifact(type=None, status=None, description=None, artifactRepositoryId=None)
    assert parse_artifact(nulls) == parse_artifact(artifact())


@pytest.mark.parametrize(
    ("name", "fine"), [("", False), ("n", True), ("n" * 5000, True), ("n" * 5001, False), ("ü", True), (" ", True)]
)
def test_r12_length_of_the_name(name: str, fine: bool) -> None:
    assert (problems(artifact(name=name)) == {}) is fine


@pytest.mark.parametrize("name", [None, 1, ["a"], "a\0", "\ud800"])
def test_r12_kind_of_the_name(name: object) -> None:
    assert set(problems(artifact(name=name))) == {"name"}


def test_r4_missing_fields() -> None:
    assert problems({}) == {"name": "missing", "spec": "missing"}
    assert problems({"name": None, "spec": None}) == {"name": "missing", "spec": "missing"}


@pytest.mark.parametrize("data", [None, [], "spec", 1, True])
def test_not_an_object(data: object) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(data)
    assert caught.value.body() == {"detail": [{"path": "", "message": "must be an object", "code": "model_type"}]}
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(data, prefix="artifact")
    assert caught.value.problems[0].path == "artifact"


@pytest.mark.parametrize("spec", ["spec", [], 1, True])
def test_a_spec_that_is_no_object(spec: object) -> None:
    assert problems(artifact(spec=spec)) == {"spec": "model_type"}


@pytest.mark.parametrize(
    ("document", "path", "hint"),
    [
        (artifact(Name="b"), "Name", "'name'"),
        (artifact(spec={"container_groups": []}), "spec.container_groups", "'containerGroups'"),
        (artifact(id="x"), "id", "set by the server"),
        (artifact(version=3), "version", "set by the server"),
        (
            artifact(spec={"containerGroups": [{"containers": [CONTAINER | {"imageURL": "x"}]}]}),
            "spec.containerGroups.0.containers.0.imageURL",
            "'imageUri'",
        ),
        (
            artifact(
                spec={
                    "containerGroups": [
                        {"containers": [CONTAINER | {"readinessProbe": {"path": "/", "periodSecs": 1}}]}
                    ]
                }
            ),
            "spec.containerGroups.0.containers.0.readinessProbe.periodSecs",
            "'periodSeconds'",
        ),
        (artifact(zebra=1), "zebra", "unknown field"),
    ],
)
def test_r3_unknown_keys_with_a_hint(document: object, path: str, hint: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(document)
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == (path, "extra_forbidden")
    assert hint in problem.message


@pytest.mark.parametrize(
    ("top", "inner", "result"),
    [
        (None, None, "service"),
        ("nim", None, "nim"),
        (None, "nim", "nim"),
        ("service", "nim", "service"),
        ("nim", "nonsense", "nim"),
        ("nim", ["x"], "nim"),
    ],
)
def test_type_and_spec_type(top: object, inner: object, result: str) -> None:
    document = artifact(spec=SPEC | {"type": inner}, **({} if top is None else {"type": top}))
    before = repr(document)
    assert parse_artifact(document).type == result
    assert repr(document) == before


@pytest.mark.parametrize(
    ("type_", "compat", "fine"),
    [
        ("service", STRICT, True),
        ("nim", STRICT, True),
        ("agent", STRICT, False),
        ("mcp", STRICT, False),
        ("job", ALL_COMPAT, False),
        ("agent", Compat(agent_types=True), True),
        ("mcp", Compat(agent_types=True), True),
        ("Service", STRICT, False),
        (1, STRICT, False),
    ],
)
def test_r20_types(type_: object, compat: Compat, fine: bool) -> None:
    assert set(problems(artifact(type=type_), compat)) == (set() if fine else {"type"})


@pytest.mark.parametrize(
    ("type_", "field", "value", "fine"),
    [
        ("service", "storage", {}, False),
        ("service", "storage", None, True),
        ("nim", "storage", {}, True),
        ("service", "templateId", "t", False),
        ("nim", "templateId", "t", True),
        ("service", "a2aEnabled", True, False),
        ("service", "a2aEnabled", False, False),
        ("service", "a2aEnabled", None, True),
        ("nim", "a2aEnabled", True, False),
        ("agent", "a2aEnabled", True, True),
        ("mcp", "a2aEnabled", True, False),
        ("agent", "storage", {}, False),
        ("service", "storage", UNKNOWN, True),
        (UNKNOWN, "storage", {}, True),
    ],
)
def test_r65_r68_fields_of_another_type(type_: Any, field: str, value: object, fine: bool) -> None:
    spec = SPEC | {field: value}
    expected = {} if fine else {f"spec.{field}": "extra_forbidden"}
    assert problems(artifact(type=type_, spec=spec), ALL_COMPAT) == expected
    if type_ is not UNKNOWN:
        for call in (
            lambda: parse_artifact_patch({"spec": spec}, artifact_type=type_, compat=ALL_COMPAT),
            lambda: parse_spec(spec, artifact_type=type_, compat=ALL_COMPAT),
        ):
            if fine:
                call()
            else:
                with pytest.raises(ValidationFailedError) as caught:
                    call()
                assert [problem.path for problem in caught.value.problems] == [f"spec.{field}"]


def test_r65_a_field_of_another_type_says_whose_it_is() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_spec(SPEC | {"storage": {"mode": "nimCache"}}, artifact_type="service")
    assert str(caught.value) == "spec.storage: unknown field: only artifacts of type 'nim' have it"


def test_a_nim_is_not_built_from_source() -> None:
    path = "spec.containerGroups.0.containers.0.imageBuildConfig"
    assert set(problems(artifact(type="nim", spec=BUILT))) == {path}
    with pytest.raises(ValidationFailedError, match="imageBuildConfig"):
        parse_artifact_patch({"spec": BUILT}, artifact_type="nim")


def test_r14_locked_with_images() -> None:
    assert parse_artifact(artifact(status="locked")).status == "locked"


def test_r15_locked_without_image() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(artifact(status="locked", spec=BUILT))
    (problem,) = caught.value.problems
    assert problem.path == "spec.containerGroups.0.containers.0.imageUri"
    assert problem.message.startswith("Cannot lock artifact: imageBuildConfig is set but imageUri is not populated.")
    assert problems(artifact(status="locked", spec={})) == {"spec.containerGroups": "invalid"}
    assert problems(artifact(spec=BUILT)) == {}


def test_an_empty_spec_is_a_draft() -> None:
    assert problems(artifact(spec={})) == {}
    assert problems(artifact(spec={"containerGroups": []})) == {}
    assert problems(artifact(spec={"containerGroups": [{}]})) == {}


def test_one_group_only() -> None:
    assert set(problems(artifact(spec={"containerGroups": [{}, {"name": "b"}, {"name": "c"}]}))) == {
        "spec.containerGroups.1",
        "spec.containerGroups.2",
    }


def test_d7_stored_image() -> None:
    spec = {"containerGroups": [{"containers": [CONTAINER | {"imageBuildConfig": {}}]}]}
    path = {"spec.containerGroups.0.containers.0.imageUri": "invalid"}
    assert problems(artifact(spec=spec)) == path
    assert problems(artifact(spec=spec), stored_image_uris={"r/a:1"}) == {}
    assert problems(artifact(spec=spec), stored_image_uris=ANY_STORED_IMAGE) == {}
    parse_artifact_patch({"spec": spec}, artifact_type="service", stored_image_uris={"r/a:1"})


def test_r35_a_patch_knows_which_keys_it_has() -> None:
    patch = parse_artifact_patch({"description": None, "name": "b"}, artifact_type="service")
    assert patch.model_fields_set == {"description", "name"}
    assert (patch.name, patch.description) == ("b", "")


def test_patch_nulls_that_cannot_clear_are_absent() -> None:
    patch = parse_artifact_patch({"name": None, "status": None, "spec": None}, artifact_type="nim")
    assert patch.model_fields_set == set()


def test_r37_spec_type_in_a_patch_is_ignored() -> None:
    patch = parse_artifact_patch({"spec": {"type": "nim"}}, artifact_type="service")
    assert patch.spec is not None
    assert patch.spec.model_fields_set == set()


def test_r38_patch_and_lock_together() -> None:
    patch = parse_artifact_patch(
        {"spec": SPEC, "status": "locked", "artifactRepositoryId": "r"}, artifact_type="service"
    )
    assert patch.status == "locked"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"name": ""}, "name"),
        ({"type": "nim"}, "type"),
        ({"status": "open"}, "status"),
        (
            {"spec": {"containerGroups": [{"containers": [{"port": 8080}]}]}},
            "spec.containerGroups.0.containers.0.imageUri",
        ),
        ({"id": "x"}, "id"),
    ],
)
def test_patch_refused(document: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact_patch(document, artifact_type="service")
    assert [problem.path for problem in caught.value.problems] == [path]


def test_r36_merging_replaces_whole_keys() -> None:
    stored = parse_spec(SPEC | {"storage": {"pvcSize": "1Gi"}, "templateId": "t"}, artifact_type="nim")
    other = {"containerGroups": [{"containers": [{"name": "b", "imageUri": "r/b:1", "port": 9000}]}]}
    patch = parse_artifact_patch({"spec": other | {"templateId": None}}, artifact_type="nim")
    assert patch.spec is not None
    merged = merge_spec(stored, patch.spec)
    assert [container.name for container in merged.container_groups[0].containers] == ["b"]
    assert merged.template_id is None
    assert merged.storage == stored.storage
    assert stored.template_id == "t"


def test_r48_clone_needs_a_name() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(ArtifactClone, {})
    assert caught.value.body() == {"detail": [{"path": "name", "message": "Field required", "code": "missing"}]}
    assert parse(ArtifactClone, {"name": "n"}).name == "n"


@pytest.mark.parametrize(
    ("type_", "keys"),
    [
        ("service", {"type", "containerGroups"}),
        ("nim", {"type", "containerGroups", "storage", "templateId"}),
        ("agent", {"type", "containerGroups", "a2aEnabled"}),
        ("mcp", {"type", "containerGroups"}),
    ],
)
def test_a_spec_as_answers_show_it(type_: Any, keys: set[str]) -> None:
    document = spec_document(parse_spec(SPEC, artifact_type=type_, compat=ALL_COMPAT), type_)
    assert set(document) == keys
    assert document["type"] == type_
    sent_back = {"name": "a", "type": type_, "spec": document}
    assert compact(parse_artifact(sent_back, ALL_COMPAT)) == compact(parse_artifact(artifact(type=type_), ALL_COMPAT))


@pytest.mark.parametrize(
    ("type_", "typed"),
    [
        ("service", {}),
        ("nim", {"storage": None, "templateId": None}),
        ("agent", {"a2aEnabled": False}),
        ("mcp", {}),
        (UNKNOWN, {}),
    ],
)
def test_the_full_form_has_every_field_of_its_type(type_: Any, typed: dict[str, Any]) -> None:
    full = dump(parse_artifact(artifact(type=type_), ALL_COMPAT))
    assert {key: value for key, value in full["spec"].items() if key != "containerGroups"} == typed
    inline = dump(parse_workload({"name": "w", "artifact": artifact(type=type_)}, ALL_COMPAT))
    assert inline["artifact"] == full
    assert parse_artifact(full, ALL_COMPAT) == parse_artifact(artifact(type=type_), ALL_COMPAT)


@given(strategies.artifacts())
def test_valid_artifacts_round_trip(document: dict[str, Any]) -> None:
    parsed = parse_artifact(document)
    assert parse_artifact(compact(parsed)) == parsed
    assert parse_artifact(dump(parsed)) == parsed
    assert compact(parse_artifact(compact(parsed))) == compact(parsed)


@given(strategies.invalid_artifacts())
def test_known_mistakes_are_reported_at_their_path(invalid: strategies.Invalid) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(invalid.document)
    assert invalid.path in {problem.path for problem in caught.value.problems}, invalid.rule
    assert all(problem.message and "\n" not in problem.message for problem in caught.value.problems)


@pytest.mark.parametrize("rule", sorted(strategies.ARTIFACT_MISTAKES))
@settings(max_examples=3)
@given(data=st.data())
def test_every_known_mistake(rule: str, data: st.DataObject) -> None:
    document = data.draw(strategies.two_container_artifacts())
    parse_artifact(document)
    invalid = strategies.mistaken(document, strategies.ARTIFACT_MISTAKES[rule], rule)
    assert invalid.path in problems(invalid.document)


@pytest.mark.parametrize("rule", sorted(strategies.NIM_MISTAKES))
@settings(max_examples=3)
@given(data=st.data())
def test_every_known_nim_mistake(rule: str, data: st.DataObject) -> None:
    document = data.draw(strategies.two_container_artifacts(artifact_type="nim"))
    parse_artifact(document)
    invalid = strategies.mistaken(document, strategies.NIM_MISTAKES[rule], rule)
    assert invalid.path in problems(invalid.document)


@given(strategies.json_values(max_leaves=40), st.sampled_from([STRICT, ALL_COMPAT]))
def test_reading_is_total(data: Any, compat: Compat) -> None:
    for call in (
        lambda: parse_artifact(data, compat),
        lambda: parse_artifact({"name": "a", "spec": data}, compat),
        lambda: parse_artifact({"name": "a", "spec": {"containerGroups": [{"containers": [data]}]}}, compat),
        lambda: parse_artifact_patch(data, artifact_type="service", compat=compat),
    ):
        try:
            call()
        except (ValidationFailedError, ForbiddenError) as error:
            assert isinstance(error, ApiError)
            assert isinstance(error.body(), dict)


def test_python_names_are_for_python_only() -> None:
    assert ArtifactInput(name="a", spec={"container_groups": []}).spec.container_groups == []  # type: ignore[arg-type]
    assert set(problems({"name": "a", "spec": {"container_groups": []}})) == {"spec.container_groups"}
