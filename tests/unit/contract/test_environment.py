"""Environment variables (R28 to R30)."""

import pytest

from lockyard.contract import UNKNOWN, EnvironmentVariable, ValidationFailedError, compact, dump, parse

GOOD = [
    ({"name": "A", "value": ""}, {"source": "string", "name": "A", "value": ""}),
    ({"name": "9 lives", "value": "a\nb"}, {"source": "string", "name": "9 lives", "value": "a\nb"}),
    ({"source": None, "name": "A", "value": "x"}, {"source": "string", "name": "A", "value": "x"}),
    *[
        (doc, doc)
        for doc in (
            {"source": "dr-credential", "name": "A", "drCredentialId": "nobody-has-it", "key": "k"},
            {"source": "api-key"},
            {"source": "api-key", "name": "TOKEN"},
        )
    ],
]


@pytest.mark.parametrize(("document", "answered"), GOOD)
def test_r28_r29_r30_accepted_and_answered(document: dict[str, str], answered: dict[str, str]) -> None:
    variable = parse(EnvironmentVariable, document)
    assert dump(variable) == answered
    assert parse(EnvironmentVariable, compact(variable)) == variable


BAD = [
    ({}, {"name", "value"}),
    ({"name": "A"}, {"value"}),
    ({"name": "A", "value": None}, {"value"}),
    ({"value": "x"}, {"name"}),
    ({"name": "", "value": "x"}, {"name"}),
    ({"name": "A", "value": 1}, {"value"}),
    ({"name": "A", "value": "x\0"}, {"value"}),
    ({"name": "A", "value": "\ud800"}, {"value"}),
    ({"name": "A", "value": "x", "key": "k"}, {"key"}),
    ({"source": "dr-credential"}, {"name", "drCredentialId", "key"}),
    ({"source": "dr-credential", "name": "A", "drCredentialId": "c", "key": "k", "value": "v"}, {"value"}),
    ({"source": "api-key", "value": "v", "drCredentialId": "c"}, {"value", "drCredentialId"}),
    ({"source": "vault", "name": "A"}, {"source"}),
    ({"name": "A", "value": "x", "valueFrom": {}}, {"valueFrom"}),
]


@pytest.mark.parametrize(("document", "paths"), BAD)
def test_r29_refused(document: dict[str, object], paths: set[str]) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(EnvironmentVariable, document)
    assert {problem.path for problem in caught.value.problems} == paths


def test_a_refusal_never_shows_the_value() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(EnvironmentVariable, {"source": "api-key", "value": "hunter2", "name": ["hunter2"]})
    assert "hunter2" not in str(caught.value) + repr(caught.value.body()) + repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("source", ["string", "dr-credential", "api-key", UNKNOWN])
def test_unknown_fields_are_given_fields(source: object) -> None:
    document = {"source": source, "name": UNKNOWN, "value": UNKNOWN, "drCredentialId": UNKNOWN, "key": UNKNOWN}
    assert dump(parse(EnvironmentVariable, document)) == document


def test_a_megabyte_of_value() -> None:
    assert parse(EnvironmentVariable, {"name": "A", "value": "x" * 2**20}).value == "x" * 2**20
