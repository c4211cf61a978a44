"""Brings a PostgreSQL database to the schema of this version before anything else uses it."""

from sqlalchemy import Connection, Engine, insert, text

from lockyard.contract import StorageError

from ._ids import new_id
from ._prepare import REGISTRY_ID, REVISION, other_revision
from ._schema import HEAD_REVISION, registry_facts
from ._time import utc_now

# Any number that no other program on the database uses; not that of the writers (see `_postgres.py`).
_MIGRATION = 0x4D69677261746521 - 2**62

_ours = text("SELECT to_regclass('alembic_version') IS NOT NULL")
TABLES = text(
    "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = (SELECT oid FROM pg_namespace "
    "WHERE nspname = current_schema())"
)


def prepare_postgres(engine: Engine, place: str, *, migrate: bool) -> str:
    """Makes or upgrades the schema if needed and gives the registry's id.

    Several servers may start at once: an advisory lock lets one of them do it, in one transaction, and the others find
    it done. A crash leaves nothing half made.

    Raises:
        StorageError: the database belongs to a newer version or to another program.
    """
    with engine.connect() as connection:
        found = _revision(connection)
        if found == HEAD_REVISION:
            return connection.execute(REGISTRY_ID).scalar_one()
    if not migrate:
        raise other_revision(place, found)
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(f"BEGIN; SELECT pg_advisory_xact_lock({_MIGRATION})")
        # Whoever waited sees here what the one before it committed.
        found = _revision(connection)
        if found is None and connection.execute(TABLES).scalar_one():
            raise StorageError(
                f"the database {place} belongs to another program: name an empty one for the registry's records"
            )
        if found != HEAD_REVISION:
            # Imported only here: Alembic costs more than everything else this package imports.
            from ._migrate import upgrade

            upgrade(connection, found, place)
        known = connection.execute(REGISTRY_ID).scalar()
        if known is None:
            known = new_id(utc_now())
            connection.execute(insert(registry_facts), {"name": "registryId", "value": known})
        return known


def _revision(connection: Connection) -> str | None:
    if not connection.execute(_ours).scalar_one():
        return None
    return connection.execute(REVISION).scalar()
