"""What is PostgreSQL's own: opening, errors, restarts, order of texts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from tests.postgres import Postgres
from tests.unit.registry.builders import Desk, schema_differences

from lockyard.contract import ApiError, ArtifactQuery, NotFoundError, StorageError
from lockyard_registry import Caller, Registry, lifecycle, open_registry
from lockyard_registry.lifecycle._lists import object_filters
from lockyard_registry.lifecycle._transaction import reading
from lockyard_registry.runtime import ManualClock
from lockyard_registry.store import HEAD_REVISION, Store, TransientError, artifacts


@pytest.fixture
def bureau(postgres_url: str, open_it: Callable[..., Registry], caller: Caller, clock: ManualClock) -> Desk:
    return Desk(open_it(location=postgres_url), caller, clock)


def refused(url: str, *words: str) -> None:
    with pytest.raises(StorageError) as error:
        Store.open(url, busy_timeout=1)
    text = str(error.value)
    assert "\n" not in text and "hunter2" not in text
    for word in words:
        assert word in text


def test_the_schema_is_that_of_the_code(bureau: Desk) -> None:
    with bureau.reg.store.read() as tx:
        assert schema_differences(tx) == []
        other = tx.exec_driver_sql(
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> "
            "'alembic_version' AND data_type IN ('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
        ).scalar()
    assert other == 0


def test_a_user_who_may_not_add_the_extension_is_told(postgres: Postgres) -> None:
    url = postgres.new_database()
    name = make_url(url).database or ""
    with postgres.connect(name) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
        connection.execute("GRANT CREATE ON SCHEMA public TO plain")
    plain = url.replace(f"{postgres.user}@", "plain@")
    assert plain != url
    refused(plain, "pg_trgm", "administrator", "CREATE EXTENSION pg_trgm")
    with postgres.connect(name) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        connection.execute("CREATE EXTENSION pg_trgm")
    Store.open(plain).close()


def test_texts_are_ordered_by_their_bytes(bureau: Desk) -> None:
    names = ["b", "B", "a", "A", "ä", "Z", "z"]
    for name in names:
        bureau.artifact(name=name)
    found = lifecycle.list_artifacts(bureau.reg, bureau.caller, ArtifactQuery(order_by="name", limit=100)).items
    assert [item["name"] for item in found] == sorted(names)


def test_eight_servers_on_an_empty_database(postgres: Postgres) -> None:
    url = postgres.new_database()
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store.open(url), range(8)))
    assert len({store.registry_id for store in stores}) == 1
    for store in stores:
        store.close()


def test_a_crash_while_it_is_made_leaves_nothing_half_made(postgres: Postgres) -> None:
    url = postgres.new_database()
    crash = (
        "import os, sys\n"
        "import lockyard_registry.store._migrate as m\n"
        "real = m.upgrade\n"
        "def upgrade(*args):\n"
        "    real(*args)\n"
        "    os._exit(9)\n"
        "m.upgrade = upgrade\n"
        "from lockyard_registry.store import Store\n"
        "Store.open(sys.argv[1])\n"
    )
    assert subprocess.run([sys.executable, "-c", crash, url], check=False, timeout=60).returncode == 9
    refuse = pytest.raises(StorageError, match="is empty")
    with refuse:
        Store.open(url, migrate=False)
    Store.open(url).close()


def test_a_ready_database_needs_no_migration_library(postgres_url: str) -> None:
    look = (
        "import sys\n"
        "from lockyard_registry import open_registry, lifecycle, Caller\n"
        "registry = open_registry(sys.argv[1])\n"
        "lifecycle.list_bundles(registry, Caller('a', 'a', ''))\n"
        "print(*sorted(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", look, postgres_url], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "psycopg" in loaded
    assert not loaded & {"alembic", "fastapi", "starlette", "httpx", "pulumi"}
    assert "sqlalchemy.orm" not in done.stdout


def test_a_newer_database_is_left_alone(bureau: Desk, postgres_url: str) -> None:
    with bureau.reg.store.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    refused(postgres_url, "0999", HEAD_REVISION, "newer")


def test_a_database_of_another_program(postgres: Postgres) -> None:
    url = postgres.new_database()
    with postgres.connect(url.split("@/")[1].split("?")[0]) as connection:
        connection.execute("CREATE TABLE songs (title text)")
    refused(url, "another program")


def test_databases_that_cannot_be_opened(postgres: Postgres) -> None:
    refused(postgres.url("nowhere"), "does not exist", "create it")
    refused("postgresql://ada:hunter2@127.0.0.1:1/lockyard", "cannot be reached", "ada:***@127.0.0.1:1")
    refused("postgres://ada:hunter2@127.0.0.1:1/lockyard", "cannot be reached")


def test_a_user_without_rights(postgres: Postgres, postgres_url: str) -> None:
    with postgres.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS guest")
        connection.execute("CREATE ROLE guest LOGIN")
    refused(postgres_url.replace("lockyard@", "guest@"), "refused the permission")


def test_a_writer_that_does_not_end(bureau: Desk, postgres_url: str, clock: ManualClock) -> None:
    draft = bureau.artifact()
    impatient = open_registry(postgres_url, clock=clock, busy_timeout=0.2)
    try:
        with bureau.reg.store.write(), pytest.raises(StorageError, match="stayed locked by another writer"):
            lifecycle.patch_artifact(impatient, bureau.caller, draft["id"], {"description": "x"})
        other = bureau.artifact()
        # Another lineage is nobody's business.
        with bureau.reg.store.write(lambda tx: (draft["artifactRepositoryId"],)):
            lifecycle.patch_artifact(impatient, bureau.caller, other["id"], {"description": "x"})
            with pytest.raises(StorageError, match="stayed locked"):
                lifecycle.patch_artifact(impatient, bureau.caller, draft["id"], {"description": "x"})
    finally:
        impatient.close()


def test_connections_that_a_restart_broke(bureau: Desk, postgres: Postgres) -> None:
    draft = bureau.artifact()
    with postgres.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockyard'")
    assert bureau.read(draft["id"])["id"] == draft["id"]
    with postgres.connect() as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockyard'")
    assert bureau.patch(draft["id"], description="x")["description"] == "x"


def test_a_change_that_the_database_ended_is_repeated(bureau: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    store, tries = type(bureau.reg.store), []
    real = store.write

    def write(self: Store, lineages: object = None):
        tries.append(lineages)
        if len(tries) < 3:
            raise TransientError("ended in favour of another one")
        return real(self, lineages)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "write", write)
    assert bureau.artifact()["status"] == "draft"
    assert len(tries) == 3
    monkeypatch.setattr(store, "write", lambda *_: (_ for _ in ()).throw(TransientError("always")))
    with pytest.raises(TransientError):
        bureau.artifact()


def test_a_real_deadlock_is_transient(bureau: Desk, postgres: Postgres, postgres_url: str) -> None:
    """A foreign session that takes rows the other way round makes PostgreSQL end one of the two; the call goes on."""
    one, two = bureau.artifact(), bureau.artifact()
    database = postgres_url.split("@/")[1].split("?")[0]
    with postgres.connect(database) as foreign, ThreadPoolExecutor(1) as pool:
        foreign.execute("SET deadlock_timeout = '10s'")
        foreign.execute("BEGIN")
        foreign.execute("SELECT 1 FROM artifacts WHERE id = %s FOR UPDATE", (two["id"],))

        def both() -> None:
            with bureau.reg.store.write() as tx:
                tx.exec_driver_sql("SET LOCAL deadlock_timeout = '50ms'")
                for id in (one["id"], two["id"]):
                    tx.exec_driver_sql("SELECT 1 FROM artifacts WHERE id = %s FOR UPDATE", (id,))

        waiting = pool.submit(both)
        while not foreign.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone():
            pass
        foreign.execute("SAVEPOINT before")
        foreign.execute("SELECT 1 FROM artifacts WHERE id = %s FOR UPDATE", (one["id"],))
        with pytest.raises(TransientError, match="deadlock"):
            waiting.result(timeout=30)
        foreign.execute("ROLLBACK")


@pytest.mark.parametrize("id", ["\0", "\0" * 24, "a\0b"])
def test_ids_that_no_object_can_have(bureau: Desk, id: str) -> None:
    for call in (bureau.read, bureau.repository, bureau.see, bureau.history, bureau.settings):
        with pytest.raises(NotFoundError):
            call(id)
    for call in (lifecycle.delete_artifact, lifecycle.delete_workload, lifecycle.stop_workload):
        with pytest.raises(ApiError):
            call(bureau.reg, bureau.caller, id)


def test_what_is_looked_for_is_planned_for_its_values(bureau: Desk) -> None:
    """A plan for any values takes each text to be rare, and looks for a common one for minutes."""
    mode = "SELECT current_setting('plan_cache_mode')"
    with reading(bureau.reg, bureau.caller) as t:
        assert t.tx.exec_driver_sql(mode).scalar() == "auto"
        where = object_filters(t, artifacts, ArtifactQuery(search="text"))
        # The driver prepares what is asked often, and the server would plan it once for all values then.
        for _ in range(15):
            t.tx.execute(select(artifacts.c.id).where(*where)).all()
        plans = "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s"
        generic, custom = t.tx.exec_driver_sql(plans, ("SELECT artifacts.id%search_text%",)).one()
    assert generic == 0
    assert custom >= 5
    with reading(bureau.reg, bureau.caller) as t:
        assert object_filters(t, artifacts, ArtifactQuery()) == []
        assert t.tx.exec_driver_sql(mode).scalar() == "auto"
