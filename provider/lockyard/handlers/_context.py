"""What every handler needs besides its arguments: the settings, a client, and a way to tell the user something."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lockyard.contract import Json, WrongRegistryError

if TYPE_CHECKING:
    from lockyard.client import Identity, RegistryClient, Settings


@dataclass
class Context:
    """The surroundings of a handler call.

    Attributes:
        settings: Where the registry is and how to reach it.
        connect: Opens a client; called at most once, and never by ``check`` or ``diff``.
        say: Shows one line to the user.
    """

    settings: Settings
    connect: Callable[[Settings], RegistryClient]
    say: Callable[[str], None]
    _client: RegistryClient | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def client(self) -> RegistryClient:
        """The one client of this process; handlers run on several threads."""
        with self._lock:
            if self._client is None:
                self._client = self.connect(self.settings)
            return self._client

    def identity(self) -> Identity:
        """Which registry the client talks to."""
        return self.client.identity()

    def stamp(self) -> Json:
        """The part of every state that says which registry the object lives in."""
        identity = self.identity()
        return {"registryId": identity.registry_id, "registryEndpoint": identity.endpoint}

    def require_registry_of(self, state: Json) -> None:
        """Refuses to touch an object of another registry (design: the right registry).

        Raises:
            WrongRegistryError: The state was written by another registry. A 404 there would look like "gone".
        """
        recorded = state.get("registryId")
        if not recorded:
            return
        identity = self.identity()
        if recorded != identity.registry_id:
            kind = "embedded" if identity.embedded else "a server"
            raise WrongRegistryError(
                f"this stack lives in registry {recorded} ({state.get('registryEndpoint') or 'endpoint unknown'}); you "
                f"are talking to {identity.registry_id} ({identity.endpoint}, {kind}): set lockyard:endpoint or "
                "LOCKYARD_ENDPOINT to the stack's registry, then run the command again"
            )
