"""`lockyard serve` as its own process on a real socket."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from lockyard.client import HttpRegistryClient

DEADLINE = 40.0


@contextmanager
def serving(*words, **variables):
    """The server, its lines so far up to the token's, and its address."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **variables}
    process = subprocess.Popen(
        [sys.executable, "-m", "lockyard.cli", "serve", "--port", "0", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: [lines.put(line) for line in process.stdout], daemon=True).start()
    try:
        said, deadline = [], time.monotonic() + DEADLINE
        while not said or not said[-1].startswith("token: "):
            said.append(lines.get(timeout=max(0.1, deadline - time.monotonic())).strip())
        address = next(word for line in said for word in line.split() if word.startswith("http://"))
        yield process, said, address
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=10)


def test_it_says_where_everything_is_serves_and_stops(data_folder, run, monkeypatch):
    with serving("--driver", "simulated") as (process, said, address):
        text = "\n".join(said)
        assert str(data_folder / "registry.db") in text and str(data_folder / "server-token") in text
        assert "stand-in" in text
        token = (data_folder / "server-token").read_text().strip()
        assert token not in text
        client = HttpRegistryClient(address, token)
        assert client.identity().driver == "simulated"
        client.close()

        monkeypatch.setenv("LOCKYARD_API_TOKEN", token)
        checks = json.loads(run("doctor", "--json", "--endpoint", address).stdout)["checks"]
        assert {check["name"]: check["status"] for check in checks}["driver"] == "warn"
        assert run("artifacts", "list", "--endpoint", address).exit_code == 0
        monkeypatch.setenv("LOCKYARD_API_TOKEN", "wrong")
        refused = run("doctor", "--json", "--endpoint", address)
        assert refused.exit_code == 1 and token not in refused.output

        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_database_and_token_of_choice(tmp_path, data_folder):
    token_file = tmp_path / "token"
    token_file.write_text("a-token-of-my-own\n")
    words = ("--database", str(tmp_path / "mine.db"), "--token-file", str(token_file), "--no-additions")
    with serving(*words) as (process, said, address):
        assert not any("stand-in" in line for line in said)
        client = HttpRegistryClient(address, "a-token-of-my-own")
        assert client.identity().additions == frozenset()
        client.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert (tmp_path / "mine.db").exists() and not (data_folder / "registry.db").exists()


def test_a_port_in_use_is_one_line(tmp_path, run):
    with serving() as (_, _, address):
        port = address.split(":")[2].split("/")[0]
        result = run("serve", "--port", port)
        assert result.exit_code == 2 and port in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_bundles_of_choice(tmp_path, data_folder, run):
    file = tmp_path / "bundles.json"
    file.write_text('[{"id": "team.l4", "cpuCount": 6, "memoryBytes": "24GiB", "gpuCount": 1, "gpuTypeLabel": "L4"}]')
    with serving("--bundles", str(file)) as (process, _, address):
        client = HttpRegistryClient(address, (data_folder / "server-token").read_text().strip())
        (bundle,) = client.list_bundles()
        assert (bundle["id"], bundle["memoryBytes"], bundle["hasGpu"]) == ("team.l4", 24 * 1024**3, True)
        client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def test_wrong_bundles_are_one_line(tmp_path, run):
    file = tmp_path / "bundles.json"
    file.write_text('[{"id": "team.l4", "cpuCount": 0, "memoryBytes": 1}]')
    refused = run("serve", "--bundles", str(file))
    assert refused.exit_code == 2
    assert len(refused.output.strip().splitlines()) == 1
    assert f"--bundles: the bundles file {file} is wrong: bundles.0.cpuCount: must be greater than 0" in refused.output


@pytest.mark.parametrize(
    ("words", "variables", "line"),
    [
        ((), {}, "invoke: requests go to any host, but never to loopback, link-local, metadata and reserved addresses"),
        (
            ("--invoke-hosts", "*.svc, 127.0.0.1,10.0.0.0/8"),
            {"LOCKYARD_INVOKE_URL": "https://models.example/"},
            "invoke: workloads are invoked at https://models.example; requests go to *.svc, 127.0.0.1, 10.0.0.0/8; to "
            "loopback, link-local, metadata and reserved addresses only if they are written out in this list",
        ),
    ],
)
def test_it_says_where_requests_may_go(data_folder, words, variables, line):
    with serving(*words, **variables) as (_, said, address):
        assert line in said
        if variables:
            token = (data_folder / "server-token").read_text().strip()
            headers = {"Authorization": f"Bearer {token}"}
            assert httpx.get(f"{address}/version", headers=headers).status_code == 200
            headers["Host"] = "models.example"
            assert httpx.get(f"{address}/version", headers=headers).status_code == 421


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--invoke-hosts", "http://a"), "--invoke-hosts"),
        (("--invoke-headers", "X-Own,Cookie"), "--invoke-headers"),
        (("--invoke-url", "models.example"), "--invoke-url"),
    ],
)
def test_options_of_invocations_that_cannot_be(data_folder, run, words, named):
    result = run("serve", "--port", "0", *words)
    assert result.exit_code != 0
    assert named in result.output and "Traceback" not in result.output and len(result.output.splitlines()) == 1
