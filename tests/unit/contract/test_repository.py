"""Repository bodies (our PUT)."""

from typing import Any

import pytest

from lockyard.contract import ALL_COMPAT, RepositoryInput, ValidationFailedError, dump, parse


def test_defaults() -> None:
    assert dump(parse(RepositoryInput, {"name": "r"})) == {"name": "r", "type": "service", "origin": None}


def test_types() -> None:
    assert parse(RepositoryInput, {"name": "r", "type": "agent"}, compat=ALL_COMPAT).type == "agent"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "n" * 5001}, "name"),
        ({"name": "r", "type": "agent"}, "type"),
        ({"name": "r", "type": "x"}, "type"),
        ({"name": "r", "id": "x"}, "id"),
        ({"name": "r", "origin": 1}, "origin"),
    ],
)
def test_refused(document: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(RepositoryInput, document)
    assert [problem.path for problem in caught.value.problems] == [path]
