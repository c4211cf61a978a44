"""Containers and container groups (R21 to R26, R31, D7, D23)."""

from typing import Any

import pytest

from lockyard.contract import (
    ALL_COMPAT,
    STRICT,
    UNKNOWN,
    Compat,
    Container,
    ContainerGroup,
    ValidationFailedError,
    compact,
    dump,
    parse,
)

PRIMARY = {"imageUri": "r/a:1", "port": 8080, "primary": True}
SIDECAR = {"imageUri": "r/b:1"}


def group(*containers: Any, **extra: Any) -> dict[str, Any]:
    return {"containers": list(containers), **extra}


def problems(document: object, compat: Compat = STRICT) -> dict[str, str]:
    try:
        parse(ContainerGroup, document, compat=compat)
    except ValidationFailedError as error:
        return {problem.path: problem.code for problem in error.problems}
    return {}


def test_a_group_may_be_empty() -> None:
    assert dump(parse(ContainerGroup, {})) == {"name": "default", "containers": []}


@pytest.mark.parametrize("port", [1024, 65535, 8080.0])
def test_r23_accepted(port: object) -> None:
    assert problems(group(PRIMARY | {"port": port})) == {}


@pytest.mark.parametrize("port", [0, 1, 1023, 65536, -1, 2**70, "8080", True, 8080.5, [8080]])
def test_r23_refused(port: object) -> None:
    assert set(problems(group(PRIMARY | {"port": port}))) == {"containers.0.port"}


def test_r21_primary_without_port() -> None:
    assert problems(group({"imageUri": "i"})) == {"containers.0.port": "missing"}
    assert problems(group(PRIMARY | {"port": None})) == {"containers.0.port": "missing"}


def test_r22_sidecar_with_port() -> None:
    assert set(problems(group(PRIMARY, SIDECAR | {"port": 9000}))) == {"containers.1.port"}


def test_r24_two_primaries() -> None:
    assert set(problems(group(PRIMARY, PRIMARY))) == {"containers.1.primary", "containers.1.name"}
    assert set(problems(group(PRIMARY | {"name": "a"}, PRIMARY | {"name": "b"}))) == {"containers.1.primary"}


def test_r24_no_primary() -> None:
    assert set(problems(group(SIDECAR, SIDECAR))) == {"containers"}


@pytest.mark.parametrize("primary", [{}, {"primary": None}, {"primary": False}, {"primary": True}])
def test_r25_a_single_container_is_primary(primary: dict[str, Any]) -> None:
    document = {"imageUri": "i", "port": 8080} | primary
    container = parse(ContainerGroup, group(document)).containers[0]
    assert container.primary is True
    assert container.name == "primary"


def test_r26_neither_image_nor_build() -> None:
    assert problems(group({"port": 8080})) == {"containers.0.imageUri": "missing"}
    assert problems(group({"port": 8080, "imageUri": None, "imageBuildConfig": None})) == {
        "containers.0.imageUri": "missing"
    }


def test_d7_image_and_build() -> None:
    both = group(PRIMARY | {"imageBuildConfig": {}})
    assert set(problems(both)) == {"containers.0.imageUri"}
    parse(ContainerGroup, both, stored_image_uris={"r/a:1"})
    with pytest.raises(ValidationFailedError):
        parse(ContainerGroup, both, stored_image_uris={"r/a:2"})


@pytest.mark.parametrize("image", ["", " ", "a b", "a\n", "a\0", 1])
def test_image_refused(image: object) -> None:
    assert set(problems(group(PRIMARY | {"imageUri": image}))) == {"containers.0.imageUri"}


def test_missing_names_are_filled_in() -> None:
    parsed = parse(ContainerGroup, group(SIDECAR, PRIMARY, SIDECAR | {"name": "mine"}, SIDECAR))
    assert [container.name for container in parsed.containers] == ["container-0", "primary", "mine", "container-3"]


def test_names_are_unique_after_filling_in() -> None:
    assert set(problems(group(PRIMARY, SIDECAR | {"name": "primary"}))) == {"containers.1.name"}
    named = SIDECAR | {"name": "a"}
    assert set(problems(group(PRIMARY, named, named, named))) == {"containers.2.name", "containers.3.name"}


@pytest.mark.parametrize("name", ["", "A", "größe", "a" * 64, "a-"])
def test_d23_names(name: str) -> None:
    assert set(problems(group(PRIMARY | {"name": name}, name=name))) == {"name", "containers.0.name"}
    loose = {"name", "containers.0.name"} if name in ("", "a" * 64) else set()
    assert set(problems(group(PRIMARY | {"name": name}, name=name), ALL_COMPAT)) == loose


def test_r31_build_is_cleared() -> None:
    container = parse(ContainerGroup, group(PRIMARY | {"build": {"status": "COMPLETED"}})).containers[0]
    assert dump(container)["build"] is None
    assert "build" not in compact(container)


def test_variable_names_are_unique() -> None:
    variables = [
        {"name": "A", "value": "s3cret"},
        {"source": "api-key"},
        {"source": "api-key"},
        {"source": "api-key", "name": "A"},
    ]
    assert set(problems(group(PRIMARY | {"environmentVars": variables}))) == {"containers.0.environmentVars.3.name"}


def test_full_form_of_a_minimal_container() -> None:
    assert dump(parse(Container, {"imageUri": "i"})) == {
        "name": None,
        "description": "",
        "imageUri": "i",
        "imageBuildConfig": None,
        "port": None,
        "primary": False,
        "entrypoint": None,
        "environmentVars": [],
        "readinessProbe": None,
        "livenessProbe": None,
        "startupProbe": None,
        "securityContext": None,
        "build": None,
    }


@pytest.mark.parametrize(
    "document",
    [
        group(UNKNOWN),
        group(UNKNOWN, UNKNOWN),
        group(UNKNOWN, SIDECAR),
        group(PRIMARY, UNKNOWN),
        group(PRIMARY | {"primary": UNKNOWN}, SIDECAR | {"primary": UNKNOWN, "port": 9000}),
        group(PRIMARY | {"port": UNKNOWN}, SIDECAR | {"port": UNKNOWN}),
        group({"imageUri": UNKNOWN, "imageBuildConfig": {}, "port": 8080}),
        group(PRIMARY | {"imageBuildConfig": UNKNOWN}),
        group(PRIMARY | {"name": UNKNOWN}, SIDECAR | {"name": UNKNOWN}, name=UNKNOWN),
        group(PRIMARY | {"environmentVars": [UNKNOWN, {"name": UNKNOWN, "value": "v"}]}),
        {"containers": UNKNOWN},
    ],
)
def test_what_is_not_known_is_no_problem(document: object) -> None:
    assert problems(document) == {}


def test_what_is_known_still_counts_beside_unknowns() -> None:
    assert set(problems(group(UNKNOWN, SIDECAR | {"port": 9000}))) == {"containers.1.port"}
    assert set(problems(group(UNKNOWN, PRIMARY, PRIMARY | {"name": "b"}))) == {"containers.2.primary"}


def test_all_problems_at_once() -> None:
    document = group(
        {"port": 80, "imageURI": "x"}, {"name": "Bad", "port": 9000, "readinessProbe": {}, "imageUri": "i"}
    )
    assert problems(document) == {
        "containers": "invalid",
        "containers.0.imageURI": "extra_forbidden",
        "containers.0.imageUri": "missing",
        "containers.0.port": "greater_than_equal",
        "containers.1.name": "invalid",
        "containers.1.port": "invalid",
        "containers.1.readinessProbe.path": "missing",
    }
