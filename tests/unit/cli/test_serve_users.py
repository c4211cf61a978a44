"""`lockyard serve --users` as its own process: the first start, the next ones, and the one token of before."""

from __future__ import annotations

import re
import signal

import pytest
from tests.unit.cli.test_serve import serving

from lockyard.client import HttpRegistryClient
from lockyard.contract import UnauthorizedError
from lockyard_registry import api, open_registry, people
from lockyard_registry.api._server_access import server_access

SECRET = re.compile(r"lockyard_[A-Za-z0-9_-]{43}")


def test_the_first_start_shows_a_token_once(data_folder):
    with serving("--users") as (process, said, address):
        (secret,) = SECRET.findall("\n".join(said))
        client = HttpRegistryClient(address, secret)
        assert client.create_repository({"name": "a", "type": "service"})["creator"]["username"] == "admin"
        client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    # The next start needs no option, and the variable that clients have lets nobody in.
    with serving(LOCKYARD_API_TOKEN="of-some-client") as (_, said, address):
        text = "\n".join(said)
        assert not SECRET.findall(text) and "LOCKYARD_API_TOKEN is not used" in text
        client = HttpRegistryClient(address, secret)
        assert len(list(client.list_repositories())) == 1
        client.close()
        stranger = HttpRegistryClient(address, "of-some-client")
        with pytest.raises(UnauthorizedError):
            stranger.identity()
        stranger.close()
    assert not (data_folder / "server-token").exists()


def test_set_ups_of_before_stay_as_they_are_until_they_want_users(data_folder, tmp_path):
    registry = open_registry(tmp_path / "registry.db")
    before = server_access(registry, environ={"LOCKYARD_API_TOKEN": "t"})
    assert (before.token, before.users) == ("t", False)
    people.bootstrap(registry.store, keep_token="t")
    after = server_access(registry, environ={"LOCKYARD_API_TOKEN": "t"})
    assert (after.token, after.users) == (None, True)
    registry.close()


def test_a_server_needs_a_token_or_users(tmp_path, data_folder, run):
    registry = open_registry(tmp_path / "registry.db")
    for wrong in ({}, {"token": "t", "users": True}):
        with pytest.raises(ValueError):
            api.create_app(registry, **wrong)
    registry.close()
    for words in (("--oidc-issuer", "https://login.example"), ("--oidc-audience", "lockyard")):
        refused = run("serve", *words)
        assert refused.exit_code == 2 and len(refused.stderr.splitlines()) == 1
    refused = run("serve", "--oidc-issuer", "http://login.example", "--oidc-audience", "lockyard")
    assert refused.exit_code == 2 and "https://" in refused.stderr


def test_a_server_whose_output_is_a_log_shows_no_token(data_folder, run):
    with serving("--users", "--no-show-first-token") as (_, said, address):
        text = "\n".join(said)
        assert not SECRET.findall(text) and "lockyard admin init" in text
        (secret,) = SECRET.findall(run("admin", "init").stdout)
        client = HttpRegistryClient(address, secret)
        assert client.identity()
        client.close()
