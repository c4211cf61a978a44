"""Runs the migrations. Imported only for a fresh or outdated database."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from lockyard.contract import StorageError

from ._schema import HEAD_REVISION


def configuration() -> Config:
    """Alembic's configuration for the migrations of this package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def upgrade(connection: Connection, found: str | None, place: Path | str, to: str = HEAD_REVISION) -> None:
    """Upgrades the schema inside the caller's transaction.

    Args:
        connection: a connection in a write transaction; the caller commits.
        found: the database's revision, None for an empty one.
        place: for the error.

        to: the revision to reach.

    Raises:
        StorageError: the revision is unknown, so a newer version of Lockyard made it.
    """
    config = configuration()
    if found is not None and not known(found):
        raise StorageError(
            f"the registry's database {place} has schema revision {found}, this version of Lockyard knows only up to "
            f"{HEAD_REVISION}: a newer version made it, so install that version or newer, or name another database"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def known(revision: str) -> bool:
    """Whether this version of Lockyard has that schema revision."""
    try:
        script = ScriptDirectory.from_config(configuration()).get_revision(revision)
        # Alembic also finds revisions by other names, such as `head`.
        return script is not None and script.revision == revision
    except CommandError:
        return False
