"""Opens the client that the settings ask for."""

from __future__ import annotations

from collections.abc import Mapping

from ._embedded import EmbeddedRegistryClient
from ._protocol import RegistryClient
from ._settings import Settings, load_settings


def connect(settings: Settings) -> RegistryClient:
    """Open a client. Nothing is called and nothing is made yet; that happens at the first use.

    Raises:
        ConfigurationError: The endpoint is a server and there is no token.
    """
    if settings.embedded:
        return EmbeddedRegistryClient(compat=settings.compat)
    from ._http import HttpRegistryClient

    return HttpRegistryClient(settings.endpoint, settings.token, timeout_seconds=settings.timeout_seconds)


def connect_from_environment(environ: Mapping[str, str] | None = None) -> RegistryClient:
    """Open a client with the settings of the environment alone, as the command line does.

    Raises:
        ConfigurationError: A setting is wrong, or one is missing.
    """
    return connect(load_settings(lambda key: None, environ))
