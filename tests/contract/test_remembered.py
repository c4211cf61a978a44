"""How long a server goes on believing what a token was."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from lockyard_registry import open_registry, people
from lockyard_registry.api import create_app, running_server
from lockyard_registry.api._identify import REMEMBERED_SECONDS, Users


class Clock:
    """Seconds that a test turns on."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path):
    registry = open_registry(tmp_path / "registry.db")
    people.bootstrap(registry.store)
    people.add_user(registry.store, "anna")
    yield registry.store
    registry.close()


def test_an_end_is_noticed_within_five_seconds(store):
    clock, token = Clock(), people.add_token(store, "anna", "x")
    known = Users(store, clock=clock)

    def name() -> str | None:
        found = asyncio.run(known.identify(token.secret))
        return found and found.username

    assert name() == "anna"
    people.revoke_token(store, token.token.id)
    clock.now += REMEMBERED_SECONDS - 0.1
    assert name() == "anna"
    clock.now += 0.2
    assert name() is None


def test_refusals_are_not_remembered_and_neither_are_secrets(store):
    known = Users(store, clock=Clock())
    assert asyncio.run(known.identify("nothing")) is None
    token = people.add_token(store, "anna", "x", lasts=timedelta(hours=1)).secret
    people.change_user(store, "anna", disabled=True)
    assert asyncio.run(known.identify(token)) is None
    people.change_user(store, "anna", disabled=False)
    assert asyncio.run(known.identify(token)) is not None
    assert token not in repr(vars(known))


def test_the_tokens_of_a_user_share_one_rate(store, tmp_path):
    registry = open_registry(tmp_path / "registry.db")
    people.add_user(store, "ben")
    first, second, other = (people.add_token(store, name, "x").secret for name in ("anna", "anna", "ben"))
    app = create_app(registry, users=True, rate="3/minute")
    with running_server(app) as url, httpx.Client(base_url=url) as client:

        def ask(token: str) -> int:
            return client.get("/version", headers={"Authorization": f"Bearer {token}"}).status_code

        assert [ask(token) for token in (first, second, first, second)] == [200, 200, 200, 429]
        assert ask(other) == 200
    registry.close()


def test_an_end_in_sight_is_kept_to(store):
    clock = Clock()
    token = people.add_token(store, "anna", "x", lasts=timedelta(seconds=1)).secret
    known = Users(store, clock=clock)
    assert asyncio.run(known.identify(token)) is not None
    (_, until) = next(iter(known._known.values()))
    assert until <= clock.now + 1
