"""What an HTTP answer means: a document, or one of the contract's errors (workload-api §1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from lockyard.contract import MOST_PLAIN, ApiError, Json, Problem, UnexpectedAnswerError, error_for_status, plain

from ._documents import parse_document

SHOWN_BYTES = 512
"""How much of a body that is no known error is shown."""

_MOST_NAME = 256
_MOST_PROBLEMS = 100
_KEPT_HEADERS = ("Retry-After", "ETag", "Allow")
_NOT_A_WORKLOAD_API = "the endpoint is probably not a Workload API: check lockyard:endpoint or LOCKYARD_ENDPOINT"


@dataclass(frozen=True, slots=True)
class Call:
    """The call an answer belongs to, for errors.

    Attributes:
        method: HTTP method.
        url: Address without a query.
        request_id: The id sent with the call.
    """

    method: str
    url: str
    request_id: str

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


def document_of(call: Call, status: int, headers: Mapping[str, str], content: bytes) -> Json | None:
    """Read an answer.

    Args:
        call: The call it belongs to.
        status: HTTP status.
        headers: Response headers, names in any case if the mapping does not care.
        content: The body.

    Returns:
        The JSON object of a 2xx answer, None if it has no body.

    Raises:
        ApiError: The registry refuses; the class tells the status.
        UnexpectedAnswerError: A redirect, HTML, or anything else that no Workload API answers.
    """
    if 300 <= status < 400:
        target = plain(headers.get("location", "").partition("?")[0], SHOWN_BYTES)
        raise _unexpected(call, f"answered {status}, a redirect{f' to {target}' if target else ''}")
    if 200 <= status < 300:
        return _success(call, status, headers, content)
    raise _refusal(call, status, headers, content)


def _success(call: Call, status: int, headers: Mapping[str, str], content: bytes) -> Json | None:
    if not content.strip():
        return None
    document = _json(content)
    if document is None:
        if content.strip() == b"null":
            return None
        raise _unexpected(call, f"answered {status} with {_kind(headers, content)}")
    return document


def _refusal(call: Call, status: int, headers: Mapping[str, str], content: bytes) -> Exception:
    body = _json(content)
    if body is None and status < 500 and status not in (401, 403, 429):
        # A web server that knows nothing of workloads also says 404; taken for "gone" it would cost the user an object.
        return _unexpected(call, f"answered {status} with {_kind(headers, content)}")
    message, problems, code = ("", (), None) if body is None else _detail(body)
    if not message and not problems:
        shown = plain(content[:SHOWN_BYTES].decode("utf-8", "replace")) if body is not None else _kind(headers, content)
        message = f"answered {status}: {shown}" if shown else f"answered {status}"
    error = error_for_status(
        status,
        message,
        problems=problems,
        code=code,
        request_id=plain(headers.get("x-request-id") or call.request_id, _MOST_NAME),
        headers={name: plain(headers[name], _MOST_NAME) for name in _KEPT_HEADERS if name in headers},
        detail_list=body is not None and _is_text_list(body.get("detail")),
    )
    return with_call(error, call)


def with_call(error: ApiError, call: Call) -> ApiError:
    """The same error that also tells which call was refused, and how to mend a refused token."""
    error.call = f"{call}: {error.status}"
    if error.status == 401:
        error.message = (
            f"the registry refused the token ({error.message}): set LOCKYARD_API_TOKEN or "
            "`pulumi config set --secret lockyard:token` to one it knows"
        )
    return error


def _detail(body: Json) -> tuple[str, tuple[Problem, ...], str | None]:
    named = body.get("code")
    code = plain(named, _MOST_NAME) if isinstance(named, str) else None
    detail: Any = body.get("detail", body.get("message"))
    if isinstance(detail, str):
        return _said(detail), (), code
    if isinstance(detail, dict):
        inner = cast("Json", detail)
        text, problems, inner_code = _detail(inner)
        return text, problems, code or inner_code
    if _is_text_list(detail):
        return _said("; ".join(cast("list[str]", detail)[:_MOST_PROBLEMS])), (), code
    if isinstance(detail, list):
        items = [
            _problem(cast("Json", item))
            for item in cast("list[Any]", detail)[:_MOST_PROBLEMS]
            if isinstance(item, dict)
        ]
        return "", tuple(items), code
    return "", (), code


def _problem(item: Json) -> Problem:
    if "loc" in item:
        # The shape that the platform's OpenAPI document declares (`HTTPValidationError`).
        loc = [str(part) for part in cast("list[Any]", item["loc"])] if isinstance(item["loc"], list) else []
        path = ".".join(loc[1:] if loc[:1] in (["body"], ["query"], ["path"]) else loc)
        return _shown(path, item.get("msg", ""), item.get("type", "invalid"))
    return _shown(item.get("path", ""), item.get("message", ""), item.get("code", "invalid"))


def _shown(path: object, message: object, code: object) -> Problem:
    return Problem(plain(path, _MOST_NAME), plain(message, _MOST_NAME), plain(code, _MOST_NAME))


def _said(text: str) -> str:
    return plain(" ".join(text[: 2 * MOST_PLAIN].split()), MOST_PLAIN)


def _is_text_list(detail: Any) -> bool:
    if not isinstance(detail, list) or not detail:
        return False
    return all(isinstance(item, str) for item in cast("list[Any]", detail))


def _json(content: bytes) -> Json | None:
    try:
        return parse_document(content)
    except ValueError:
        return None


def _kind(headers: Mapping[str, str], content: bytes) -> str:
    media_type = plain(headers.get("content-type", "").partition(";")[0].strip().lower(), _MOST_NAME)
    if "html" in media_type or content.lstrip()[:1] == b"<":
        return "HTML"
    if not content.strip():
        return "no body"
    return "JSON that is no object" if media_type.endswith("json") else f"{media_type or 'text'} that is not JSON"


def _unexpected(call: Call, what: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(f"{call} {what}: {_NOT_A_WORKLOAD_API}", method=call.method, url=call.url)
