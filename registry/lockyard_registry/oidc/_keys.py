"""The issuer's keys, kept for a while."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import httpx
from cryptography.exceptions import UnsupportedAlgorithm
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from lockyard.contract import ConfigurationError, LockyardError, ServerFaultError, plain

from ._settings import check_address

DEADLINE = 5.0
"""Seconds that asking the issuer may take altogether."""

FRESH = 600.0
"""Seconds for which keys are used without asking again."""

STALE = 3600.0
"""Seconds for which they are used while the issuer does not answer."""

PAUSE = 10.0
"""Least seconds between two questions: who sends tokens with invented keys must not make us ask each time."""

_MOST_BYTES = 1024 * 1024
# No shared secrets: whoever could check such a token could also make one.
_ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}
_log = logging.getLogger("lockyard.registry")


class IssuerKeys:
    """Finds keys by the address that the issuer's discovery document names.

    Args:
        issuer: URL of the issuer.
        clock: seconds that only go up.
    """

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._keys: dict[str | None, tuple[Any, tuple[str, ...]]] = {}
        self._fetched: float | None = None
        self._asked: float | None = None
        self._turn = asyncio.Lock()

    async def find(self, id: str | None) -> tuple[Any, tuple[str, ...]] | None:
        """A key and the algorithms it may be used with; None if the issuer has no such key.

        Args:
            id: the key's id as the token names it; None finds the only key of an issuer that has just one.

        Raises:
            ServerFaultError: 503, the issuer does not answer.
        """
        if self._age() > FRESH or (id not in self._keys and self._may_ask()):
            async with self._turn:
                # Whoever waited finds it done.
                if (self._age() > FRESH or id not in self._keys) and self._may_ask():
                    await self._refresh()
        if self._age() > STALE:
            raise ServerFaultError(
                "the issuer of this token cannot be asked for its keys at the moment: try again later", status=503
            )
        return self._keys.get(id)

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched

    def _may_ask(self) -> bool:
        return self._asked is None or self._clock() - self._asked >= PAUSE

    async def _refresh(self) -> None:
        self._asked = self._clock()
        try:
            async with asyncio.timeout(DEADLINE), httpx.AsyncClient(follow_redirects=False, timeout=DEADLINE) as client:
                known = await _document(client, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
                if known.get("issuer") != self._issuer:
                    raise ValueError("its discovery document names another issuer")
                address = str(known.get("jwks_uri"))
                check_address(address, "the address of the issuer's keys")
                self._keys = _usable(await _document(client, address))
            self._fetched = self._clock()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, ConfigurationError) as error:
            why = plain(error, 500) if isinstance(error, (ValueError, LockyardError)) else type(error).__name__
            _log.warning("the OIDC issuer %s gave no keys (%s)", self._issuer, why)


async def _document(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    content = bytearray()
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    async with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code != 200:
            raise ValueError(f"status {answer.status_code}")
        # As it comes: what is packed may be a thousand times as large, and nobody asked for that.
        async for chunk in answer.aiter_raw():
            content += chunk
            if len(content) > _MOST_BYTES:
                raise ValueError("its answer is too large")
    try:
        found = json.loads(bytes(content))
    except RecursionError:
        raise ValueError("its answer is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError("its answer is no object")
    return found


def _usable(document: dict[str, Any]) -> dict[str | None, tuple[Any, tuple[str, ...]]]:
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise ValueError("its keys are no list")
    found: dict[str | None, tuple[Any, tuple[str, ...]]] = {}
    for entry in listed:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig":
            continue
        allowed = _ALGORITHMS.get(str(entry.get("kty")), ())
        named = entry.get("alg")
        algorithms = allowed if named is None else tuple(name for name in allowed if name == named)
        if not algorithms:
            continue
        try:
            key = PyJWK.from_dict(entry, algorithm=algorithms[0] if entry.get("kty") == "RSA" else None).key
        except (PyJWTError, ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm):
            # One that we cannot read, such as a curve of tomorrow, must not spoil the others.
            continue
        id = entry.get("kid")
        if id is None or isinstance(id, str):
            found[id] = (key, algorithms)
    if len(found) == 1:
        found.setdefault(None, next(iter(found.values())))
    return found
