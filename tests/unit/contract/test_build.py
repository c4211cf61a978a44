"""Image build configuration (R32, R33)."""

import pytest

from lockyard.contract import UNKNOWN, ImageBuildConfig, ValidationFailedError, compact, dump, parse

PROVIDED = {"source": "provided", "path": "./Dockerfile"}
GENERATED = {
    "source": "generated",
    "executionEnvironmentId": "e",
    "executionEnvironmentVersionId": "v",
    "entrypoint": ["python", "app.py"],
}


@pytest.mark.parametrize(
    "document",
    [{}, {"dockerfile": None}, {"dockerfile": {}}, {"dockerfile": {"source": "provided"}}, {"dockerfile": PROVIDED}],
)
def test_r33_provided_is_the_default(document: dict[str, object]) -> None:
    config = parse(ImageBuildConfig, document)
    assert dump(config) == {"codeRef": None, "dockerfile": PROVIDED}
    assert compact(config) == {}
    assert parse(ImageBuildConfig, compact(config)) == config


def test_r32_generated() -> None:
    config = parse(ImageBuildConfig, {"dockerfile": GENERATED})
    assert dump(config)["dockerfile"] == GENERATED
    assert parse(ImageBuildConfig, compact(config)) == config


@pytest.mark.parametrize("key", ["executionEnvironmentId", "executionEnvironmentVersionId", "entrypoint"])
def test_r32_generated_needs_all_of_it(key: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(ImageBuildConfig, {"dockerfile": {k: v for k, v in GENERATED.items() if k != key}})
    assert [(p.path, p.code) for p in caught.value.problems] == [(f"dockerfile.{key}", "missing")]


@pytest.mark.parametrize(
    ("dockerfile", "path"),
    [
        (GENERATED | {"entrypoint": []}, "entrypoint"),
        (GENERATED | {"entrypoint": [""]}, "entrypoint.0"),
        (GENERATED | {"path": "x"}, "path"),
        (PROVIDED | {"executionEnvironmentId": "e"}, "executionEnvironmentId"),
        ({"entrypoint": ["x"]}, "entrypoint"),
        ({"source": "guessed"}, "source"),
        ({"path": ""}, "path"),
    ],
)
def test_r32_r33_refused(dockerfile: dict[str, object], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(ImageBuildConfig, {"dockerfile": dockerfile})
    assert [problem.path for problem in caught.value.problems] == [f"dockerfile.{path}"]


@pytest.mark.parametrize(
    "extra", [{}, {"type": "datarobot"}, {"provider": "datarobot"}, {"type": None, "provider": "datarobot"}]
)
def test_code_ref_kinds_default(extra: dict[str, object]) -> None:
    config = parse(ImageBuildConfig, {"codeRef": {"datarobot": {"catalogId": "c", "catalogVersionId": "v"}} | extra})
    assert dump(config)["codeRef"] == {
        "type": "datarobot",
        "provider": "datarobot",
        "datarobot": {"catalogId": "c", "catalogVersionId": "v"},
    }


@pytest.mark.parametrize(
    ("code_ref", "paths"),
    [
        ({}, {"datarobot"}),
        ({"datarobot": {}}, {"datarobot.catalogId", "datarobot.catalogVersionId"}),
        ({"provider": "git", "datarobot": {"catalogId": "c", "catalogVersionId": "v"}}, {"provider"}),
    ],
)
def test_code_ref_refused(code_ref: dict[str, object], paths: set[str]) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(ImageBuildConfig, {"codeRef": code_ref})
    assert {problem.path for problem in caught.value.problems} == {f"codeRef.{path}" for path in paths}


def test_an_unknown_source_decides_nothing() -> None:
    document = {"dockerfile": {"source": UNKNOWN, "path": "x", "entrypoint": ["a"]}}
    assert compact(parse(ImageBuildConfig, document)) == document
