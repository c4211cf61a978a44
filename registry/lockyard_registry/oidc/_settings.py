"""Which issuer is trusted, and for what."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lockyard.contract import ConfigurationError

ISSUER_VARIABLE = "LOCKYARD_OIDC_ISSUER"
AUDIENCE_VARIABLE = "LOCKYARD_OIDC_AUDIENCE"

_LONGEST = 255
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """An issuer.

    Attributes:
        issuer: its URL, exactly as its tokens name it.
        audience: what its tokens must be made for.
        name_claim: the claim that names a user here when the user comes for the first time.
        groups_claim: the claim that lists names of groups; None takes none over.
    """

    issuer: str
    audience: str
    name_claim: str = "preferred_username"
    groups_claim: str | None = None


def oidc_settings(
    issuer: str | None = None,
    audience: str | None = None,
    *,
    name_claim: str | None = None,
    groups_claim: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> OidcSettings | None:
    """The settings, from arguments or else `LOCKYARD_OIDC_ISSUER` and `LOCKYARD_OIDC_AUDIENCE`; None for no issuer.

    Raises:
        ConfigurationError: one of issuer and audience is missing, or the issuer is no safe address.
    """
    environ = os.environ if environ is None else environ
    issuer = issuer or environ.get(ISSUER_VARIABLE, "").strip() or None
    audience = audience or environ.get(AUDIENCE_VARIABLE, "").strip() or None
    if issuer is None and audience is None:
        return None
    if issuer is None or audience is None:
        missing = "issuer" if issuer is None else "audience"
        raise ConfigurationError(
            f"OIDC needs an issuer and an audience: give --oidc-{missing}, too. Without an audience the tokens of "
            "every other application of the issuer would be taken"
        )
    check_address(issuer, "the OIDC issuer")
    if len(issuer) > _LONGEST:
        raise ConfigurationError(f"the OIDC issuer is longer than {_LONGEST} characters")
    return OidcSettings(issuer, audience, name_claim or "preferred_username", groups_claim)


def check_address(url: str, what: str) -> None:
    """Refuses addresses whose answers anybody on the way could change.

    Raises:
        ConfigurationError: neither HTTPS nor on this machine.
    """
    try:
        parts = urlsplit(url)
        safe = bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        )
    except ValueError:
        safe = False
    if not safe:
        raise ConfigurationError(f"{what} must be an https:// address: its keys decide who gets in")
