"""Whatever stands in `Authorization` but no good token is 401, in one answer and without a line in the log."""

from __future__ import annotations

import base64
import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lockyard_registry import open_registry, people
from lockyard_registry.api import create_app, running_server
from lockyard_registry.oidc import OidcSettings


def part(value: object) -> bytes:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def jwt_of(header: object, claims: object, signature: bytes = b"AAAA") -> bytes:
    return b".".join([part(header), part(claims), signature])


HEADER = {"alg": "RS256", "kid": "k"}
DEEP = b"[" * 5_000 + b"]" * 5_000
TOKENS: dict[str, bytes] = {
    "nothing": b"",
    "spaces": b"   ",
    "not the token": b"x",
    "NUL": b"\x00",
    "a byte that is no UTF-8": b"\xff\xfe",
    "UTF-8": "tök".encode(),
    "half a surrogate pair": b"\xed\xa0\x80",
    "control characters": b"a\x07\x1bb",
    "long": b"a" * 30_000,
    "two words": b"a b",
    "comma": b"a, b",
    "one dot": b"a.b",
    "dots": b"..",
    "four parts": b"a.b.c.d",
    "no base64": b"!.!.!",
    "header is no JSON": b".".join([part(b"{"), part({}), b"AA"]),
    "header is no UTF-8": b".".join([part(b"\xff"), part({}), b"AA"]),
    "header is a list": jwt_of([], {}),
    "header is null": jwt_of(None, {}),
    "header is deep": jwt_of(DEEP, {}),
    "claims are no UTF-8": jwt_of(HEADER, b"\xff\xff"),
    "claims are a list": jwt_of(HEADER, []),
    "claims are null": jwt_of(HEADER, None),
    "claims are deep": jwt_of(HEADER, DEEP),
    "claims are NaN": jwt_of(HEADER, b"NaN"),
    "claims with a long number": jwt_of(HEADER, b'{"exp": ' + b"9" * 5_000 + b"}"),
    "claims end never": jwt_of(HEADER, b'{"exp": 1e999, "iat": 1e999}'),
    "key id is a list": jwt_of({"alg": "RS256", "kid": []}, {}),
    "key id is an object": jwt_of({"alg": "RS256", "kid": {"a": 1}}, {}),
    "algorithm is a list": jwt_of({"alg": []}, {}),
    "algorithm none": jwt_of({"alg": "none"}, {}),
    "zipped": jwt_of({**HEADER, "zip": "DEF"}, {}),
    "detached": jwt_of({**HEADER, "b64": False, "crit": ["b64"]}, b""),
    "signature is no base64": jwt_of(HEADER, {}, b"!!"),
}
LINES: dict[str, list[bytes]] = {
    "no header": [],
    "another scheme": [b"Authorization: Basic YTpi"],
    "no scheme": [b"Authorization: x"],
    "only the scheme": [b"Authorization: Bearer"],
    "a scheme that is no text": [b"Authorization: B\xe9arer x"],
    "twice": [b"Authorization: Bearer x", b"Authorization: Bearer y"],
    **{name: [b"Authorization: Bearer " + token] for name, token in TOKENS.items()},
}


@pytest.fixture(params=["one token", "users", "issuer"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, int]]:
    registry = open_registry(tmp_path / "registry.db")
    if request.param != "one token":
        people.bootstrap(registry.store)
    issuer = OidcSettings("https://issuer.example", "lockyard") if request.param == "issuer" else None
    token = "t0ken-for-tests" if request.param == "one token" else None
    with running_server(create_app(registry, token=token, users=token is None, oidc=issuer)) as url:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        yield parts.hostname, parts.port
    registry.close()


def answer(address: tuple[str, int], lines: list[bytes]) -> bytes:
    request = [b"GET /api/v2/artifacts HTTP/1.1", b"Host: registry", b"Connection: close", *lines, b"", b""]
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(b"\r\n".join(request))
        content = b""
        while chunk := connection.recv(65536):
            content += chunk
    return content


def test_each_of_them_is_401(address: tuple[str, int], caplog: pytest.LogCaptureFixture) -> None:
    found = {name: answer(address, lines).partition(b"\r\n")[0] for name, lines in LINES.items()}
    # Bytes that no header may have are refused before anybody looks at a token.
    before = {"NUL", "control characters"}
    wrong = {name: line for name, line in found.items() if b" 401 " not in line and name not in before}
    assert not wrong
    assert all(b" 401 " in found[name] or b" 400 " in found[name] for name in before)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
