"""Route configuration is off (workload-api §4.5)."""

import pytest

from lockyard.contract import (
    ForbiddenError,
    Route,
    ValidationFailedError,
    parse,
    parse_artifact,
    parse_artifact_patch,
    parse_spec,
    parse_workload,
    refuse_routes,
)

SENTENCE = "Route configuration is disabled on this cluster"


def spec(**extra: object) -> dict[str, object]:
    return {"containerGroups": [{"containers": [{"imageUri": "i", "port": 8080, **extra}]}]}


@pytest.mark.parametrize("routes", [[], None, [{"path": "/", "auth": "disabled"}], "junk"])
def test_the_key_alone_is_refused(routes: object) -> None:
    bad = spec(routes=routes)
    for call in (
        lambda: parse_artifact({"name": "a", "spec": bad}),
        lambda: parse_artifact_patch({"spec": bad}, artifact_type="service"),
        lambda: parse_spec(bad, artifact_type="service"),
        lambda: parse_workload({"name": "w", "artifact": {"name": "a", "spec": bad}}),
    ):
        with pytest.raises(ForbiddenError) as caught:
            call()
        assert caught.value.body() == {"detail": SENTENCE}
        assert caught.value.status == 403


def test_other_keys_of_that_name_are_not_meant() -> None:
    refuse_routes({"spec": spec(readinessProbe={"path": "/", "httpHeaders": {"routes": "x"}})})
    refuse_routes({"routes": [], "spec": {"routes": []}})


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {"spec": "x"},
        {"spec": {"containerGroups": {"containers": 1}}},
        {"containerGroups": [1, {"containers": [None]}]},
    ],
)
def test_any_json(data: object) -> None:
    refuse_routes(data)


def test_the_model_of_a_route() -> None:
    assert parse(Route, {"path": "/docs", "auth": "optional"}).path == "/docs"
    for bad in (
        {"path": "docs", "auth": "optional"},
        {"path": "/" + "a" * 1024, "auth": "optional"},
        {"path": "/", "auth": "no"},
        {"path": "/"},
    ):
        with pytest.raises(ValidationFailedError):
            parse(Route, bad)
