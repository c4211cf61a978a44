"""The tables of an earlier schema, without a database that has them."""

from functools import cache

from sqlalchemy import MetaData, create_engine
from sqlalchemy.pool import StaticPool

from lockyard.contract import StorageError

from ._schema import HEAD_REVISION

_OTHERS = "alembic_version"


@cache
def schema_at(revision: str) -> MetaData:
    """The tables that a registry has at a schema revision, as its migrations make them; no index of texts.

    Args:
        revision: the revision, as an export names it.

    Raises:
        StorageError: this version does not know it.
    """
    from ._migrate import known, upgrade

    if not known(revision):
        raise StorageError(
            f"the export has schema revision {revision}, this version of Lockyard knows only up to {HEAD_REVISION}: "
            "import it with the version that made it, or a newer one"
        )
    engine = create_engine("sqlite://", poolclass=StaticPool)
    tables = MetaData()
    try:
        with engine.connect() as connection, connection.begin():
            upgrade(connection, None, "(memory)", revision)
            indexes = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")
            # SQLite keeps an index of texts as tables, named after it.
            hidden = tuple(str(name) for (name,) in indexes)
            tables.reflect(
                connection,
                only=lambda name, _: name != _OTHERS and not any(f"{name}_".startswith(f"{it}_") for it in hidden),
            )
    finally:
        engine.dispose()
    return tables
