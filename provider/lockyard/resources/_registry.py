"""The registry as the program itself talks to it, for look-ups."""

from __future__ import annotations

import atexit
import threading

import pulumi

from lockyard.client import RegistryClient, connect, load_settings
from lockyard.resources._settings import NAMESPACE, require_secret_token

_client: RegistryClient | None = None
_lock = threading.Lock()


def registry_client() -> RegistryClient:
    """The client of this process, opened at the first look-up with the settings of the stack and the environment.

    Raises:
        ConfigurationError: The settings are wrong or missing, or the token is not a secret.
    """
    global _client
    with _lock:
        if _client is None:
            require_secret_token()
            config = pulumi.Config(NAMESPACE)
            _client = connect(load_settings(lambda key: config.get(key.removeprefix(f"{NAMESPACE}:"))))
            atexit.register(forget_registry_client)
        return _client


def forget_registry_client() -> None:
    """Close the client; the next look-up opens another one."""
    global _client
    with _lock:
        client, _client = _client, None
    if client is not None:
        client.close()
