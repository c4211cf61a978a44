"""OIDC bearer tokens, against an issuer of the test's own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from lockyard.contract import ConfigurationError
from lockyard_registry import open_registry, people
from lockyard_registry.api import create_app, running_server
from lockyard_registry.oidc import Issuer, OidcSettings, oidc_settings
from lockyard_registry.oidc import _keys as keys_module

AUDIENCE = "lockyard-registry"


class Login:
    """An issuer: its keys, its two documents over HTTP, and tokens that it signs."""

    def __init__(self) -> None:
        self.private: dict[str, Any] = {}
        self.asked = 0
        self.broken: bytes | None = None
        self.slow = 0.0
        self.names_itself: str | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                time.sleep(outer.slow)
                content = outer.broken if outer.broken is not None else json.dumps(outer.document(self.path)).encode()
                self.send_response(200 if content else 500)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/realm"
        self.rotate("k1")

    def document(self, path: str) -> dict[str, Any]:
        if path.endswith("/.well-known/openid-configuration"):
            return {"issuer": self.names_itself or self.url, "jwks_uri": f"{self.url}/keys"}
        return {"keys": [self._public(name, key) for name, key in self.private.items()]}

    def rotate(self, name: str, key: Any = None) -> None:
        """Have one key, under this id."""
        self.private = {name: key or rsa.generate_private_key(public_exponent=65537, key_size=2048)}

    @staticmethod
    def _public(name: str, key: Any) -> dict[str, Any]:
        kinds = {rsa.RSAPrivateKey: RSAAlgorithm, ec.EllipticCurvePrivateKey: ECAlgorithm}
        algorithm = next((found for kind, found in kinds.items() if isinstance(key, kind)), OKPAlgorithm)
        return {**algorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"}

    def token(self, algorithm: str = "RS256", key: Any = None, kid: str | None = None, **claims: Any) -> str:
        """A good token; a claim of None is left out."""
        now = int(time.time())
        good = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "subject-1",
            "iat": now,
            "exp": now + 300,
            "preferred_username": "anna",
            **claims,
        }
        name, own = next(iter(self.private.items()))
        kept = {claim: value for claim, value in good.items() if value is not None}
        return jwt.encode(kept, key or own, algorithm, headers={"kid": kid or name})

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def login() -> Iterator[Login]:
    made = Login()
    yield made
    made.close()


@pytest.fixture
def registry(tmp_path):
    opened = open_registry(tmp_path / "registry.db")
    people.bootstrap(opened.store)
    yield opened
    opened.close()


@pytest.fixture
def ask(registry, login):
    """Asks the server something with a token; gives the answer."""
    settings = OidcSettings(login.url, AUDIENCE, groups_claim="groups")
    with running_server(create_app(registry, users=True, oidc=settings)) as url, httpx.Client(base_url=url) as client:

        def call(token: str, method: str = "GET", path: str = "/version", **options: Any) -> httpx.Response:
            return client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **options)

        yield call


def test_who_comes_by_the_issuer_is_a_user(ask, login, registry):
    made = ask(login.token(), "POST", "/artifactRepositories", json={"name": "team", "type": "service"})
    assert made.status_code == 201, made.text
    assert made.json()["creator"]["username"] == "anna"
    here = f"/artifactRepositories/{made.json()['id']}"
    again = ask(login.token(preferred_username="renamed"), "GET", here)
    assert again.json()["creator"]["id"] == made.json()["creator"]["id"]
    other = ask(login.token(sub="subject-2", preferred_username="ben"), path=here)
    assert other.status_code == 404
    assert ask(login.token(sub="subject-2"), path="/artifactRepositories").json()["totalCount"] == 0
    group = people.add_group(registry.store, "platform")
    roles = [{"id": group.id, "role": "EDITOR", "shareRecipientType": "group"}]
    change = {"operation": "updateRoles", "roles": roles}
    assert ask(login.token(), "PATCH", f"{here}/sharedRoles", json=change).status_code == 204
    member = login.token(sub="subject-2", groups=["platform", "unknown", 7])
    assert ask(member, path=here).json()["permissions"] == [
        "CAN_VIEW",
        "CAN_UPDATE",
    ]
    # Tokens of the registry are taken beside them.
    own = people.add_token(registry.store, "admin", "x").secret
    assert ask(own).status_code == 200
    people.change_user(registry.store, "anna", disabled=True)
    assert ask(login.token(jti="another")).status_code == 401


def test_what_is_refused(ask, login):
    now = int(time.time())
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.dumps(login.document("/keys")["keys"][0])
    good = login.token()
    head, body, signature = good.split(".")
    refused = {
        "another issuer": login.token(iss="https://other.example"),
        "another audience": login.token(aud="another-application"),
        "no audience": login.token(aud=None),
        "over": login.token(exp=now - 60),
        "without an end": login.token(exp=None),
        "without a beginning": login.token(iat=None),
        "not yet": login.token(nbf=now + 120),
        "made in the future": login.token(iat=now + 120),
        "without a subject": login.token(sub=None),
        "an empty subject": login.token(sub=""),
        "signed by another": login.token(key=stranger),
        "an unknown key": login.token(key=stranger, kid="k2"),
        "unsigned": jwt.encode(
            {"iss": login.url, "aud": AUDIENCE, "sub": "s", "exp": now + 60, "iat": now}, "", "none"
        ),
        "signed with the public key as a secret": login.token("HS256", key="x" * 64 + public[:8]),
        "another algorithm of the header": login.token("ES256", key=ec.generate_private_key(ec.SECP256R1())),
        "changed": f"{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{signature}",
        "no token": "a.b.c",
        "too long": f"{head}.{'A' * 20_000}.{signature}",
    }
    assert {why: ask(token).status_code for why, token in refused.items()} == dict.fromkeys(refused, 401)
    assert ask(good).status_code == 200


def test_keys_of_every_kind_and_their_rotation(ask, login, monkeypatch):
    monkeypatch.setattr(keys_module, "PAUSE", 0.0)
    assert ask(login.token("PS256")).status_code == 200
    login.rotate("k2", ec.generate_private_key(ec.SECP256R1()))
    assert ask(login.token("ES256")).status_code == 200
    login.rotate("k3", ed25519.Ed25519PrivateKey.generate())
    assert ask(login.token("EdDSA")).status_code == 200
    old = login.asked
    assert ask(login.token("EdDSA", jti="again")).status_code == 200
    assert login.asked == old, "keys are kept"


def test_invented_keys_do_not_make_us_ask_each_time(ask, login):
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert ask(login.token()).status_code == 200
    asked = login.asked
    for number in range(20):
        assert ask(login.token(key=stranger, kid=f"invented-{number}")).status_code == 401
    assert login.asked == asked == 2


@pytest.mark.parametrize(
    "broken", [b"", b"<html>", b"[]", b'{"issuer": 1}', b"{" + b" " * 2_000_000 + b"}"], ids=lambda content: content[:9]
)
def test_an_issuer_that_does_not_answer_well(ask, login, registry, broken):
    login.broken = broken
    refused = ask(login.token())
    assert refused.status_code == 503
    assert "issuer" in refused.json()["detail"] and login.url not in refused.text
    own = people.add_token(registry.store, "admin", "x").secret
    assert ask(own).status_code == 200, "others are served meanwhile"


def test_an_issuer_that_names_another_one_is_not_believed(ask, login):
    login.names_itself = "https://other.example"
    assert ask(login.token()).status_code == 503


def test_asking_has_a_deadline(ask, login, monkeypatch):
    monkeypatch.setattr(keys_module, "DEADLINE", 0.5)
    login.slow = 5
    before = time.monotonic()
    assert ask(login.token()).status_code == 503
    assert time.monotonic() - before < 4


async def _persons(login: Login) -> list[bool]:
    now = [1000.0]
    issuer = Issuer(OidcSettings(login.url, AUDIENCE), lambda: now[0])
    found = [await issuer.person(login.token()) is not None]
    login.broken = b""
    now[0] += keys_module.FRESH + 1
    found.append(await issuer.person(login.token()) is not None)
    now[0] += keys_module.STALE
    try:
        await issuer.person(login.token())
    except Exception as error:
        found.append(type(error).__name__ == "ServerFaultError")
    login.broken = None
    now[0] += keys_module.PAUSE
    found.append(await issuer.person(login.token()) is not None)
    return found


def test_known_keys_hold_while_the_issuer_is_away(login):
    import asyncio

    assert asyncio.run(_persons(login)) == [True, True, True, True]


def test_settings():
    assert oidc_settings(environ={}) is None
    environ = {"LOCKYARD_OIDC_ISSUER": "https://login.example", "LOCKYARD_OIDC_AUDIENCE": "lockyard"}
    assert oidc_settings(environ=environ) == OidcSettings("https://login.example", "lockyard")
    for issuer, audience in (
        ("https://login.example", None),
        (None, "lockyard"),
        ("http://login.example", "lockyard"),
        ("login.example", "lockyard"),
        ("file:///etc/passwd", "lockyard"),
        ("https://[", "lockyard"),
        ("https://login.example/" + "x" * 255, "lockyard"),
    ):
        with pytest.raises(ConfigurationError) as error:
            oidc_settings(issuer, audience, environ={})
        assert "\n" not in str(error.value)
