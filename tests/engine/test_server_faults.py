"""A server that cannot be used: one clear line, and nothing lost."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.engine.harness import Project, Server
from tests.engine.harness.programs import lineage, workload
from tests.engine.harness.results import Run


def program() -> Callable[[], object]:
    return lambda: workload("chat", lineage("chat"))


def clear_line(run: Run, *words: str) -> str:
    """The one error that holds these words; it is one line, without a traceback."""
    found = {error for error in run.errors if all(word in error for word in words)}
    assert len(found) == 1, (words, run.errors)
    [line] = found
    assert "\n" not in line
    assert "Traceback" not in run.output
    return line


@contextmanager
def answering(status: int, headers: dict[str, str], body: str) -> Iterator[str]:
    """A web server that is no registry."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    project = make_project()
    project.environment["LOCKYARD_API_TOKEN"] = "some-token-or-other"
    project.configure({"lockyard:origin": "team-search"})
    return project


def test_wrong_token(project: Project, server: Server) -> None:
    run = project.up(program(), fails=True, LOCKYARD_ENDPOINT=server.address)
    line = clear_line(run, "401")
    assert server.address in line
    assert "some-token-or-other" not in run.output
    assert list(server.client.list_repositories()) == []
    assert project.resources() == {}


def test_no_token(project: Project, server: Server) -> None:
    del project.environment["LOCKYARD_API_TOKEN"]
    run = project.preview(program(), fails=True, LOCKYARD_ENDPOINT=server.address)
    line = clear_line(run, "needs a token and none is set")
    assert "LOCKYARD_API_TOKEN" in line


def test_nobody_listens(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    run = project.up(program(), fails=True, LOCKYARD_ENDPOINT=f"http://127.0.0.1:{port}")
    assert f"127.0.0.1:{port}" in clear_line(run, "cannot reach")


def test_server_goes_down_between_two_commands(make_project: Callable[..., Project], tmp_path: Path) -> None:
    """The stack and its objects are there afterwards."""
    project = make_project()
    project.configure({"lockyard:origin": "team-search"})
    with Server(tmp_path / "registry.db") as server:
        project.environment |= server.variables
        project.up(program())
    before = project.holdings()
    for run in (project.refresh(fails=True), project.destroy(fails=True)):
        assert server.address.removeprefix("http://") in run.output
        assert "Traceback" not in run.output
    assert project.holdings() == before


@pytest.mark.parametrize(
    ("status", "headers", "body", "word"),
    [
        (200, {"Content-Type": "text/html"}, "<html><body>Sign in</body></html>", "HTML"),
        (302, {"Location": "https://login.example/"}, "", "redirect"),
        (200, {"Content-Type": "application/json"}, "{not json", "JSON"),
    ],
    ids=["html", "redirect", "broken-json"],
)
def test_not_a_registry(project: Project, status: int, headers: dict[str, str], body: str, word: str) -> None:
    with answering(status, headers, body) as address:
        run = project.up(program(), fails=True, LOCKYARD_ENDPOINT=address)
    line = clear_line(run, word)
    assert address in line
    assert project.resources() == {}


def test_default_origin_is_refused_on_a_shared_registry(make_project: Callable[..., Project], server: Server) -> None:
    """Two people's `dev` stacks would meet there."""
    project = make_project()
    run = project.preview(program(), fails=True, **server.variables)
    assert "`pulumi config set lockyard:origin" in clear_line(run, "origin:")


def test_database_that_is_none(make_project: Callable[..., Project]) -> None:
    project = make_project()
    project.data.mkdir()
    project.data.joinpath("registry.db").write_bytes(b"this is not a database" * 500)
    run = project.up(program(), fails=True)
    assert str(project.data / "registry.db") in clear_line(run, "database")
