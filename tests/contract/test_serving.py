"""`serve` and its token."""

import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from lockyard.client import HttpRegistryClient
from lockyard.contract import ConfigurationError, StorageError
from lockyard_registry.api import TOKEN_FILE, TOKEN_VARIABLE, serve, server_token

SCRIPT = """
import sys
from pathlib import Path
from lockyard_registry.api import serve
serve(sys.argv[1], port=0, token_file=Path(sys.argv[2]) if len(sys.argv) > 2 else None, driver="simulated",
      say=lambda line: print(line, flush=True))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("LOCKYARD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    return tmp_path


class Served:
    """`serve` in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.lines = [self.process.stdout.readline().strip() for _ in range(4)]

    @property
    def url(self) -> str:
        return self.lines[0].partition(": ")[2]

    def stop(self) -> str:
        self.process.send_signal(signal.SIGINT)
        try:
            _, errors = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return errors


def test_serve_with_a_made_token(folder):
    served = Served(str(folder / "registry.db"))
    try:
        kept = folder / "data" / TOKEN_FILE
        assert served.lines[3] == f"token: {kept}"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        token = kept.read_text().strip()
        assert not any(token in line for line in served.lines)
        client = HttpRegistryClient(served.url, token)
        assert served.lines[0] == f"registry {client.identity().registry_id}: {served.url}"
        assert served.lines[1] == f"data: {folder / 'registry.db'}; workloads are run by: simulated"
        spec = {"containerGroups": [{"containers": [{"imageUri": "x:1", "port": 8080}]}]}
        made = client.create_artifact({"name": "a", "spec": spec})
        client.close()
    finally:
        errors = served.stop()
    assert "Traceback" not in errors
    again = Served(str(folder / "registry.db"))
    try:
        client = HttpRegistryClient(again.url, token)
        assert client.get_artifact(made["id"]) == made
        client.close()
    finally:
        again.stop()


def test_serve_with_a_token_file(folder):
    (folder / "token").write_text("from-a-file\n")
    served = Served(str(folder / "registry.db"), str(folder / "token"))
    try:
        assert httpx.get(f"{served.url}/version/").status_code == 401
        assert httpx.get(f"{served.url}/version/", headers={"Authorization": "Bearer from-a-file"}).status_code == 200
    finally:
        served.stop()
    assert not (folder / "data" / TOKEN_FILE).exists()


def test_answers_come_at_once(folder):
    """Without TCP_NODELAY every answer on a kept connection would wait 40 ms for the client's acknowledgement."""
    served = Served(str(folder / "registry.db"))
    try:
        token = (folder / "data" / TOKEN_FILE).read_text().strip()
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as client:
            times = [client.get(f"{served.url}/version/").elapsed.total_seconds() for _ in range(50)]
        assert sorted(times)[10] < 0.035
    finally:
        served.stop()


def test_a_port_that_is_taken(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"cannot listen on 127.0.0.1 port {port} \(.*in use"):
            serve(folder / "registry.db", port=port, token="t")


@pytest.mark.parametrize(("host", "port"), [("256.1.1.1", 0), ("127.0.0.1", 70000), ("no-such-host.invalid", 0)])
def test_an_address_that_cannot_be(folder, host, port):
    with pytest.raises(ConfigurationError, match="cannot listen on"):
        serve(folder / "registry.db", host, port, "t")


def test_a_database_that_cannot_be_used(folder):
    (folder / "registry.db").write_text("this is not a database, and long enough to be looked at as one" * 20)
    with pytest.raises(StorageError, match="not a database"):
        serve(folder / "registry.db", port=0, token="t")


def test_where_the_token_comes_from(tmp_path):
    (tmp_path / "file").write_text(" in-file \n")
    environ = {TOKEN_VARIABLE: "in-environment"}
    everything = server_token(tmp_path, token="given", token_file=tmp_path / "file", environ=environ)
    assert everything.value == "given"
    assert server_token(tmp_path, token_file=tmp_path / "file", environ=environ).value == "in-file"
    assert server_token(tmp_path, environ=environ).value == "in-environment"
    made = server_token(tmp_path / "data", environ={})
    assert made.path == tmp_path / "data" / TOKEN_FILE
    assert len(made.value) >= 40
    assert server_token(tmp_path / "data", environ={TOKEN_VARIABLE: " "}) == made, "it stays"
    for found in (everything, made):
        assert found.value not in repr(found)


def test_several_servers_at_once_make_one_token(tmp_path):
    found: list[str] = []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        found.append(server_token(tmp_path, environ={}).value)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 8


@pytest.mark.parametrize("content", [b"", b" \n", b"two words", b"two\nlines", "sch\u00f6n".encode(), b"\xff\xfe"])
def test_a_file_that_holds_no_token(tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        server_token(tmp_path, token_file=tmp_path / "file", environ={})
    assert str(tmp_path / "file") in str(caught.value)


def test_files_that_cannot_be_read_or_made(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot read the token file"):
        server_token(tmp_path, token_file=tmp_path / "nothing", environ={})
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot keep a token in"):
        server_token(tmp_path / "file" / "data", environ={})
