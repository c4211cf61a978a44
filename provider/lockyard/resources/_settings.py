"""Checks on the stack configuration that only the program can make."""

from __future__ import annotations

import pulumi
import pulumi.runtime

from lockyard.contract import ConfigurationError
from lockyard.resources._errors import in_one_line

NAMESPACE = "lockyard"
TOKEN_KEY = f"{NAMESPACE}:token"
SET_TOKEN_COMMAND = f"pulumi config set --secret {TOKEN_KEY}"


@in_one_line
def require_secret_token() -> None:
    """Refuse a registry token that stands in clear in the stack's configuration.

    The engine stores the configuration in the state, so a token that is not a secret would be readable there by
    everybody who can read the state. Only the program can tell: the provider gets both kinds as text.

    Raises:
        ConfigurationError: `lockyard:token` is set and is not a secret. The value is not shown.
    """
    if pulumi.Config(NAMESPACE).get("token") is None:
        return
    if not pulumi.runtime.is_config_secret(TOKEN_KEY):
        raise ConfigurationError(
            f"{TOKEN_KEY} is set as plain text and would be stored in clear in the stack's state: "
            f"run `{SET_TOKEN_COMMAND}` (it asks for the value), or use the environment variable LOCKYARD_API_TOKEN"
        )
