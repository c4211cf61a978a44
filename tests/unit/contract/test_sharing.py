"""Shared roles (R126)."""

from typing import Any

import pytest

from lockyard.contract import UNKNOWN, SharedRolesPatch, ValidationFailedError, compact, dump, parse

ROLE = {"id": "u", "role": "OWNER", "shareRecipientType": "user"}


def body(*roles: Any, operation: Any = "updateRoles") -> dict[str, Any]:
    return {"operation": operation, "roles": list(roles)}


@pytest.mark.parametrize("count", [1, 100])
def test_r126_accepted(count: int) -> None:
    document = body(*[ROLE | {"id": str(index)} for index in range(count)])
    parsed = parse(SharedRolesPatch, document)
    assert dump(parsed) == compact(parsed) == document


@pytest.mark.parametrize("count", [0, 101])
def test_r126_number_of_roles(count: int) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(SharedRolesPatch, body(*[ROLE] * count))
    assert [problem.path for problem in caught.value.problems] == ["roles"]


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (body(ROLE, operation="replace"), "operation"),
        ({"roles": [ROLE]}, "operation"),
        ({"operation": "updateRoles"}, "roles"),
        (body(ROLE | {"role": "owner"}), "roles.0.role"),
        (body(ROLE | {"shareRecipientType": "team"}), "roles.0.shareRecipientType"),
        (body({"role": "OWNER", "shareRecipientType": "user"}), "roles.0.id"),
        (body(ROLE | {"username": "u"}), "roles.0.username"),
        (body({"username": "u", "role": "OWNER", "shareRecipientType": "group"}), "roles.0.username"),
        (body(ROLE | {"name": "n"}), "roles.0.name"),
    ],
)
def test_r126_refused(document: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(SharedRolesPatch, document)
    assert [problem.path for problem in caught.value.problems] == [path]


@pytest.mark.parametrize(
    "role",
    [
        {"username": "u", "role": "NO_ROLE", "shareRecipientType": "user"},
        {"username": UNKNOWN, "id": "x", "role": UNKNOWN, "shareRecipientType": UNKNOWN},
        {"username": "u", "role": "USER", "shareRecipientType": UNKNOWN},
        UNKNOWN,
    ],
)
def test_other_recipients(role: Any) -> None:
    parse(SharedRolesPatch, body(role))
