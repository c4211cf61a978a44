"""What all models have in common."""

import json
import time
from typing import Any, cast

import pytest
from pydantic import BaseModel

import lockyard.contract as contract
from lockyard.contract import (
    UNKNOWN,
    Container,
    ContractModel,
    EnvironmentVariable,
    GroupRuntime,
    Probe,
    ValidationFailedError,
    compact,
    dump,
    parse,
)

MODELS = sorted(
    {
        value
        for value in (getattr(contract, name) for name in contract.__all__)
        if isinstance(value, type) and issubclass(value, ContractModel) and value is not ContractModel
    },
    key=lambda model: model.__name__,
)


def test_there_are_models() -> None:
    assert len(MODELS) > 30


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_describes_each_of_its_fields(model: type[BaseModel]) -> None:
    documented = model.__doc__ or ""
    inherited = {name for base in model.__mro__[1:] for name in getattr(base, "__annotations__", {})}
    for name in model.model_fields:
        assert name in inherited or f"        {name}: " in documented or f"    {name}: " in documented, name


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_takes_unknown_for_every_field(model: type[ContractModel]) -> None:
    names = {field.alias or name: UNKNOWN for name, field in model.model_fields.items()}
    parsed = parse(model, names)
    dumped = dump(parsed)
    cleared = {"build", "minCount", "maxCount", "priority"}
    for key in names.keys() - cleared:
        assert dumped[key] is UNKNOWN
    assert parse(model, UNKNOWN) is cast(Any, UNKNOWN)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_model_has_a_schema(model: type[BaseModel]) -> None:
    schema = model.model_json_schema(by_alias=True)
    assert "_" not in "".join(schema.get("properties", {}))
    json.dumps(schema)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("data", [None, [], "x", 1, [{}], {"": None}, {1: 2}])
def test_every_model_refuses_other_shapes_plainly(model: type[ContractModel], data: object) -> None:
    try:
        parse(model, data)
    except ValidationFailedError as error:
        assert error.problems


def test_user_chosen_keys_keep_their_spelling() -> None:
    headers = {"X_Custom header": "a", "camelCase": "b", "snake_case": "c", "": "d"}
    assert dump(parse(Probe, {"path": "/", "httpHeaders": headers}))["httpHeaders"] == headers


def test_defaults_are_not_shared() -> None:
    one, two = parse(Container, {"imageUri": "i"}), parse(Container, {"imageUri": "i", "environmentVars": None})
    one.environment_vars.append(EnvironmentVariable(name="A", value="b"))
    assert two.environment_vars == []
    assert parse(Container, {"imageUri": "i"}).environment_vars == []


def test_reading_does_not_change_the_document() -> None:
    document = {
        "autoscaling": {"policies": [{"scalingMetric": "m", "target": 1, "minCount": 1, "maxCount": 2}]},
        "containers": [{"name": "a"}],
    }
    before = json.dumps(document)
    parse(GroupRuntime, document)
    assert json.dumps(document) == before
    broken = {"autoscaling": {"policies": [{}], "x": 1}}
    before = json.dumps(broken)
    with pytest.raises(ValidationFailedError):
        parse(GroupRuntime, broken)
    assert json.dumps(broken) == before


def test_made_in_python() -> None:
    container = Container(image_uri="i", port=8080, readiness_probe=Probe(path="/r"))
    assert compact(container) == {"imageUri": "i", "port": 8080, "readinessProbe": {"path": "/r"}}


def test_the_prefix_comes_first() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(Probe, {"port": 0}, prefix="spec.probe")
    assert [problem.path for problem in caught.value.problems] == ["spec.probe.path", "spec.probe.port"]


def test_problems_are_in_the_order_of_the_document() -> None:
    variables = [{} for _ in range(12)]
    with pytest.raises(ValidationFailedError) as caught:
        parse(Container, {"imageUri": "i", "environmentVars": variables})
    indexes = [int(problem.path.split(".")[1]) for problem in caught.value.problems]
    assert indexes == sorted(indexes)
    assert len(indexes) == 24


def test_no_message_repeats_a_value() -> None:
    secret = "hunter2-Hunter2"
    broken = {
        "name": secret,
        "description": [secret],
        "imageUri": f"{secret} {secret}",
        "port": secret,
        "primary": secret,
        "entrypoint": secret,
        "environmentVars": [{"name": secret, "value": [secret]}, {"source": secret}, secret],
        "readinessProbe": {"path": 1, "scheme": secret, "port": secret, "httpHeaders": {"A": {secret: secret}}},
        "securityContext": secret,
        "imageBuildConfig": {"dockerfile": {"source": secret}},
    }
    with pytest.raises(ValidationFailedError) as caught:
        parse(Container, broken)
    assert len(caught.value.problems) > 10
    assert secret not in "".join(problem.message for problem in caught.value.problems)


def test_many_mistakes_cost_no_more_than_the_document() -> None:
    document = {"imageUri": "i", "environmentVars": [{} for _ in range(20_000)]}
    started = time.process_time()
    with pytest.raises(ValidationFailedError) as caught:
        parse(Container, document, bounded=False)
    *first, more = caught.value.problems
    assert len(first) == 100
    assert (more.path, more.message, more.code) == ("", "and 39900 more problems", "more_problems")
    assert time.process_time() - started < 10


def test_a_deep_document() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = {"x": deep}
    with pytest.raises(ValidationFailedError) as caught:
        parse(Container, {"imageUri": "i", "deep": deep, "port": deep}, bounded=False)
    assert [problem.path for problem in caught.value.problems] == ["deep", "port"]
    with pytest.raises(ValidationFailedError) as caught:
        parse(Container, {"imageUri": "i", "deep": deep, "port": deep})
    assert {problem.path for problem in caught.value.problems} >= {"deep", "port"}
    assert "too_deep" in [problem.code for problem in caught.value.problems]
