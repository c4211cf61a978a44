"""A plain HTTP client on one connection that is kept open: fills servers and looks at single answers."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from engine import BenchmarkError

_SECONDS = 60.0
_THREADS = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer:
    """What a server answered.

    Attributes:
        status: the status.
        headers: names in lower case.
        body: as it came.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body)


class Client:
    """Sends one request at a time.

    Args:
        address: of the server, without a path.
        headers: of all requests.
    """

    def __init__(self, address: str, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_SECONDS)
        self._headers = dict(headers)

    def send(self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Sends a request and waits for the answer, whatever its status is.

        Args:
            method: its method.
            path: path and query string.
            body: a value, sent as JSON.
            headers: of this request alone.

        Raises:
            OSError: there is no answer.
            http.client.HTTPException: what came is none.
        """
        text = None if body is None else json.dumps(body)
        try:
            self._connection.request(method, path, text, {**self._headers, **(headers or {})})
            answer = self._connection.getresponse()
            got = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, got, answer.read())
        except (OSError, http.client.HTTPException):
            # The next request opens a new one.
            self._connection.close()
            raise

    def value(self, method: str, path: str, body: Any = None) -> Any:
        """The value that a request is answered with.

        Raises:
            BenchmarkError: it is refused, or not answered.
        """
        try:
            answer = self.send(method, path, body)
        except (OSError, http.client.HTTPException) as error:
            raise BenchmarkError(f"no answer to {method} {path}: {error!r}") from error
        if answer.status >= 400:
            raise BenchmarkError(f"{method} {path} was answered with {answer.status}: {answer.body[:500]!r}")
        return answer.json() if answer.body else None

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def for_each(
    items: Sequence[Item], connect: Callable[[], Client], call: Callable[[Client, Item], Result]
) -> list[Result]:
    """Calls a function for each item, some at a time, each with a connection that no other one uses meanwhile.

    Args:
        items: what to call it for.
        connect: makes a connection.
        call: what to do.
    """

    def share(part: Sequence[Item]) -> list[Result]:
        client = connect()
        try:
            return [call(client, item) for item in part]
        finally:
            client.close()

    with ThreadPoolExecutor(_THREADS) as threads:
        parts = list(threads.map(share, [items[start::_THREADS] for start in range(_THREADS)]))
    return [parts[at % _THREADS][at // _THREADS] for at in range(len(items))]
