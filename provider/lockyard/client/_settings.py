"""Where the registry is and how to reach it, from the stack's configuration and the environment (design §4.4)."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from lockyard.contract import STRICT, Compat, ConfigurationError

EMBEDDED: Final = "embedded"
"""The endpoint that means the registry in this process."""

API_PATH: Final = "/api/v2"
DEFAULT_TIMEOUT_SECONDS: Final = 30.0

ENDPOINT_KEY: Final = "lockyard:endpoint"
TOKEN_KEY: Final = "lockyard:token"
ORIGIN_KEY: Final = "lockyard:origin"
COMPAT_KEY: Final = "lockyard:compat"
ENDPOINT_VARIABLE: Final = "LOCKYARD_ENDPOINT"
TOKEN_VARIABLE: Final = "LOCKYARD_API_TOKEN"

_SET_ENDPOINT = f"`pulumi config set {ENDPOINT_KEY} https://<host>{API_PATH}` or {ENDPOINT_VARIABLE}"
_SET_TOKEN = f"{TOKEN_VARIABLE} or `pulumi config set --secret {TOKEN_KEY}`"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach the registry.

    Attributes:
        endpoint: `embedded`, or the address of the API without a slash at its end.
        token: Bearer token, None for the embedded registry. Never shown.
        origin: What takes the place of organization, project and stack in the origin of objects, None if not set.
        compat: Which disputed rules are relaxed.
        timeout_seconds: Deadline of one call.
        sources: Where each of the settings came from, for people: `{"endpoint": "LOCKYARD_ENDPOINT", …}`.
    """

    endpoint: str = EMBEDDED
    token: str | None = field(default=None, repr=False)
    origin: str | None = None
    compat: Compat = STRICT
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    sources: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def embedded(self) -> bool:
        """The registry lives in this process."""
        return self.endpoint == EMBEDDED


def load_settings(get: Callable[[str], str | None], environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        get: Gives a value of the stack's configuration by its full key (`lockyard:endpoint`), None if it is not set.
        environ: The environment; this process's when absent.

    Raises:
        ConfigurationError: A setting is wrong, or one is missing; the text names the key and how to set it. A token is
            never shown.
    """
    environ = os.environ if environ is None else environ
    sources: dict[str, str] = {}
    endpoint, sources["endpoint"] = _endpoint(get, environ)
    token: str | None = None
    if endpoint != EMBEDDED:
        token, sources["token"] = _token(get, environ, endpoint)
    origin = _configured(get, ORIGIN_KEY)
    sources["origin"] = _source(ORIGIN_KEY) if origin else "default"
    compat = _configured(get, COMPAT_KEY)
    sources["compat"] = _source(COMPAT_KEY) if compat else "default"
    sources["timeoutSeconds"] = "default"
    return Settings(endpoint, token, origin, _compat(compat), DEFAULT_TIMEOUT_SECONDS, sources)


def normal_endpoint(value: str, source: str) -> str:
    """Bring an endpoint to the form in which it is used.

    Args:
        value: `embedded`, or an http or https address; without a path it gets `/api/v2`.
        source: Where it came from, for the error.

    Raises:
        ConfigurationError: It is neither; the text says what is wrong, and shows no credentials.
    """
    if value == EMBEDDED:
        return EMBEDDED
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise _wrong_endpoint(source, f"is not an address ({error})") from None
    if parts.scheme not in ("http", "https"):
        raise _wrong_endpoint(source, f"must be '{EMBEDDED}' or start with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise _wrong_endpoint(source, f"must not hold credentials; a token goes into {_SET_TOKEN}")
    if not parts.hostname or port == 0 or not value.isprintable() or " " in value:
        raise _wrong_endpoint(source, "has no usable host")
    if parts.query or parts.fragment:
        raise _wrong_endpoint(source, "must not hold a query (?) or a fragment (#)")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/') or API_PATH}"


def _endpoint(get: Callable[[str], str | None], environ: Mapping[str, str]) -> tuple[str, str]:
    configured = _configured(get, ENDPOINT_KEY)
    if configured:
        return normal_endpoint(configured, _source(ENDPOINT_KEY)), _source(ENDPOINT_KEY)
    from_environment = environ.get(ENDPOINT_VARIABLE, "").strip()
    if from_environment:
        return normal_endpoint(from_environment, ENDPOINT_VARIABLE), ENDPOINT_VARIABLE
    if environ.get("CI", "").strip().lower() not in ("", "0", "false"):
        raise ConfigurationError(
            "no registry is chosen and CI is set, where the embedded registry's data would be lost with the machine: "
            f"set {_SET_ENDPOINT}; if the embedded registry is meant, `pulumi config set {ENDPOINT_KEY} {EMBEDDED}`"
        )
    return EMBEDDED, "default"


def _token(get: Callable[[str], str | None], environ: Mapping[str, str], endpoint: str) -> tuple[str, str]:
    token, source = environ.get(TOKEN_VARIABLE, "").strip(), TOKEN_VARIABLE
    if not token:
        token, source = _configured(get, TOKEN_KEY) or "", _source(TOKEN_KEY)
    if not token:
        raise ConfigurationError(f"the registry {endpoint} needs a token and none is set: set {_SET_TOKEN}")
    return checked_token(token, source), source


def checked_token(token: str, source: str) -> str:
    """Refuse a token that cannot be sent in a header.

    Raises:
        ConfigurationError: It holds blanks, line ends or characters outside ASCII. The token is not shown.
    """
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigurationError(
            f"the token from {source} holds a blank, a line end or a character outside ASCII, so it cannot be a token: "
            f"set {_SET_TOKEN} again"
        )
    return token


def _compat(names: str | None) -> Compat:
    try:
        return Compat.from_names(names or "")
    except ConfigurationError as error:
        raise ConfigurationError(f"{COMPAT_KEY}: {error.message}; use `pulumi config set {COMPAT_KEY} …`") from None


def _configured(get: Callable[[str], str | None], key: str) -> str | None:
    value = get(key)
    if value is None:
        return None
    if not value.strip():
        raise ConfigurationError(f"{key} is set but empty: `pulumi config set {key} …`, or `pulumi config rm {key}`")
    return value.strip()


def _source(key: str) -> str:
    return f"config {key}"


def _wrong_endpoint(source: str, what: str) -> ConfigurationError:
    return ConfigurationError(f"the endpoint from {source} {what}: set {_SET_ENDPOINT}")
