"""Clients that go away in the middle: no failure of the server, in its numbers or its log."""

from __future__ import annotations

import logging
import socket
import time
from urllib.parse import urlsplit

import httpx
import pytest

from lockyard_registry import open_registry
from lockyard_registry.api import create_app, running_server

TOKEN = "t0ken-for-tests"
HEAD = f"Host: registry\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n"

ABORTED = {
    "half a body": f"POST /api/v2/artifacts HTTP/1.1\r\n{HEAD}Content-Length: 1000\r\n\r\n" + '{"name": ',
    "no body": f"POST /api/v2/artifacts HTTP/1.1\r\n{HEAD}Content-Length: 1000\r\n\r\n",
    "half a chunk": f"PATCH /api/v2/artifacts/{'0' * 24} HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n20\r\nab",
    "half a telemetry": f"POST /api/v2/otel/workload/{'0' * 24}/v1/logs HTTP/1.1\r\n{HEAD}Content-Length: 9\r\n\r\n{{",
    "before the answer": f"GET /api/v2/artifacts?search=x HTTP/1.1\r\n{HEAD}\r\n",
}


def test_none_of_them_is_a_failure(tmp_path, caplog: pytest.LogCaptureFixture) -> None:  # pyright: ignore
    registry = open_registry(tmp_path / "registry.db")
    with caplog.at_level(logging.INFO), running_server(create_app(registry, token=TOKEN)) as url:
        address = urlsplit(url)
        for sent in ABORTED.values():
            for reset in (False, True):
                with socket.create_connection((address.hostname, address.port)) as connection:
                    connection.sendall(sent.encode())
                    if reset:  # no goodbye at all
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        deadline = time.monotonic() + 20
        while True:
            counted = [line for line in _numbers(url) if "requests_total{" in line]
            if sum(float(line.rpartition(" ")[2]) for line in counted if "api/v2" in line) >= 2 * len(ABORTED):
                break
            assert time.monotonic() < deadline, counted
            time.sleep(0.05)
        assert not [line for line in counted if 'status="5' in line]
        assert [line for line in counted if 'status="499"' in line]
    registry.close()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def _numbers(url: str) -> list[str]:
    return httpx.get(url.replace("/api/v2", "/metrics")).text.splitlines()
