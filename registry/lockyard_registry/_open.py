"""Opening a registry."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from lockyard.contract import STRICT, Compat, ResourceBundle

from ._bundles import configured_bundles
from ._environments import configured_environments
from .lifecycle import Registry
from .runtime import Clock, SystemClock, get_driver
from .store import BUSY_TIMEOUT, Store

if TYPE_CHECKING:
    from lockyard.contract import ExecutionEnvironment

CREDENTIALS_KEY_FILE = "credentials-key"
CREDENTIALS_KEY_VARIABLE = "LOCKYARD_CREDENTIALS_KEY"


def default_database() -> Path:
    """Where the embedded registry keeps its records.

    `registry.db` in the folder `LOCKYARD_DATA_DIR`, or in the user's data folder of this machine.
    """
    folder = os.environ.get("LOCKYARD_DATA_DIR")
    if folder:
        return Path(folder).expanduser() / "registry.db"
    import platformdirs  # only needed without the setting

    return Path(platformdirs.user_data_dir("lockyard")) / "registry.db"


def open_registry(
    location: str | Path,
    *,
    driver: str = "external",
    clock: Clock | None = None,
    compat: Compat = STRICT,
    max_workload_replicas: int = 0,
    max_concurrent_workloads: int = 0,
    busy_timeout: float = BUSY_TIMEOUT,
    bundles: tuple[ResourceBundle, ...] | None = None,
    environments: tuple[ExecutionEnvironment, ...] | None = None,
    credentials_key: Path | None = None,
) -> Registry:
    """Opens a registry and makes its database when it is missing.

    Args:
        location: path of the SQLite file, or a `sqlite:///` URL.
        driver: who runs workloads: `external` (they are reported) or `simulated` (a stand-in on the clock).
        clock: its time; the machine's when absent.
        compat: the disputed rules to relax.
        max_workload_replicas: most replicas a workload may ask for (R96); 0 for no limit.
        max_concurrent_workloads: most workloads that are not stopped; 0 for no limit.
        busy_timeout: seconds to wait for other processes that write.
        bundles: the resource bundles that runtimes may name; when absent those of the file that `LOCKYARD_BUNDLES`
            names, without it the default ones. Workloads keep what they got from a bundle that is gone.
        environments: the execution environments; when absent those of the file that `LOCKYARD_ENVIRONMENTS` names,
            without it the default ones.
        credentials_key: file of the key that encrypts credentials, made at the first one; when absent the file that
            `LOCKYARD_CREDENTIALS_KEY` names, without it `credentials-key` beside the database or in the data folder.

    Raises:
        ConfigurationError: no such driver, a file of bundles or environments that is wrong, or a database that is not
            supported.
        StorageError: the file cannot be used, or a newer version of Lockyard made it.
    """
    runner = get_driver(driver)
    known = configured_bundles() if bundles is None else bundles
    store = Store.open(location, busy_timeout=busy_timeout)
    return Registry(
        store,
        clock or SystemClock(),
        runner,
        compat,
        known,
        max_workload_replicas,
        max_concurrent_workloads,
        configured_environments() if environments is None else environments,
        credentials_key or _credentials_key(location),
    )


def _credentials_key(location: str | Path) -> Path:
    named = os.environ.get(CREDENTIALS_KEY_VARIABLE)
    if named:
        return Path(named).expanduser()
    in_file = isinstance(location, Path) or "://" not in location
    folder = Path(location).expanduser().absolute().parent if in_file else default_database().parent
    return folder / CREDENTIALS_KEY_FILE
