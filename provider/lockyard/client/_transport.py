"""One HTTP call: its deadline, its retries, and what its answer means."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from lockyard.contract import (
    MOST_PLAIN,
    ConnectionFailedError,
    Json,
    TimedOutError,
    TransportError,
    UnexpectedAnswerError,
    plain,
)

from ._answers import Call, document_of
from ._bodies import ACCEPTED, UnfitBodyError, body_of
from ._deadline import Deadline, keep_deadlines
from ._retry import RETRIED_STATUSES, RetryPolicy, retry_after_seconds

CONNECT_TIMEOUT_SECONDS = 5.0
# Shorter than servers keep idle connections, so that a call is not sent into one that is just being closed.
KEEPALIVE_SECONDS = 3.0

_NO_API = "no registry answers so: check lockyard:endpoint or LOCKYARD_ENDPOINT"
_CHECK_ENDPOINT = "check lockyard:endpoint or LOCKYARD_ENDPOINT, and that the server runs"


@dataclass(frozen=True, slots=True)
class _Received:
    status: int
    headers: httpx.Headers
    content: bytes


class Transport:
    """Calls one API with one token.

    Args:
        endpoint: Address of the API without a slash at its end.
        token: Bearer token.
        timeout_seconds: Deadline of one try.
        retry: When to try again.
        transport: What moves the bytes; for tests.
    """

    def __init__(
        self,
        endpoint: str,
        token: str,
        *,
        timeout_seconds: float,
        retry: RetryPolicy,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._token = token
        self._timeout = timeout_seconds
        self._retry = retry
        self._client = httpx.Client(
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "Accept-Encoding": ACCEPTED,
                "User-Agent": "lockyard",
            },
            follow_redirects=False,
            limits=httpx.Limits(keepalive_expiry=KEEPALIVE_SECONDS),
            transport=transport,
        )
        keep_deadlines(self._client)

    def __repr__(self) -> str:
        return f"Transport({self._endpoint!r})"

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        query: list[tuple[str, str]] | None = None,
        headers: dict[str, str] | None = None,
        repeatable: bool,
    ) -> Json | None:
        """Call the API, again if that is sensible.

        Args:
            method: HTTP method.
            path: Path below the endpoint, starting with a slash, already encoded.
            body: JSON body.
            query: Query parameters.
            headers: More headers.
            repeatable: The call may reach the server twice without harm. Other calls are only repeated when the
                connection was never made.

        Returns:
            The JSON object of the answer, None if it has no body.

        Raises:
            ApiError: The registry refuses.
            TransportError: No usable answer came.
        """
        request_id = uuid.uuid4().hex
        call = Call(method, f"{self._endpoint}{path}", request_id)
        content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        sent = {"X-Request-Id": request_id, **(headers or {})}
        if content is not None:
            sent["Content-Type"] = "application/json"
        started, tries = self._retry.clock(), 0
        while True:
            tries += 1
            received: _Received | TransportError
            retry_after: float | None = None
            try:
                received = self._send(call, content, query, sent)
            except (ConnectionFailedError, TimedOutError) as error:
                never_made = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout)
                if isinstance(error, TimedOutError) or _is_permanent(error.__cause__) or not (repeatable or never_made):
                    raise
                received = error
            else:
                if received.status not in RETRIED_STATUSES or not repeatable:
                    return document_of(call, received.status, received.headers, received.content)
                retry_after = retry_after_seconds(received.headers.get("retry-after"), time.time())
            pause = self._retry.delay(tries, self._retry.clock() - started, retry_after)
            if pause is None:
                if isinstance(received, TransportError):
                    raise received
                return document_of(call, received.status, received.headers, received.content)
            self._retry.sleep(pause)

    def _send(
        self, call: Call, content: bytes | None, query: list[tuple[str, str]] | None, headers: dict[str, str]
    ) -> _Received:
        deadline = self._retry.clock() + self._timeout
        whole = Deadline(self._timeout)
        timeout = httpx.Timeout(whole, connect=min(CONNECT_TIMEOUT_SECONDS, self._timeout))
        where = {"method": call.method, "url": call.url}
        try:
            request = self._client.build_request(
                call.method,
                call.url,
                content=content,
                params=tuple(query or ()) or None,
                # As bytes: what a header may hold is the server's to say, and httpx would insist on ASCII.
                headers=[(name.encode(), value.encode()) for name, value in headers.items()],
                timeout=timeout,
            )
            response = self._client.send(request, stream=True)

            def check() -> None:
                # A server that drips bytes must not escape the deadline.
                if self._retry.clock() > deadline:
                    raise httpx.ReadTimeout("the answer did not end", request=request)

            try:
                body = body_of(response, check)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            why = (
                "no connection within the time allowed" if isinstance(error, httpx.ConnectTimeout) else self._why(error)
            )
            raise ConnectionFailedError(f"cannot reach {call.url} ({why}): {_CHECK_ENDPOINT}", **where) from error
        except httpx.TimeoutException as error:
            raise TimedOutError(
                f"{call} was not answered within {self._timeout:g} s (request {call.request_id}): the server is too "
                "slow or stuck, and whether it did the work is not known: repeat the command",
                **where,
            ) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise ConnectionFailedError(
                f"{call} broke off ({self._why(error)}, request {call.request_id}): {_CHECK_ENDPOINT}", **where
            ) from error
        except httpx.InvalidURL as error:
            raise UnexpectedAnswerError(f"{call} answered a redirect to no address: {_NO_API}", **where) from error
        except UnfitBodyError as error:
            raise UnexpectedAnswerError(f"{call} answered with {error}: {_NO_API}", **where) from None
        return _Received(response.status_code, response.headers, body)

    def _why(self, error: Exception) -> str:
        # Libraries quote headers they cannot send; whatever they quote, the token must not be in it.
        text = " ".join(str(error).split()) or type(error).__name__
        return plain(text.replace(self._token, "***"), MOST_PLAIN)


def _is_permanent(error: BaseException | None) -> bool:
    """Whether trying again is of no use: a certificate that does not check out."""
    import ssl

    seen: Any = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
