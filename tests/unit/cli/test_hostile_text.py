"""What a hostile server, or somebody else's record, says: commands end as documented and print plain characters."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from tests.hostile_servers import ARTIFACT, NASTY, REPOSITORY, TOKEN, VERSION, WORKLOAD, page, spoilt
from typer.testing import Result

from lockyard.cli._output import print_fields, print_table

Run = Callable[..., Result]


class Peer:
    """A server that answers what the test says."""

    def __init__(self) -> None:
        self.records: dict[str, Any] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/api"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                kind, _, id = self.path.partition("?")[0].removeprefix("/api/").strip("/").partition("/")
                record = peer.records.get(kind, {})
                content = json.dumps(record if id or kind == "version" else page(record)).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    peer = Peer()
    monkeypatch.setenv("LOCKYARD_API_TOKEN", TOKEN)
    yield peer
    peer.server.shutdown()
    peer.server.server_close()


COMMANDS: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [
    ("artifacts", ARTIFACT, ("artifacts", "list")),
    ("artifacts", ARTIFACT, ("artifacts", "show", "a")),
    ("artifactRepositories", REPOSITORY, ("repositories", "list")),
    ("artifactRepositories", REPOSITORY, ("repositories", "show", "a")),
    ("workloads", WORKLOAD, ("workloads", "list")),
    ("workloads", WORKLOAD, ("workloads", "show", "a")),
    ("artifacts", ARTIFACT, ("artifacts", "show", "a", "--json")),
    ("version", VERSION, ("doctor",)),
]


def wrong_with(result: Result, words: tuple[str, ...]) -> str | None:
    """What is wrong with how a command ended; None if nothing is."""
    lines = result.output.split("\n")
    if result.exit_code not in (0, 1) or "unexpected" in result.stderr or "Traceback" in result.output:
        return f"{result.exit_code} {result.output[-300:]!r} {result.exception!r}"
    if not all(line.replace("\t", "").isprintable() for line in lines) or TOKEN in result.output:
        return f"{result.output!r:.300}"
    if result.exit_code == 1 and words[0] != "doctor" and len(result.stderr.splitlines()) != 1:
        return f"{result.stderr!r:.300}"
    return None


@pytest.mark.parametrize(("kind", "sound", "words"), COMMANDS, ids=[" ".join(words) for *_, words in COMMANDS])
def test_commands_on_a_hostile_server(
    kind: str, sound: dict[str, Any], words: tuple[str, ...], peer: Peer, run: Run
) -> None:
    everything = {"artifacts": ARTIFACT, "artifactRepositories": REPOSITORY, "workloads": WORKLOAD, "version": VERSION}
    found = list(spoilt(sound))
    # Every one in `make test-attacks`; here, those that a terminal would obey and some of each other kind.
    tried = [case for at, case in enumerate(found) if at % 17 == 0 or "x1b" in case[0]]
    wrong = []
    for what, record in [("sound", sound), *tried]:
        peer.records = {**everything, kind: record}
        result = (
            run(*words, "--endpoint", peer.address)
            if words[0] != "doctor"
            else run(*words, env={"LOCKYARD_ENDPOINT": peer.address})
        )
        if (problem := wrong_with(result, words)) is not None:
            wrong.append(f"{what}: {problem}")
        if what == "sound" and words[0] != "doctor":
            assert result.exit_code == 0, result.output
    assert wrong == []


def test_json_stays_exact(peer: Peer, run: Run) -> None:
    peer.records = {"artifacts": {**ARTIFACT, "name": NASTY}}
    result = run("artifacts", "show", "a", "--json", "--endpoint", peer.address)
    assert json.loads(result.stdout)["name"] == NASTY
    assert "\x9b" not in result.stdout and "\u202e" not in result.stdout


def test_tables_and_fields_obey_no_markup(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    print_table(("id", "name"), [("1", NASTY)], more=False, nothing="")
    print_fields(NASTY, [(NASTY, NASTY), ("list", [NASTY])])
    text = capsys.readouterr().out
    assert "[bold red]x[/bold red]" in text, "markup is text"
    assert not set(text) & set("\x1b\x07\x9b\u202e\u200b\r")
