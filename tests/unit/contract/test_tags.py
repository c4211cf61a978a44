"""Tags (workload-api §14.3)."""

from typing import Any

import pytest

from lockyard.contract import UNKNOWN, TagsInput, ValidationFailedError, dump, parse


def tags(*pairs: tuple[Any, Any]) -> dict[str, Any]:
    return {"tags": [{"name": name, "value": value} for name, value in pairs]}


@pytest.mark.parametrize(
    "document",
    [
        tags(),
        tags(("n", "v")),
        tags(("n" * 4096, "v" * 4096)),
        tags(("ü ber", "{;|}")),
        tags(("datarobot", "x"), ("my.datarobot.", "x")),
        tags((UNKNOWN, UNKNOWN)),
        {"tags": UNKNOWN},
        {"tags": [UNKNOWN]},
    ],
)
def test_accepted(document: dict[str, Any]) -> None:
    assert dump(parse(TagsInput, document)) == document


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (tags(("", "v")), "tags.0.name"),
        (tags(("n" * 4097, "v")), "tags.0.name"),
        (tags(("n", "")), "tags.0.value"),
        (tags(("n", "v" * 4097)), "tags.0.value"),
        *[(tags((f"a{character}b", "v")), "tags.0.name") for character in "{};|\0"],
        (tags(("datarobot.x", "v")), "tags.0.name"),
        (tags(("integrations.x", "v")), "tags.0.name"),
        (tags(("a", "1"), ("a", "2")), "tags.1.name"),
        ({"tags": [{"name": "a"}]}, "tags.0.value"),
        ({"tags": [{"id": "1", "name": "a", "value": "b"}]}, "tags.0.id"),
        ({"tags": {"a": "b"}}, "tags"),
        ({}, "tags"),
    ],
)
def test_refused(document: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(TagsInput, document)
    assert [problem.path for problem in caught.value.problems] == [path]
