"""How a server recognises its callers, decided when it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lockyard.contract import ConflictError

from .. import default_database
from ..lifecycle import Registry
from ..oidc import OidcSettings
from ..people import bootstrap, users_kept
from ._tokens import TOKEN_VARIABLE, server_token


@dataclass(frozen=True, slots=True)
class Access:
    """How callers are recognised.

    Attributes:
        token: the one token, on a registry of one person; None on one with users.
        oidc: the issuer that is trusted.
        lines: what to tell who starts the server; on the first start of a registry with users a token is among them.
    """

    token: str | None = field(repr=False)
    oidc: OidcSettings | None
    lines: tuple[str, ...] = field(repr=False)

    @property
    def users(self) -> bool:
        """Whether callers are users of the registry."""
        return self.token is None


def server_access(
    registry: Registry,
    *,
    token: str | None = None,
    token_file: Path | None = None,
    users: bool = False,
    oidc: OidcSettings | None = None,
    first: bool = True,
    environ: Mapping[str, str] | None = None,
) -> Access:
    """Finds the one token, or the users; makes the first administrator where users are wanted and there is none.

    Args:
        registry: the registry.
        token: the one token.
        token_file: a file that holds it.
        users: users are wanted.
        oidc: an issuer; with one users are wanted.
        first: make the first administrator; False where the output is kept as a log, which no token may be in.
        environ: the environment; this process's when absent.

    Raises:
        ConfigurationError: the one token cannot be read, made or used.
    """
    environ = os.environ if environ is None else environ
    lines: list[str] = []
    if not users_kept(registry.store):
        if not users and oidc is None:
            found = server_token(default_database().parent, token=token, token_file=token_file, environ=environ)
            return Access(found.value, None, (f"token: {found.path or found.source}",))
        lines += (
            _first_administrator(registry) if first else ["no users yet: `lockyard admin init` makes the first one"]
        )
    named = "the token file" if token_file or token else TOKEN_VARIABLE if environ.get(TOKEN_VARIABLE) else None
    if named is not None:
        lines.append(f"note: {named} is not used: this registry has users, each with tokens of their own")
    if oidc is not None:
        lines.append(f"issuer: {oidc.issuer}, for the audience {oidc.audience}")
    lines.append("token: each user has their own (lockyard admin tokens)")
    return Access(None, oidc, tuple(lines))


def _first_administrator(registry: Registry) -> list[str]:
    try:
        made = bootstrap(registry.store, actor=("", "lockyard serve"))
    except ConflictError:
        # Another server of this registry started at the same moment, and showed the token.
        return []
    return [
        f"first administrator: {made.user.username}, with a token that is shown only here and ends on "
        f"{made.token.token.expires_at}: {made.token.secret}"
    ]
