"""A real PostgreSQL for tests: Debian's, in a throw-away folder, on a Unix socket, run by a user who is not root."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    import psycopg

_INSTALLED = Path("/usr/lib/postgresql")
_MISSING = "PostgreSQL's server programs are missing: install Debian's package `postgresql` (as root: apt-get install)"
_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "32MB",
    # A machine that loses its power is no matter here.
    "fsync": "off",
    # Whatever a session asks for, English messages.
    "lc_messages": "'C'",
}

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Postgres:
    """A running server.

    Attributes:
        folder: its socket and data.
        user: the superuser.
    """

    folder: Path
    user: str

    def url(self, database: str, **options: str) -> str:
        """The URL of a database."""
        query = "&".join(f"{name}={quote(value)}" for name, value in {"host": str(self.folder), **options}.items())
        return f"postgresql://{self.user}@/{database}?{query}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection in autocommit."""
        import psycopg

        return psycopg.connect(self.url(database), autocommit=True)

    def new_database(self, template: str = "template0") -> str:
        """The URL of a database made now.

        Args:
            template: the database to copy; nobody may be connected to it.
        """
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'.encode())
        return self.url(name)


def programs() -> Path:
    """The folder of `initdb` and `pg_ctl`; installs the package as root where it is missing."""
    found = _newest()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", *words], check=False, env=environment, timeout=600, stdout=subprocess.DEVNULL)
        found = _newest()
    if found is None:
        pytest.fail(_MISSING, pytrace=False)
    return found


def _newest() -> Path | None:
    folders = [path.parent for path in _INSTALLED.glob("*/bin/initdb")]
    folders += [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    return max(folders, key=lambda path: (len(path.parts), path.parts), default=None)


@contextmanager
def running_postgres(**settings: str) -> Iterator[Postgres]:
    """A server that ends with the context, whatever happens in it.

    Args:
        settings: of `postgresql.conf`, beside those that tests have.
    """
    binaries = programs()
    # PostgreSQL refuses to run as root, and a socket's path may have only 107 bytes.
    account = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody") if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="ly-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
        data = folder / "data"

        def run(program: str, *words: str) -> None:
            done = subprocess.run(
                [str(binaries / program), "-D", str(data), *words],
                user=None if account is None else account.pw_uid,
                group=None if account is None else account.pw_gid,
                extra_groups=None if account is None else [],
                cwd=folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                timeout=120,
                check=False,
            )
            if done.returncode:
                log = folder / "log"
                pytest.fail(f"{program} failed: {done.stderr}{log.read_text() if log.exists() else ''}", pytrace=False)

        # A locale whose order of texts is not that of bytes, as real servers have.
        run("initdb", "--auth=trust", "--username=lockyard", "--encoding=UTF8", *_locale(), "--no-sync")
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in {**_SETTINGS, **settings}.items())
            file.write(f"unix_socket_directories = '{folder}'\n")
        run("pg_ctl", "-l", str(folder / "log"), "-w", "-t", "60", "start")
        try:
            yield Postgres(folder, "lockyard")
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "-t", "30", "stop")


def _locale() -> tuple[str, ...]:
    return ("--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8")


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for all tests of this process, started when the first one asks for it."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def blank_postgres(postgres: Postgres) -> str:
    """Name of a template database with the registry's newest schema: making one costs more than copying it."""
    from lockyard_registry import open_registry

    with postgres.connect() as connection:
        connection.execute("CREATE DATABASE blank TEMPLATE template0")
    open_registry(postgres.url("blank")).close()
    return "blank"


@pytest.fixture
def postgres_url(postgres: Postgres, blank_postgres: str) -> str:
    """URL of a fresh registry."""
    return postgres.new_database(blank_postgres)
