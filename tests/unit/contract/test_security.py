"""Security context (workload-api §4.4)."""

import pytest

from lockyard.contract import UNKNOWN, SecurityContext, ValidationFailedError, compact, dump, parse


def test_everything_is_optional() -> None:
    context = parse(SecurityContext, {})
    assert dump(context) == {
        "allowPrivilegeEscalation": None,
        "readOnlyRootFilesystem": None,
        "capabilities": None,
        "seccompProfile": None,
    }
    assert compact(context) == {}


@pytest.mark.parametrize(
    "document",
    [
        {"allowPrivilegeEscalation": False, "capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL"]}},
        {"seccompProfile": {"type": "RuntimeDefault"}},
        {"seccompProfile": {"type": "Localhost", "localhostProfile": "p.json"}},
        {"seccompProfile": {"type": UNKNOWN, "localhostProfile": "p.json"}},
        {"seccompProfile": {"type": "Localhost", "localhostProfile": UNKNOWN}},
        {"capabilities": {"add": [UNKNOWN]}},
    ],
)
def test_accepted(document: dict[str, object]) -> None:
    assert compact(parse(SecurityContext, document)) == document


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"runAsUser": 0}, "runAsUser"),
        ({"runAsNonRoot": True}, "runAsNonRoot"),
        ({"allowPrivilegeEscalation": "no"}, "allowPrivilegeEscalation"),
        ({"capabilities": {"add": "ALL"}}, "capabilities.add"),
        ({"capabilities": {"add": [""]}}, "capabilities.add.0"),
        ({"seccompProfile": {}}, "seccompProfile.type"),
        ({"seccompProfile": {"type": "None"}}, "seccompProfile.type"),
        ({"seccompProfile": {"type": "Localhost"}}, "seccompProfile.localhostProfile"),
        ({"seccompProfile": {"type": "Unconfined", "localhostProfile": "p"}}, "seccompProfile.localhostProfile"),
    ],
)
def test_refused(document: dict[str, object], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(SecurityContext, document)
    assert [problem.path for problem in caught.value.problems] == [path]
