"""What `lockyard doctor` looks at: each check says what it found, whether that is well, and what to do if not."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from lockyard.client import Settings
    from lockyard_registry.store import Store

Status = Literal["ok", "warn", "fail"]

PULUMI_NEEDED: Final = (3, 259)
"""Oldest pulumi that the provider is tested with."""
LITTLE_SPACE: Final = 1024**3
NO_SPACE: Final = 50 * 1024**2
MOST_COUNTED: Final = 500
"""Objects of a server are counted up to this."""
_SERVER_TIMEOUT: Final = 10.0
_PROGRAM_TIMEOUT: Final = 20.0


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.

    Attributes:
        name: What was looked at.
        status: `ok`, `warn` or `fail`.
        found: What was found; never a secret.
        advice: What to do, empty when all is well.
    """

    name: str
    status: Status
    found: str
    advice: str = ""


def setting_checks(settings: Settings) -> Iterator[Check]:
    """Each setting with where it comes from; the token only as set or not set."""
    sources = settings.sources
    yield Check("endpoint", "ok", f"{settings.endpoint} (from {sources['endpoint']})")
    if settings.embedded:
        yield Check("token", "ok", "not needed for the embedded registry")
    else:
        yield Check(
            "token",
            "ok" if settings.token else "fail",
            f"set (from {sources['token']})" if settings.token else "not set",
        )


def embedded_checks(path: Path, source: str) -> Iterator[Check]:
    """The embedded registry's folder and database."""
    yield Check("database", "ok", f"{path} (from {source})")
    folder = next(parent for parent in (path.parent, *path.parents) if parent.exists())
    if not os.access(folder, os.W_OK):
        yield Check(
            "folder", "fail", f"{folder} is not writable", "give this user write permission, or set LOCKYARD_DATA_DIR"
        )
    yield _space(folder)
    if not path.exists():
        yield Check("registry", "ok", "none yet: the first `pulumi up` makes it")
        return
    yield from _file_checks(path)


def database_checks(database: str) -> Iterator[Check]:
    """A server's database: a SQLite file or a URL."""
    from lockyard.contract import StorageError

    from ._audit_options import looked_at

    if "://" not in database:
        path = Path(database).expanduser()
        if not path.is_file():
            yield Check("database", "fail", f"there is none at {path}", "name the database of `lockyard serve`")
            return
        yield Check("database", "ok", f"{path} (from --database or LOCKYARD_DATABASE)")
        yield _space(path.parent)
        yield from _file_checks(path)
        return
    try:
        with looked_at(database) as store:
            yield Check("registry", "ok", f"{store.registry_id} in the database of --database or LOCKYARD_DATABASE")
            yield from _rights_in(store, "URL")
    except StorageError as error:
        yield Check("database", "fail", str(error), "see above")


def _file_checks(path: Path) -> Iterator[Check]:
    from ._database import look_into

    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Check("permissions", "warn", f"others may read the database (mode {mode:o})", f"chmod 600 {path}")
    if not os.access(path, os.W_OK):
        yield Check("permissions", "fail", "the database is read-only", f"chmod u+w {path}")
    try:
        facts = look_into(path)
    except sqlite3.Error as error:
        yield Check(
            "integrity",
            "fail",
            f"the database cannot be read ({' '.join(str(error).split())})",
            "restore it from a backup, or move it away to start with an empty registry",
        )
        return
    if facts.revision is None or facts.registry_id is None:
        yield Check(
            "schema",
            "fail",
            "the file is no registry",
            "set LOCKYARD_DATA_DIR to another folder, or move the file away",
        )
        return
    yield Check("registry", "ok", f"{facts.registry_id}, embedded")
    yield _schema(facts.revision)
    if facts.damage:
        yield Check("integrity", "fail", "; ".join(facts.damage[:3]), "restore the database from a backup")
    else:
        yield Check("integrity", "ok", "SQLite's quick check finds nothing wrong")
    yield Check("objects", "ok", ", ".join(f"{number} {name}" for name, number in facts.counts.items()))
    yield from _rights(path, facts.revision)


def _rights(path: Path, revision: str) -> Iterator[Check]:
    from lockyard.contract import StorageError
    from lockyard_registry.store import HEAD_REVISION, Store

    if revision != HEAD_REVISION:
        return
    try:
        store = Store.open(path, migrate=False)
        try:
            yield from _rights_in(store, str(path))
        finally:
            store.close()
    except StorageError as error:
        yield Check("ownership", "fail", str(error), "restore the database from a backup")


def _rights_in(store: Store, database: str) -> Iterator[Check]:
    from lockyard_registry.lifecycle import find_takeovers
    from lockyard_registry.people import names_like_ids

    with store.read() as tx:
        taken, names = find_takeovers(tx, store.registry_id), names_like_ids(tx)
    if taken:
        yield Check(
            "ownership",
            "fail",
            f"taken over by who does not own it, in an earlier version: {_first(f'{it.kind} {it.id}' for it in taken)}",
            f"look with `lockyard admin repair --dry-run --database {database}`, mend without --dry-run",
        )
    else:
        yield Check("ownership", "ok", "no object was taken over")
    if names:
        advice = "share with them by id only; make users and groups with other names for new work"
        yield Check("names", "warn", f"names that look like ids, from an earlier version: {_first(names)}", advice)


def _first(texts: Iterable[str]) -> str:
    listed = list(texts)
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")


def _schema(revision: str) -> Check:
    from lockyard_registry.store import HEAD_REVISION

    if revision == HEAD_REVISION:
        return Check("schema", "ok", f"revision {revision}")
    if revision.isdigit() and int(revision) > int(HEAD_REVISION):
        return Check("schema", "fail", f"revision {revision}, made by a newer Lockyard", "upgrade this one")
    return Check("schema", "ok", f"revision {revision}; the next use brings it to {HEAD_REVISION}")


def server_checks(settings: Settings) -> Iterator[Check]:
    """Whether the server answers, who it is, and whether it takes the token."""
    from lockyard.client import HttpRegistryClient, RetryPolicy
    from lockyard.contract import ApiError, LockyardError, TransportError, UnauthorizedError

    client = HttpRegistryClient(
        settings.endpoint, settings.token, timeout_seconds=_SERVER_TIMEOUT, retry=RetryPolicy(max_tries=1)
    )
    try:
        identity = client.identity()
        yield Check("registry", "ok", f"{identity.registry_id}, answers at {identity.endpoint}")
        if identity.additions:
            yield Check("additions", "ok", ", ".join(sorted(identity.additions)))
        else:
            yield Check(
                "additions",
                "warn",
                "none: another implementation of the Workload API",
                "everything works, but an interrupted `pulumi up` may create an object twice",
            )
        if identity.driver == "simulated":
            yield Check(
                "driver",
                "warn",
                "simulated: a stand-in, nothing really runs",
                "start the server with --driver external",
            )
        elif identity.driver:
            yield Check("driver", "ok", identity.driver)
        counts = {
            "repositories": sum(1 for _ in client.list_repositories(max_items=MOST_COUNTED)),
            "artifacts": sum(1 for _ in client.list_artifacts(max_items=MOST_COUNTED)),
            "workloads": sum(1 for _ in client.list_workloads(max_items=MOST_COUNTED)),
        }
        shown = (f"{number}{' or more' if number == MOST_COUNTED else ''} {name}" for name, number in counts.items())
        yield Check("objects", "ok", ", ".join(shown))
    except UnauthorizedError as error:
        yield Check("token", "fail", str(error), "set LOCKYARD_API_TOKEN to a token that the registry knows")
    except TransportError as error:
        yield Check("registry", "fail", str(error), "check the endpoint, and that the server runs")
    except (ApiError, LockyardError) as error:
        yield Check("registry", "fail", str(error), "look for the request id in the server's log")
    finally:
        client.close()


def program_checks(environ: Mapping[str, str]) -> Iterator[Check]:
    """The programs that `pulumi up` needs."""
    yield Check("lockyard", "ok", f"{version('lockyard')}, with pulumi's Python SDK {version('pulumi')}")
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        yield Check(
            "pulumi", "warn", "not on PATH", 'install it, or in a checkout: eval "$(toolchain/toolchain.py env)"'
        )
    else:
        yield _pulumi(pulumi)
        host = shutil.which("pulumi-language-python")
        if host is None:
            yield Check("language host", "warn", "pulumi-language-python is not on PATH", "reinstall pulumi")
        else:
            yield Check("language host", "ok", host)
    if environ.get("PYTHONDONTWRITEBYTECODE"):
        yield Check(
            "bytecode",
            "warn",
            "PYTHONDONTWRITEBYTECODE is set",
            "unset it: without compiled bytecode every pulumi command starts two to three times slower",
        )


def _pulumi(path: str) -> Check:
    try:
        done = subprocess.run(
            [path, "version"],
            capture_output=True,
            text=True,
            timeout=_PROGRAM_TIMEOUT,
            check=False,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("pulumi", "fail", f"{path} does not run ({type(error).__name__})", "reinstall pulumi")
    found = done.stdout.strip()
    if done.returncode or not found:
        return Check("pulumi", "fail", f"{path} version ends with exit code {done.returncode}", "reinstall pulumi")
    needed = ".".join(map(str, PULUMI_NEEDED))
    if _older(found, PULUMI_NEEDED):
        return Check("pulumi", "warn", f"{found} ({path})", f"upgrade it: Lockyard is tested with {needed} and later")
    return Check("pulumi", "ok", f"{found} ({path})")


def _older(found: str, needed: tuple[int, int]) -> bool:
    numbers = found.removeprefix("v").split("-")[0].split(".")
    if len(numbers) < 2 or not all(number.isdigit() for number in numbers[:2]):
        return False
    return (int(numbers[0]), int(numbers[1])) < needed


def _space(folder: Path) -> Check:
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1024**3:.1f} GiB free" if free >= LITTLE_SPACE else f"{free / 1024**2:.0f} MiB free"
    if free < NO_SPACE:
        return Check("disk", "fail", shown, "free some space: the registry refuses changes when the disk is full")
    if free < LITTLE_SPACE:
        return Check("disk", "warn", shown, "free some space soon")
    return Check("disk", "ok", shown)
