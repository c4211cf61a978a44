"""Endpoints that are down, slow, or something else altogether: one clear line each, and the token is never in it."""

import socket
import socketserver
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from lockyard.client import HttpRegistryClient, RetryPolicy, load_settings
from lockyard.contract import (
    ConfigurationError,
    ConnectionFailedError,
    LockyardError,
    TimedOutError,
    UnauthorizedError,
    UnexpectedAnswerError,
)

TOKEN = "s3cr3t-token"
ONCE = RetryPolicy(max_tries=1)


@contextmanager
def server(talk):
    """A TCP server that reads a request and then lets `talk(send, stopped)` answer it."""
    stopped = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(65536)
            with suppress(OSError):
                talk(self.request.sendall, stopped)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}/api/v2"
        finally:
            stopped.set()
            listening.shutdown()
            thread.join(5)


def response(status, body, *headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def fault(url, *, timeout=1.0, retry=ONCE, call=lambda c: c.get_artifact("1")):
    client = HttpRegistryClient(url, TOKEN, timeout_seconds=timeout, retry=retry)
    started = time.monotonic()
    try:
        with pytest.raises(LockyardError) as caught:
            call(client)
    finally:
        client.close()
    text = str(caught.value)
    assert "\n" not in text
    assert TOKEN not in text
    return caught.value, time.monotonic() - started


def test_closed_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error, _ = fault(f"http://127.0.0.1:{port}/api/v2")
    assert type(error) is ConnectionFailedError
    assert f"cannot reach http://127.0.0.1:{port}/api/v2/artifacts/1" in str(error)
    assert "lockyard:endpoint or LOCKYARD_ENDPOINT" in str(error)


def test_unknown_host():
    error, _ = fault("http://no-such-host.invalid/api/v2")
    assert type(error) is ConnectionFailedError
    assert "cannot reach http://no-such-host.invalid" in str(error)


def test_a_server_that_never_answers():
    with server(lambda send, stopped: stopped.wait(30)) as url:
        error, took = fault(url, timeout=0.3)
    assert type(error) is TimedOutError
    assert "not answered within 0.3 s" in str(error)
    assert took < 3


def test_a_server_that_drips_its_body():
    def drip(send, stopped):
        send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
        while not stopped.wait(0.05):
            send(b" ")

    with server(drip) as url:
        error, took = fault(url, timeout=0.4)
    assert type(error) is TimedOutError
    assert took < 3


def test_a_server_that_hangs_up():
    calls = []

    def hang_up(send, stopped):
        calls.append(1)

    with server(hang_up) as url:
        retry = RetryPolicy(jitter=lambda: 0.0, first_delay_seconds=0.01)
        error, _ = fault(url, retry=retry)
        assert type(error) is ConnectionFailedError
        assert "broke off" in str(error)
        assert len(calls) == 4
        calls.clear()
        fault(url, retry=retry, call=lambda c: c.update_artifact("1", {}))
        assert len(calls) == 1, "whether the first try did its work is not known"


def test_a_body_that_ends_early():
    with server(lambda send, stopped: send(b'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"id":')) as url:
        error, _ = fault(url)
    assert type(error) is ConnectionFailedError


def test_not_http():
    with server(lambda send, stopped: send(b"220 mail.example ESMTP\r\n")) as url:
        error, _ = fault(url)
    assert type(error) is ConnectionFailedError


def test_html():
    page = response(200, b"<html>It works!</html>", "Content-Type: text/html")
    with server(lambda send, stopped: send(page)) as url:
        error, _ = fault(url)
    assert type(error) is UnexpectedAnswerError
    assert "HTML" in str(error)
    assert "probably not a Workload API" in str(error)


def test_redirect_is_not_followed():
    asked = []

    def elsewhere(send, stopped):
        asked.append(1)
        send(response(200, b'{"id":"1"}', "Content-Type: application/json"))

    with server(elsewhere) as other:
        moved = response(302, b"", f"Location: {other}/artifacts/1")
        with server(lambda send, stopped: send(moved)) as url:
            error, _ = fault(url)
    assert type(error) is UnexpectedAnswerError
    assert f"a redirect to {other}" in str(error)
    assert not asked, "the token must not go to another server"


def test_wrong_token():
    refused = response(401, b'{"message":"Invalid API key"}', "Content-Type: application/json")
    with server(lambda send, stopped: send(refused)) as url:
        error, _ = fault(url)
    assert type(error) is UnauthorizedError
    assert "the registry refused the token (Invalid API key)" in str(error)


def test_no_token():
    with pytest.raises(ConfigurationError, match="needs a token and none is set"):
        load_settings({"lockyard:endpoint": "http://127.0.0.1:9"}.get, {})


def test_a_server_that_echoes_the_token_in_a_protocol_error():
    with server(lambda send, stopped: send(f"HTTP/1.1 200 {TOKEN}\x00\r\n\r\n".encode())) as url:
        fault(url)


def test_https_to_a_plain_server_is_not_tried_again():
    with server(lambda send, stopped: send(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        error, _ = fault(url.replace("http://", "https://"))
    assert type(error) is ConnectionFailedError
