"""The error tree and its wire form."""

import inspect

import pytest

import lockyard.contract as contract
from lockyard.contract import (
    ApiError,
    ConflictError,
    LockyardError,
    Problem,
    ServerFaultError,
    ValidationFailedError,
    error_for_status,
)

STATUSES = {
    400: "BadRequestError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    409: "ConflictError",
    412: "PreconditionFailedError",
    422: "ValidationFailedError",
    429: "RateLimitedError",
    500: "ServerFaultError",
    502: "ServerFaultError",
    503: "ServerFaultError",
    599: "ServerFaultError",
    418: "ApiError",
    302: "ApiError",
}


@pytest.mark.parametrize(("status", "name"), STATUSES.items())
def test_class_of_a_status(status: int, name: str) -> None:
    error = error_for_status(status, "no", request_id="r", headers={"Retry-After": "1"}, code="C")
    assert type(error).__name__ == name
    assert (error.status, error.message, error.request_id, error.code) == (status, "no", "r", "C")
    assert error.headers == {"Retry-After": "1"}


def test_every_error_is_a_lockyard_error() -> None:
    classes = [value for value in vars(contract).values() if inspect.isclass(value) and issubclass(value, Exception)]
    assert len(classes) > 20
    assert all(issubclass(cls, LockyardError) for cls in classes)


def test_an_error_is_one_line() -> None:
    assert str(LockyardError("a\nb\t c")) == "a b c"


def test_wire_form_of_a_text() -> None:
    assert ConflictError("in use").body() == {"detail": "in use"}


def test_r4_wire_form_of_problems() -> None:
    error = ValidationFailedError(problems=[Problem("name", "Field required", "missing"), Problem("", "odd")])
    assert error.body() == {
        "detail": [
            {"path": "name", "message": "Field required", "code": "missing"},
            {"path": "", "message": "odd", "code": "invalid"},
        ]
    }
    assert str(error) == "name: Field required; odd"
    assert error.status == 422


def test_r111_wire_form_of_a_list_with_one_text() -> None:
    assert ValidationFailedError("same", detail_list=True).body() == {"detail": ["same"]}


def test_defaults() -> None:
    assert ServerFaultError("x").status == 500
    assert ApiError().message == "ApiError"


def test_a_problem_seen_from_further_out() -> None:
    assert Problem("port", "no").under("spec.0").path == "spec.0.port"
    assert Problem("", "no").under("spec").path == "spec"
    assert Problem("port", "no").under("") == Problem("port", "no")
