"""Users, groups and tokens, on each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.registry.builders import Desk

from lockyard.contract import AuditQuery, ConflictError, NotFoundError, ValidationFailedError
from lockyard_registry import Registry, lifecycle, people
from lockyard_registry.audit import verify
from lockyard_registry.lifecycle import LOCAL_USER_ID
from lockyard_registry.store import Store
from lockyard_registry.transfer import export_registry, import_registry


@pytest.fixture
def store(location: Path | str, open_it: Callable[..., Registry]) -> Iterator[Store]:
    yield open_it(location=location).store


@pytest.fixture
def settled(store: Store) -> Store:
    """A registry with its first administrator."""
    people.bootstrap(store)
    return store


def everything(store: Store) -> str:
    """All texts in the database."""
    with store.read() as tx:
        rows = [tx.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("access_tokens", "audit", "users")]
    return str(rows)


def test_the_first_administrator_takes_over_what_there_was(store: Store) -> None:
    assert not people.users_kept(store)
    made = people.bootstrap(store, "root", keep_token="the-one-token")
    assert people.users_kept(store)
    assert (made.user.id, made.user.administrator) == (LOCAL_USER_ID, True)
    found = people.identify(store, made.token.secret)
    assert found is not None
    assert (found[0].username, found[0].administrator, found[1]) == ("root", True, made.token.token.expires_at)
    before = people.identify(store, "the-one-token")
    assert before is not None
    assert (before[0].user_id, before[1]) == (LOCAL_USER_ID, None)
    with pytest.raises(ConflictError, match="has users already"):
        people.bootstrap(store)
    assert "root" in repr(made) and made.token.secret not in repr(made)


def test_nobody_before_the_first_administrator(store: Store) -> None:
    with pytest.raises(ConflictError, match="lockyard admin init"):
        people.add_user(store, "anna")
    assert people.list_users(store) == []


def test_tokens_are_kept_as_hashes_and_end(settled: Store) -> None:
    people.add_user(settled, "anna")
    lasting = people.add_token(settled, "anna", "laptop")
    reading = people.add_token(settled, "anna", "dashboard", scope="read", lasts=timedelta(hours=1))
    assert lasting.secret not in everything(settled)
    assert lasting.secret.startswith("lockyard_") and len(lasting.secret) > 50
    who = people.identify(settled, lasting.secret)
    assert who is not None
    assert (who[0].username, who[0].administrator, who[0].read_only, who[1]) == ("anna", False, False, None)
    who = people.identify(settled, reading.secret)
    assert who is not None
    assert (who[0].read_only, who[1]) == (True, reading.token.expires_at)
    assert [(token.name, token.scope) for token in people.list_tokens(settled, "anna")] == [
        ("laptop", "write"),
        ("dashboard", "read"),
    ]
    with settled.write() as tx:
        tx.exec_driver_sql(
            "UPDATE access_tokens SET expires_at = '2020-01-01T00:00:00.000000+00:00' WHERE scope = 'read'"
        )
    assert people.identify(settled, reading.secret) is None
    revoked = people.revoke_token(settled, lasting.token.id)
    assert revoked.revoked_at is not None
    assert people.revoke_token(settled, lasting.token.id) == revoked
    assert people.identify(settled, lasting.secret) is None
    for nothing in ("", "lockyard_", "nul\0", lasting.token.id):
        assert people.identify(settled, nothing) is None


def test_disabled_users_stay_out_and_an_administrator_stays(settled: Store) -> None:
    people.add_user(settled, "anna", email="anna@company.example")
    token = people.add_token(settled, "anna", "laptop").secret
    assert people.change_user(settled, "anna", disabled=True).disabled
    assert people.identify(settled, token) is None
    with pytest.raises(ConflictError, match="is disabled"):
        people.add_token(settled, "anna", "another")
    people.change_user(settled, "anna", disabled=False)
    assert people.identify(settled, token) is not None
    for change in ({"disabled": True}, {"administrator": False}):
        with pytest.raises(ConflictError, match="last administrator"):
            people.change_user(settled, "admin", **change)
    people.change_user(settled, "anna", administrator=True, full_name="Anna A.")
    people.change_user(settled, "admin", administrator=False)
    assert [(user.username, user.administrator, user.email) for user in people.list_users(settled)] == [
        ("admin", False, None),
        ("anna", True, "anna@company.example"),
    ]


def test_groups(settled: Store) -> None:
    for name in ("anna", "ben"):
        people.add_user(settled, name)
    group = people.add_group(settled, "ml-platform")
    people.join_group(settled, "ml-platform", "ben")
    assert people.join_group(settled, "ml-platform", "anna").members == ("anna", "ben")
    assert people.join_group(settled, group.id, "anna").members == ("anna", "ben")
    token = people.add_token(settled, "anna", "laptop").secret
    who = people.identify(settled, token)
    assert who is not None and who[0].groups == (group.id,)
    assert people.leave_group(settled, "ml-platform", "anna").members == ("ben",)
    who = people.identify(settled, token)
    assert who is not None and who[0].groups == ()
    people.remove_group(settled, "ml-platform")
    assert people.list_groups(settled) == []


def test_a_group_with_roles_stays(office: Desk) -> None:
    people.bootstrap(office.reg.store)
    group = people.add_group(office.reg.store, "ml-platform")
    office.put()
    entry = {"id": group.id, "role": "EDITOR", "shareRecipientType": "group"}
    office.share_with(entry)
    with pytest.raises(ConflictError, match="1 object"):
        people.remove_group(office.reg.store, "ml-platform")
    office.share_with({**entry, "role": "NO_ROLE"})
    people.remove_group(office.reg.store, "ml-platform")


def test_names(settled: Store) -> None:
    people.add_user(settled, "Anna")
    people.add_group(settled, "Team")
    for name in ("Anna", "anna", "ANNA", " anna "):
        with pytest.raises(ConflictError, match="already"):
            people.add_user(settled, name)
    with pytest.raises(ConflictError, match="already"):
        people.add_group(settled, "team")
    for name in ("", " ", "a\nb", "nul\0", "x" * 256):
        with pytest.raises(ValidationFailedError):
            people.add_user(settled, name)
        with pytest.raises(ValidationFailedError):
            people.add_group(settled, name)
        with pytest.raises((ValidationFailedError, NotFoundError)):
            people.add_token(settled, name, name)
    for call in (
        lambda: people.change_user(settled, "nobody"),
        lambda: people.add_token(settled, "nobody", "x"),
        lambda: people.list_tokens(settled, "nobody"),
        lambda: people.revoke_token(settled, "nothing"),
        lambda: people.join_group(settled, "nothing", "Anna"),
        lambda: people.join_group(settled, "Team", "nobody"),
        lambda: people.remove_group(settled, "nothing"),
    ):
        with pytest.raises(NotFoundError) as error:
            call()
        assert "lockyard admin" in str(error.value)
    for wrong in ({"scope": "admin"}, {"lasts": timedelta(0)}):
        with pytest.raises(ValidationFailedError):
            people.add_token(settled, "Anna", "x", **wrong)


def test_whoever_comes_by_an_issuer_gets_a_name_of_their_own(settled: Store) -> None:
    issuer = "https://login.company.example"
    first = people.identify_subject(settled, issuer, "s-1", "anna", ["nothing", "nul\0"])
    assert first is not None
    assert (first.username, first.administrator, first.groups) == ("anna", False, ())
    assert people.identify_subject(settled, issuer, "s-1", "anna renamed") == first
    twin = people.identify_subject(settled, issuer, "s-2", "Anna")
    assert twin is not None
    assert twin.user_id != first.user_id and twin.username.startswith("Anna-")
    impostor = people.identify_subject(settled, "https://other.example", "s-1", "admin")
    assert impostor is not None
    assert impostor.user_id not in (first.user_id, LOCAL_USER_ID)
    assert not impostor.administrator and impostor.username.startswith("admin-")
    people.add_user(settled, "carla", administrator=True, issuer=issuer, subject="s-3")
    foreseen = people.identify_subject(settled, issuer, "s-3", "somebody")
    assert foreseen is not None and (foreseen.username, foreseen.administrator) == ("carla", True)
    with pytest.raises(ConflictError, match="anna is that subject"):
        people.add_user(settled, "dora", issuer=issuer, subject="s-1")
    group = people.add_group(settled, "ml-platform")
    member = people.identify_subject(settled, issuer, "s-1", "anna", ["ml-platform", "other"])
    assert member is not None and member.groups == (group.id,)
    people.change_user(settled, "anna", disabled=True)
    assert people.identify_subject(settled, issuer, "s-1", "anna") is None


def test_every_change_is_in_the_log(office: Desk) -> None:
    store = office.reg.store
    people.bootstrap(store)
    people.add_user(store, "anna")
    people.add_group(store, "team")
    people.join_group(store, "team", "anna")
    people.revoke_token(store, people.add_token(store, "anna", "laptop").token.id)
    people.change_user(store, "anna", full_name="Anna A.")
    people.change_user(store, "anna", full_name="Anna A.")
    records = lifecycle.list_audit(office.reg, office.alone().caller, AuditQuery(action=None))
    told = [(record["action"], record["kind"], record["chain"]) for record in reversed(records.items)]
    chain = ("people", office.reg.registry_id)
    assert told == [
        (action, *chain)
        for action in (
            "users.bootstrap",
            "users.add",
            "groups.add",
            "groups.join",
            "tokens.add",
            "tokens.revoke",
            "users.change",
        )
    ]
    assert all(record["actor"]["username"].startswith("lockyard admin") for record in records.items)
    assert lifecycle.list_audit(office.reg, office.caller, AuditQuery()).total == 0, "for administrators alone"
    proof = verify(store, None, ())
    assert proof.findings == [] and proof.objects == 6


@pytest.mark.parametrize(
    ("forgery", "what"),
    [
        ("UPDATE users SET administrator = true WHERE username = 'anna'", "changed"),
        ("UPDATE access_tokens SET revoked_at = NULL", "changed"),
        ("UPDATE access_tokens SET scope = 'write'", "changed"),
        ("DELETE FROM access_tokens", "removed"),
        ("DELETE FROM group_members", "removed"),
        (
            "INSERT INTO group_members SELECT group_members.group_id, users.id FROM group_members, users "
            "WHERE users.username = 'admin'",
            "changed",
        ),
        ("DELETE FROM audit WHERE kind = 'people'; DELETE FROM audit_heads WHERE kind = 'people'", "added"),
    ],
)
def test_forgeries_are_found(settled: Store, forgery: str, what: str) -> None:
    people.add_user(settled, "anna")
    people.add_group(settled, "team")
    people.join_group(settled, "team", "anna")
    people.revoke_token(settled, people.add_token(settled, "anna", "x", scope="read").token.id)
    assert verify(settled, None, ()).findings == []
    with settled.write() as tx:
        for statement in forgery.split("; "):
            tx.exec_driver_sql(statement)
    assert {finding.what for finding in verify(settled, None, ()).findings} == {what}


def test_people_move_with_their_registry(settled: Store, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    people.add_user(settled, "anna")
    people.add_group(settled, "team")
    people.join_group(settled, "team", "anna")
    token = people.add_token(settled, "anna", "laptop").secret
    export_registry(settled, tmp_path / "file")
    for target in (tmp_path / "new.db", request.getfixturevalue("postgres").new_database()):
        import_registry(tmp_path / "file", target)
        moved = Store.open(target)
        who = people.identify(moved, token)
        assert who is not None and who[0].username == "anna" and len(who[0].groups) == 1
        assert verify(moved, None, ()).findings == []
        moved.close()


def test_one_of_many_makes_the_first_administrator(location: Path | str, open_it: Callable[..., Registry]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = open_it(location=location).store

    def start(_: int) -> bool:
        try:
            people.bootstrap(store)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(start, range(8))) == [False] * 7 + [True]
    assert len(people.list_tokens(store)) == 1
