"""What a caller sees of a workload that answers badly: an answer that says so, or one that breaks off; never a 500."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator

import pytest

from lockyard_registry.api import Deadlines

from .invoke_place import OK, Answer, Place, Upstream, head_of, place, upstream

_LARGE = 8 * 2**20


def _slow_head(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    time.sleep(1.5)


def _slow_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    time.sleep(1.5)


def _slow_enough(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
    for part in (b"ab", b"cd", b"ef"):
        time.sleep(0.1)
        connection.sendall(part)


def _large(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(_LARGE // 65536):
        connection.sendall(b"x" * 65536)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _reset_later(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    time.sleep(0.2)
    _reset(connection)


def _status(line: bytes) -> bytes:
    return b"HTTP/1.1 " + line + b"\r\nContent-Length: 2\r\n\r\nok"


def _with(*lines: bytes, body: bytes = b"ok") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


_TWO = b"Content-Length: 2"
_CHUNKED = b"Transfer-Encoding: chunked"

# What the workload answers; the status that the caller gets, and the body where it is the workload's.
WHOLE: list[tuple[str, Answer, int, bytes | None]] = [
    ("status 999", _status(b"999 Odd"), 502, None),
    ("status 600", _status(b"600 Odd"), 502, None),
    ("status 099", _status(b"099 Odd"), 502, None),
    ("status 000", _status(b"000 Odd"), 502, None),
    ("status 1000", _status(b"1000 Odd"), 502, None),
    ("status -1", _status(b"-1 Odd"), 502, None),
    ("status of letters", _status(b"OK Fine"), 502, None),
    ("status 599", _status(b"599 Odd"), 599, b"ok"),
    ("status 500", _status(b"500 Mine"), 500, b"ok"),
    ("status 418", _status(b"418 Teapot"), 418, b"ok"),
    ("status 299", _status(b"299 Odd"), 299, b"ok"),
    ("no reason", b"HTTP/1.1 200\r\n" + _TWO + b"\r\n\r\nok", 200, b"ok"),
    ("101", b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nzzz", 502, None),
    ("100 then 200", b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok"),
    ("103 then 200", b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" + OK, 200, b"ok"),
    ("100 alone", b"HTTP/1.1 100 Continue\r\n\r\n", 502, None),
    ("length and chunks", _with(b"Content-Length: 3", _CHUNKED, body=b"5\r\nhello\r\n0\r\n\r\n"), 502, None),
    ("two lengths", _with(b"Content-Length: 3", b"Content-Length: 5", body=b"hello"), 502, None),
    ("two lengths in one", _with(b"Content-Length: 3, 5", body=b"hello"), 502, None),
    ("one length twice", _with(_TWO, _TWO), 200, b"ok"),
    ("length of letters", _with(b"Content-Length: two"), 502, None),
    ("negative length", _with(b"Content-Length: -2"), 502, None),
    ("length with a plus", _with(b"Content-Length: +2"), 502, None),
    ("huge length", _with(b"Content-Length: " + b"9" * 400), 502, None),
    ("unknown coding", _with(b"Transfer-Encoding: gzip"), 502, None),
    ("chunks", _with(_CHUNKED, body=b"2\r\nok\r\n0\r\n\r\n"), 200, b"2\r\nok\r\n0\r\n\r\n"),
    ("a trailer", _with(_CHUNKED, body=b"2\r\nok\r\n0\r\nSet-Cookie: a\r\n\r\n"), 200, b"2\r\nok\r\n0\r\n\r\n"),
    ("more than the length", _with(_TWO, body=b"okHTTP/1.1 200 OK\r\n\r\nmore"), 200, b"ok"),
    ("204 with a body", b"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello", 204, b""),
    ("304 with a length", b"HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", 304, b""),
    ("HTTP/1.0 until the end", b"HTTP/1.0 200 OK\r\n\r\nok", 200, b"2\r\nok\r\n0\r\n\r\n"),
    ("HTTP/0.9", b"<html>ok</html>", 502, None),
    ("HTTP/2.0", b"HTTP/2.0 200 OK\r\n" + _TWO + b"\r\n\r\nok", 502, None),
    ("HTTP/9.9", b"HTTP/9.9 200 OK\r\n" + _TWO + b"\r\n\r\nok", 502, None),
    ("an HTTP/2 preface", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18, 502, None),
    ("a TLS alert", b"\x15\x03\x01\x00\x02\x02\x46", 502, None),
    ("garbage", b"\x00\x01\x02garbage\r\n\r\n", 502, None),
    ("text", b"this is no HTTP\r\n\r\n", 502, None),
    ("nothing", b"", 502, None),
    ("a reset", _reset, 502, None),
    ("half a head", b"HTTP/1.1 200 OK\r\nContent-Le", 502, None),
    ("folded header", _with(b"ETag: a\r\n b", _TWO), 200, b"ok"),
    ("bare CR in a header", _with(b"ETag: a\rSet-Cookie: b", _TWO), 502, None),
    ("bare LF in a header", _with(b"ETag: a\nSet-Cookie: b", _TWO), 200, b"ok"),
    ("NUL in a header", _with(b"ETag: a\x00b", _TWO), 502, None),
    ("control in a header", _with(b"ETag: a\x01b", _TWO), 502, None),
    ("UTF-8 in a header", _with("ETag: é".encode(), _TWO), 200, b"ok"),
    ("Latin-1 in a header", _with(b"ETag: \xe9", _TWO), 200, b"ok"),
    ("no colon", _with(b"ETag", _TWO), 502, None),
    ("blank before the colon", _with(b"ETag : a", _TWO), 502, None),
    ("blank name", _with(b": a", _TWO), 502, None),
    ("huge header", _with(b"ETag: " + b"a" * 2_000_000, _TWO), 502, None),
    ("many headers", _with(*[b"ETag: a"] * 20_000, _TWO), 502, None),
    ("endless head", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 300_000, 502, None),
    ("endless status line", b"HTTP/1.1 200 " + b"x" * 2_000_000, 502, None),
    ("connection names the length", _with(b"Connection: content-length", _TWO), 200, b"ok"),
    ("no gzip though it says so", _with(b"Content-Encoding: gzip", _TWO), 200, b"ok"),
    ("unknown encoding", _with(b"Content-Encoding: zip, \xff", _TWO), 200, b"ok"),
    ("redirect", b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", 302, b""),
    ("redirect to nonsense", b"HTTP/1.1 301 M\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n", 301, b""),
    ("slow head", _slow_head, 504, None),
    ("slow, but not too slow", _slow_enough, 200, b"abcdef"),
]  # fmt: skip

# What begins well and ends before its end: so it does for the caller, who cannot take it for the whole.
BROKEN: list[tuple[str, Answer, bytes]] = [
    ("shorter than its length", _with(b"Content-Length: 50", body=b"hello"), b"hello"),
    ("no last chunk", _with(_CHUNKED, body=b"5\r\nhello\r\n"), b"5\r\nhello\r\n"),
    ("half a chunk", _with(_CHUNKED, body=b"a\r\nhello"), b"5\r\nhello\r\n"),
    ("a chunk of letters", _with(_CHUNKED, body=b"5\r\nhello\r\nxyz\r\n"), b"5\r\nhello\r\n"),
    ("a chunk of negative size", _with(_CHUNKED, body=b"-5\r\nhello\r\n0\r\n\r\n"), b""),
    ("slow body", _slow_body, b"abc"),
    ("reset in the body", _reset_later, b"abc"),
]


@pytest.fixture(scope="module")
def up() -> Iterator[Upstream]:
    with upstream() as made:
        yield made


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, up: Upstream) -> Iterator[Place]:
    deadlines = Deadlines(connect=5, idle=1.0, total=60)
    with place(tmp_path_factory.mktemp("answers"), deadlines=deadlines) as made:
        made.at(up.url)
        yield made


def _no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    assert [record for record in caplog.records if record.exc_info] == []
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(("name", "answer", "status", "body"), WHOLE, ids=[row[0] for row in WHOLE])
def test_answers(
    here: Place,
    up: Upstream,
    caplog: pytest.LogCaptureFixture,
    name: str,
    answer: Answer,
    status: int,
    body: bytes | None,
) -> None:
    up.answer = answer
    got, headers, rest = head_of(here.send(b"/e"))
    assert got == status
    _no_traceback(caplog)
    assert "set-cookie" not in dict(headers)
    if body is None:
        assert rest.startswith(b'{"detail":"The workload') and b"\\n" not in rest
        assert dict(headers)["content-type"] == "application/json"
    else:
        assert rest == body
        assert dict(headers)["content-security-policy"] == "sandbox"
    # What the workload did to one request is nothing to the next.
    up.answer = OK
    assert head_of(here.send(b"/e"))[0] == 200


@pytest.mark.parametrize(("name", "answer", "seen"), BROKEN, ids=[row[0] for row in BROKEN])
def test_answers_that_break_off(
    here: Place, up: Upstream, caplog: pytest.LogCaptureFixture, name: str, answer: Answer, seen: bytes
) -> None:
    up.answer = answer
    with caplog.at_level(logging.WARNING):
        status, headers, body = head_of(here.send(b"/e"))
    assert (status, body) == (200, seen)
    chunked = dict(headers).get("transfer-encoding") == "chunked"
    assert not body.endswith(b"0\r\n\r\n") if chunked else len(body) < int(dict(headers)["content-length"])
    _no_traceback(caplog)
    assert "broke off" in caplog.text


def test_answers_of_any_size_stream(here: Place, up: Upstream) -> None:
    up.answer = _large
    with here.http.stream("GET", f"{here.url}/large") as answer:
        assert sum(map(len, answer.iter_raw())) == _LARGE


def test_head_of_what_has_a_length(here: Place, up: Upstream) -> None:
    up.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: x\r\n\r\n"
    status, headers, body = head_of(here.send(b"/e", method=b"HEAD"))
    assert (status, dict(headers)["content-length"], dict(headers)["etag"], body) == (200, "12345", "x", b"")


def test_redirects_are_answered_not_followed(here: Place, up: Upstream) -> None:
    up.answer = f"HTTP/1.1 307 Go\r\nLocation: {up.url}/elsewhere\r\nContent-Length: 0\r\n\r\n".encode()
    up.requests.clear()
    status, headers, _ = head_of(here.send(b"/e"))
    assert (status, dict(headers)["location"], len(up.requests)) == (307, f"{up.url}/elsewhere", 1)
