"""Probes (R27)."""

import pytest

from lockyard.contract import Probe, ValidationFailedError, compact, dump, parse


def test_r27_defaults() -> None:
    probe = parse(Probe, {"path": "/ready"})
    assert dump(probe) == {
        "path": "/ready",
        "port": 8080,
        "scheme": "HTTP",
        "host": None,
        "httpHeaders": {},
        "initialDelaySeconds": 30,
        "periodSeconds": 30,
        "timeoutSeconds": 30,
        "failureThreshold": 3,
        "successThreshold": 1,
    }
    assert compact(probe) == {"path": "/ready"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("port", 1),
        ("port", 65535),
        ("port", 80.0),
        ("scheme", "HTTPS"),
        ("initialDelaySeconds", 0),
        ("periodSeconds", 1),
        ("timeoutSeconds", 2**31 - 1),
        ("httpHeaders", {"X_Own Key": "", "camelCase": "kept"}),
        ("host", None),
        ("port", None),
    ],
)
def test_r27_accepted(field: str, value: object) -> None:
    parse(Probe, {"path": "/", field: value})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("port", 0),
        ("port", 65536),
        ("port", "80"),
        ("port", True),
        ("scheme", "http"),
        ("initialDelaySeconds", -1),
        ("periodSeconds", 0),
        ("timeoutSeconds", 2**31),
        ("failureThreshold", 1.5),
        ("successThreshold", 0),
        ("httpHeaders", []),
        ("path", ""),
        ("path", None),
        ("command", ["x"]),
    ],
)
def test_r27_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(Probe, {"path": "/", field: value})
    assert [problem.path for problem in caught.value.problems] == [field]


def test_r27_path_is_required() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(Probe, {"port": 8000})
    assert [(problem.path, problem.code) for problem in caught.value.problems] == [("path", "missing")]


def test_header_problems_have_the_header_in_their_path() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(Probe, {"path": "/", "httpHeaders": {"A": 1, "B\0": "x"}})
    assert {problem.path for problem in caught.value.problems} == {"httpHeaders.A", "httpHeaders.B\0"}
