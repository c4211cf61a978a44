"""The one error tree, raised by the registry and by every client of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ._plain import plain


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    Attributes:
        path: where, as wire names joined by dots: `spec.containerGroups.0.containers.1.port`. Empty for the document
            itself.
        message: one plain sentence. It never repeats the refused value, which may be a secret.
        code: machine-readable kind: `missing`, `extra_forbidden`, `invalid`, or the name of the type rule that failed.
    """

    path: str
    message: str
    code: str = "invalid"

    def __str__(self) -> str:
        return plain(f"{self.path}: {self.message}" if self.path else self.message)

    def under(self, prefix: str) -> Problem:
        """The same problem seen from a document that holds this one at `prefix`."""
        if not prefix:
            return self
        return Problem(f"{prefix}.{self.path}" if self.path else prefix, self.message, self.code)


class LockyardError(Exception):
    """Base of every error that Lockyard raises on purpose. `str()` is always one line, of characters that show."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return plain(" ".join(self.message.split()))


class ConfigurationError(LockyardError):
    """A setting is missing or wrong; the text says which and what is allowed."""


class StorageError(LockyardError):
    """The registry's database cannot be used (read-only, locked, corrupt, full).

    The text has its path and the remedy.
    """


class WrongRegistryError(LockyardError):
    """The state at hand belongs to another registry than the one being talked to."""


class TransportError(LockyardError):
    """No usable answer came back, so what the server did is not known.

    Attributes:
        method: HTTP method of the call.
        url: address without credentials.
    """

    def __init__(self, message: str, *, method: str = "", url: str = "") -> None:
        super().__init__(message)
        self.method = method
        self.url = url


class ConnectionFailedError(TransportError):
    """The connection could not be made or broke."""


class TimedOutError(TransportError):
    """The call's deadline passed."""


class UnexpectedAnswerError(TransportError):
    """Something answered that is not a Workload API: HTML, a redirect, or text that is not JSON."""


class WaitTimeoutError(LockyardError):
    """What was waited for did not happen in time."""


class WaitFailedError(LockyardError):
    """What was waited for can no longer happen."""


class ApiError(LockyardError):
    """An answer that refuses the call.

    Args:
        message: what was refused and why. May be empty when `problems` says it.
        status: HTTP status; every subclass has its own default.
        problems: the single mistakes of a body, each with its path.
        code: machine code of the refusal, where the contract has one.
        request_id: the server's id of the request, for its log.
        headers: response headers that belong to the refusal (`Retry-After`, `ETag`).
        detail_list: the wire form of the message is a list with one text (R111) instead of the text.
        as_message: the wire form is `{"message"}`, as the platform's service of credentials has it.

    Attributes:
        call: the call that was refused, set by clients: `PATCH https://host/api/v2/artifacts/…: 403`. Shown by `str()`
            together with the request id; `message` alone is the same whoever raised it.
    """

    default_status: ClassVar[int] = 500

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        problems: Iterable[Problem] = (),
        code: str | None = None,
        request_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        detail_list: bool = False,
        as_message: bool = False,
    ) -> None:
        self.problems = tuple(problems)
        super().__init__(message or "; ".join(map(str, self.problems)) or type(self).__name__)
        self.status = self.default_status if status is None else status
        self.code = code
        self.request_id = request_id
        self.headers = dict(headers or {})
        self.detail_list = detail_list
        self.as_message = as_message
        self.call = ""

    def __str__(self) -> str:
        about = ", ".join(part for part in (self.call, f"request {self.request_id}" if self.request_id else "") if part)
        return f"{super().__str__()} ({plain(about)})" if about else super().__str__()

    def body(self) -> dict[str, Any]:
        """The refusal as the wire body of the contract (workload-api §1.6)."""
        if self.problems:
            return {"detail": [{"path": p.path, "message": p.message, "code": p.code} for p in self.problems]}
        if self.as_message:
            return {"message": self.message}
        return {"detail": [self.message] if self.detail_list else self.message}


class BadRequestError(ApiError):
    """400: the request makes no sense in the present state, such as a replacement draft by locked (R110)."""

    default_status = 400


class UnauthorizedError(ApiError):
    """401: no token, or one that the server does not know (R2)."""

    default_status = 401


class ForbiddenError(ApiError):
    """403: visible but not allowed: a locked artifact (R39), a limit, a disabled feature."""

    default_status = 403


class NotFoundError(ApiError):
    """404: there is no such object, or the caller may not see it."""

    default_status = 404


class MethodNotAllowedError(ApiError):
    """405: the path exists but not with this method."""

    default_status = 405


class ConflictError(ApiError):
    """409: something else stands in the way: in use, locked, another replacement, another origin."""

    default_status = 409


class PreconditionFailedError(ApiError):
    """412: somebody else changed the object since it was read."""

    default_status = 412


class ValidationFailedError(ApiError):
    """422: the body is wrong; `problems` holds every mistake at once (R3, R4)."""

    default_status = 422


class RateLimitedError(ApiError):
    """429: too many calls; `headers` may hold `Retry-After`."""

    default_status = 429


class ServerFaultError(ApiError):
    """5xx: the server failed."""

    default_status = 500


_BY_STATUS: dict[int, type[ApiError]] = {
    cls.default_status: cls
    for cls in (
        BadRequestError,
        UnauthorizedError,
        ForbiddenError,
        NotFoundError,
        MethodNotAllowedError,
        ConflictError,
        PreconditionFailedError,
        ValidationFailedError,
        RateLimitedError,
    )
}


def error_for_status(
    status: int,
    message: str = "",
    *,
    problems: Iterable[Problem] = (),
    code: str | None = None,
    request_id: str | None = None,
    headers: Mapping[str, str] | None = None,
    detail_list: bool = False,
) -> ApiError:
    """The error for an HTTP status: the class of that status, `ServerFaultError` for any 5xx, else plain `ApiError`."""
    cls = _BY_STATUS.get(status) or (ServerFaultError if status >= 500 else ApiError)
    return cls(
        message,
        status=status,
        problems=problems,
        code=code,
        request_id=request_id,
        headers=headers,
        detail_list=detail_list,
    )
