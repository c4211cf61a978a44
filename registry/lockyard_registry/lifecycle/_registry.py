"""What every lifecycle function is given, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lockyard.contract import Compat, Json, ResourceBundle

from ..runtime import Clock, Driver
from ..store import Store, timestamp

if TYPE_CHECKING:
    from lockyard.contract import ExecutionEnvironment


@dataclass(frozen=True, slots=True)
class Registry:
    """One registry: its records and its settings.

    Attributes:
        store: the database.
        clock: its time; tests turn it by hand.
        driver: who runs its workloads.
        compat: the disputed rules that are relaxed.
        bundles: the resource bundles that runtimes may name.
        max_workload_replicas: most replicas a workload may ask for (R96); 0 for no limit.
        max_concurrent_workloads: most workloads that are not stopped; 0 for no limit.
        environments: the execution environments that builds may start from; None for the default ones.
        credentials_key: file of the key that credentials are encrypted with; None: beside the database.
    """

    store: Store
    clock: Clock
    driver: Driver
    compat: Compat
    bundles: tuple[ResourceBundle, ...]
    max_workload_replicas: int = 0
    max_concurrent_workloads: int = 0
    environments: tuple[ExecutionEnvironment, ...] | None = None
    credentials_key: Path | None = None

    @property
    def registry_id(self) -> str:
        """24 hex characters, given when the database was made; they never change."""
        return self.store.registry_id

    @property
    def location(self) -> str:
        """Where the records are, for people."""
        return str(self.store.place)

    def now(self) -> str:
        """The present moment as the wire writes it."""
        return timestamp(self.clock.now())

    def close(self) -> None:
        """Closes the database."""
        self.store.close()


LOCAL_USER_ID = "000000000000000000000001"
"""The one user of a registry without users; the first administrator of one with users takes over this id, and with it
everything made before."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        user_id: 24 hex characters; creation keys belong to it.
        username: shown as creator and owner.
        base_url: the API's own address as the caller sees it, ending in `/api/v2`; endpoints start with it.
        invoke_url: what endpoints start with instead, where workloads have an origin of their own.
        request_id: the call's id in logs.
        groups: ids of the groups that the caller belongs to.
        administrator: may do everything, whatever the roles say; so may the one user of a registry without users.
        read_only: came with a token that may only read.
        takes_stored: pages may hold `StoredJson`; only for who turns them into text at once.
        wants_actions: documents shall say what may be done with the object. Not in the plugin: it never looks at it.
    """

    user_id: str
    username: str
    base_url: str
    request_id: str = ""
    groups: tuple[str, ...] = ()
    administrator: bool = False
    read_only: bool = False
    takes_stored: bool = False
    wants_actions: bool = False
    invoke_url: str | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """Answer to a create.

    Attributes:
        document: the object.
        created: False when the object was there already (same idempotency key).
    """

    document: Json
    created: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """Answer to start and stop.

    Attributes:
        document: `WorkloadOperationResponse`.
        changed: False when there was nothing to do.
    """

    document: Json
    changed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list.

    Attributes:
        total: how many match altogether.
        items: the documents of this page.
        facets: counts over all that match, if they were asked for.
    """

    total: int
    items: list[dict[str, Any]]
    facets: Json | None = None
