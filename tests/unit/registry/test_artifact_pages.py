"""Totals and pages of the artifact list: they come from counts and runs, and must be what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select
from tests.unit.registry.builders import Desk
from tests.unit.registry.statements import statements

from lockyard.contract import ArtifactQuery, Json, NotFoundError, TagsInput, parse, parse_query
from lockyard_registry import lifecycle
from lockyard_registry.store import (
    EVERYTHING,
    artifact_counts,
    artifacts,
    facet_counts,
    metadata,
    recipient_holder,
    scope_recipients,
    tags,
)

REPOSITORIES = [f"{number:x}" * 24 for number in range(1, 6)]
ORGANIZATION = "organization"


def counts_are_right(tx: Connection) -> None:
    """The counts are those of the artifacts that there are."""
    expected: dict[tuple[str, str, str], int] = {}
    columns = (artifacts.c.repository_id, artifacts.c.visible_to, artifacts.c.type, artifacts.c.status)
    recipients: dict[str, list[str]] = {}
    for row in tx.execute(select(scope_recipients)):
        recipients.setdefault(row.scope, []).append(recipient_holder(row.recipient_type, row.recipient_id))
    for repository, scope, type, status, number in tx.execute(select(*columns, func.count()).group_by(*columns)):
        for holder in (EVERYTHING, repository, scope, *recipients[scope]):
            expected[holder, type, status] = expected.get((holder, type, status), 0) + number
    found = tx.execute(
        select(
            artifact_counts.c.holder,
            artifact_counts.c.type,
            artifact_counts.c.status,
            func.sum(artifact_counts.c.number),
        ).group_by(artifact_counts.c.holder, artifact_counts.c.type, artifact_counts.c.status)
    )
    assert {(row[0], row[1], row[2]): row[3] for row in found if row[3]} == expected


def facet_counts_are_right(tx: Connection) -> None:
    """The counts of facets are those of the artifacts and tags that there are, and of nothing that there was."""
    tagged: dict[str, set[tuple[str, str]]] = {}
    for tag in tx.execute(select(tags)):
        tagged.setdefault(tag.object_id, set()).add((tag.name, tag.value))
    expected: Counter[tuple[str, ...]] = Counter()
    for row in tx.execute(select(artifacts)):
        facets = [
            ("creator", row.creator_username, row.creator_id),
            ("repository", "", row.repository_id),
            *(("tags", name, value) for name, value in tagged.get(row.id, ())),
        ]
        for holder in (EVERYTHING, row.visible_to):
            for facet in facets:
                expected[holder, *facet, row.type, row.status] += 1
    found: Counter[tuple[str, ...]] = Counter()
    for *key, _, number in tx.execute(select(facet_counts)):
        assert number
        found[*key] += number
    assert found == expected


def check_counts(desk: Desk) -> None:
    with desk.reg.store.read() as tx:
        counts_are_right(tx)
        facet_counts_are_right(tx)


@pytest.fixture
def shared(office: Desk) -> Desk:
    """Five repositories: of the caller, and what others share in various ways; two of them are foreign."""
    owners = [office, office, *(office.other(name) for name in ("bob", "cyd", "dan"))]
    for number, (id, owner) in enumerate(zip(REPOSITORIES, owners, strict=True)):
        owner.put(id, name=f"r{number}", type="nim" if number == 1 else "service")
        for version in range(4):
            kind = "nim" if number == 1 else "service"
            fields: Json = {"status": "locked"} if version % 2 else {}
            made = owner.artifact(
                name=f"a{number}{version}", type=kind, artifactRepositoryId=id, description=str(version), **fields
            )
            assert made["artifactRepositoryId"] == id
            office.clock.advance(0.25 * ((number + version) % 3))
    owners[2].share(office.caller.user_id, "CONSUMER", id=REPOSITORIES[2])
    owners[2].share("cyd", "EDITOR", id=REPOSITORIES[2])
    owners[3].share_with(
        {"id": office.reg.registry_id, "role": "CONSUMER", "shareRecipientType": ORGANIZATION}, id=REPOSITORIES[3]
    )
    for number, groups in ((0, "red"), (1, "red blue"), (2, "blue green")):
        for group in groups.split():
            entry = {"id": group, "role": "CONSUMER", "shareRecipientType": "group"}
            owners[number].share_with(entry, id=REPOSITORIES[number])
    # Seen twice over, counted once.
    owners[3].share(office.caller.user_id, "CONSUMER", id=REPOSITORIES[3])
    return office


def callers(desk: Desk) -> Iterator[Desk]:
    """Who sees much, little, all, nothing; and who sees the same twice over, through groups."""
    yield desk
    yield desk.alone()
    for name in ("bob", "cyd", "dan", "eve"):
        yield desk.other(name)
    for groups in (("red",), ("red", "blue"), ("green", "blue", "red")):
        yield replace(desk, caller=replace(desk.other("eve").caller, groups=groups))
        yield replace(desk, caller=replace(desk.other("cyd").caller, groups=groups))


def everything(desk: Desk, **query: Any) -> list[Json]:
    """What matches, found page by page; each page tells the same total."""
    found: list[Json] = []
    while True:
        asked = parse_query(ArtifactQuery, {"limit": 7, "offset": len(found), **query})
        page = lifecycle.list_artifacts(desk.reg, desk.caller, asked)
        found += page.items
        if not page.items:
            assert page.total == len(found)
            return found


FIELDS = {"repositoryId": "artifactRepositoryId"}
FILTERS: list[Json] = [
    *({"type": type, "status": status} for type in (None, "service", "nim") for status in (None, "draft", "locked")),
    *({"repositoryId": id} for id in (*REPOSITORIES, "f" * 24)),
    {"repositoryId": REPOSITORIES[0], "status": "draft"},
    {"repositoryId": REPOSITORIES[0], "type": "nim"},
]


@pytest.mark.parametrize(
    ("order", "little", "walk"),
    [
        *(("-createdAt", little, walk) for little, walk in ((0, 1), (99, 0), (99, 1), (99, 99))),
        *(("createdAt", little, walk) for little, walk in ((0, 1), (99, 0), (99, 99))),
        ("name", 0, 1),
    ],
)
def test_pages_are_those_of_a_plain_filter(
    shared: Desk, order: str, little: int, walk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # From runs where there are few, in order until enough was visible, and sorted.
    monkeypatch.setattr("lockyard_registry.lifecycle._artifact_pages._WALK", walk)
    monkeypatch.setattr("lockyard_registry.lifecycle._artifact_pages._LITTLE", little)
    key = order.removeprefix("-")
    check_counts(shared)
    all_of_them = everything(shared.alone())
    assert len(all_of_them) == 20
    for desk in callers(shared):
        seen = {id for id in REPOSITORIES if desk.caller.administrator or _sees(desk, id)}
        for asked in FILTERS:
            filters = {name: value for name, value in asked.items() if value is not None}
            wanted = [
                item
                for item in all_of_them
                if item["artifactRepositoryId"] in seen
                and all(item[FIELDS.get(name, name)] == value for name, value in filters.items())
            ]
            wanted.sort(key=lambda item: (item[key], item["id"]), reverse=order.startswith("-"))
            found = everything(desk, orderBy=order, **filters)
            assert [item["id"] for item in found] == [item["id"] for item in wanted], (desk.caller, filters)


def _sees(desk: Desk, id: str) -> bool:
    try:
        desk.repository(id)
    except NotFoundError:
        return False
    return True


def test_counts_follow_every_change(shared: Desk) -> None:
    desk = shared.alone()
    id = lifecycle.list_artifacts(desk.reg, desk.caller, ArtifactQuery(status="draft", limit=1)).items[0]["id"]
    copy = lifecycle.clone_artifact(desk.reg, desk.caller, id, "copy")
    check_counts(desk)
    desk.patch(id, status="locked")
    check_counts(desk)
    lifecycle.delete_artifact(desk.reg, desk.caller, copy["id"])
    check_counts(desk)
    shared.share("bob", "NO_ROLE", id=REPOSITORIES[0])
    shared.share("bob", "EDITOR", id=REPOSITORIES[0])
    check_counts(desk)
    assert len(everything(shared.other("bob"))) == 12
    shared.share("bob", "NO_ROLE", id=REPOSITORIES[0])
    check_counts(desk)
    assert len(everything(shared.other("bob"))) == 8
    loose = shared.artifact()
    check_counts(desk)
    lifecycle.delete_artifact(desk.reg, desk.caller, loose["id"])
    lifecycle.delete_repository(desk.reg, desk.caller, REPOSITORIES[3], force=True)
    check_counts(desk)
    with desk.reg.store.read() as tx:
        holders = set(tx.execute(select(artifact_counts.c.holder)).scalars())
    assert not {loose["artifactRepositoryId"], REPOSITORIES[3]} & holders


def test_a_refused_change_counts_nothing(shared: Desk) -> None:
    with pytest.raises(Exception, match="not found"):
        shared.artifact(artifactRepositoryId="f" * 24)
    with pytest.raises(Exception, match="locked"):
        lifecycle.delete_repository(shared.reg, shared.caller, REPOSITORIES[0])
    check_counts(shared)


def test_only_repositories_are_counted_as_repositories(shared: Desk) -> None:
    with shared.reg.store.read() as tx:
        holders = set(tx.execute(select(artifact_counts.c.holder)).scalars()) - set(REPOSITORIES)
    assert EVERYTHING in holders and len(holders) > 1
    for holder in holders:
        for desk in (shared, shared.alone()):
            asked = ArtifactQuery(repository_id=holder)
            page = lifecycle.list_artifacts(desk.reg, desk.caller, asked, facets=["status"])
            assert (page.total, page.items, page.facets) == (0, [], {"status": []})


FACETS = ["status", "type", "creator", "tags", "repository"]


def facets_of(items: list[Json]) -> Json:
    """What the facets of these artifacts are: a plain count."""
    counted: dict[str, Counter[tuple[str, ...]]] = {name: Counter() for name in FACETS}
    for item in items:
        counted["status"][(item["status"],)] += 1
        counted["type"][(item["type"],)] += 1
        counted["creator"][item["creator"]["id"], item["creator"]["username"]] += 1
        counted["repository"][(item["artifactRepositoryId"],)] += 1
        counted["tags"].update({(tag["name"], tag["value"]) for tag in item["tags"]})
    keys = {"creator": ("value", "username"), "tags": ("name", "value")}
    return {
        name: [
            {**dict(zip(keys.get(name, ("value",)), key, strict=True)), "count": count}
            for key, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        ]
        for name, counts in counted.items()
    }


def tag(desk: Desk, id: str, *pairs: tuple[str, str]) -> None:
    body = parse(TagsInput, {"tags": [{"name": name, "value": value} for name, value in pairs]})
    lifecycle.replace_tags(desk.reg, desk.caller, "artifacts", id, body)


def test_facets_are_those_of_what_is_seen(shared: Desk) -> None:
    alone = shared.alone()
    for number, item in enumerate(everything(alone)):
        tag(alone, item["id"], ("stage", "test" if number % 3 else "production"), (f"n{number % 2}", "é"))
    check_counts(shared)
    for desk in callers(shared):
        for asked in FILTERS:
            filters = {name: value for name, value in asked.items() if value is not None}
            items = everything(desk, **filters)
            for query in (filters, {**filters, "search": "a"}):
                page = lifecycle.list_artifacts(
                    desk.reg, desk.caller, parse_query(ArtifactQuery, {"limit": 1, **query}), facets=FACETS
                )
                assert page.facets == facets_of(items), (desk.caller, query)


@pytest.mark.parametrize(("part", "little"), [(0, 0), (1, 0), (99, 0), (99, 99)])
def test_what_is_looked_for_is_found(shared: Desk, part: int, little: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the page is in the part of the list that is looked at first, or not, or nothing is looked at first."""
    monkeypatch.setattr("lockyard_registry.lifecycle._artifact_pages._LITTLE", little)
    monkeypatch.setattr("lockyard_registry.lifecycle._artifact_pages._PART", part)
    alone = shared.alone()
    for number, item in enumerate(everything(alone)):
        tag(alone, item["id"], ("stage", "test" if number % 3 else "production"), (f"n{number % 2}", "é"))
    for desk in callers(shared):
        for order in ("-createdAt", "createdAt", "name"):
            items = everything(desk, orderBy=order)
            for asked in (
                {"search": "A"},
                {"search": "a2"},
                {"search": "a13"},
                {"tagKeys": ["stage"], "tagValues": ["test"]},
                {"tagValues": ["é"], "search": "a"},
                {"createdBy": shared.caller.user_id},
                {"createdBy": "bob", "status": "draft", "type": "service"},
                {"search": "a", "type": "nim"},
                {"search": "a", "repositoryId": REPOSITORIES[0]},
            ):
                found = everything(desk, orderBy=order, **asked)
                wanted = [item["id"] for item in items if _matches(item, asked)]
                assert [item["id"] for item in found] == wanted, (desk.caller, order, asked)


def _matches(item: Json, asked: Json) -> bool:
    text = "\n".join((item["name"], item["description"], item["id"])).casefold()
    tags, creator = item["tags"], item["creator"]
    return (
        asked.get("search", "").casefold() in text
        and ("tagKeys" not in asked or any(each["name"] in asked["tagKeys"] for each in tags))
        and ("tagValues" not in asked or any(each["value"] in asked["tagValues"] for each in tags))
        and asked.get("createdBy", creator["id"]) in (creator["id"], creator["username"])
        and all(item[name] == asked.get(name, item[name]) for name in ("type", "status"))
        and asked.get("repositoryId", item["artifactRepositoryId"]) == item["artifactRepositoryId"]
    )


def test_facets_follow_every_change(shared: Desk) -> None:
    alone = shared.alone()
    first, second, *_ = everything(alone, status="draft", orderBy="createdAt")
    tag(alone, first["id"], ("stage", "test"), ("team", "a"))
    tag(alone, second["id"], ("stage", "test"))
    check_counts(shared)
    tag(alone, first["id"], ("stage", "production"), ("team", "a"))
    check_counts(shared)
    alone.patch(first["id"], status="locked")
    check_counts(shared)
    shared.share("eve", "CONSUMER", id=first["artifactRepositoryId"])
    check_counts(shared)
    seen = lifecycle.list_artifacts(shared.reg, shared.other("eve").caller, ArtifactQuery(), facets=["tags"])
    assert seen.facets is not None
    assert {(entry["name"], entry["value"]) for entry in seen.facets["tags"]} >= {("stage", "production")}
    lifecycle.clone_artifact(alone.reg, alone.caller, first["id"], "copy")
    lifecycle.delete_artifact(alone.reg, alone.caller, second["id"])
    check_counts(shared)
    lifecycle.delete_repository(alone.reg, alone.caller, REPOSITORIES[3], force=True)
    check_counts(shared)


def test_counts_stay_right_under_changes_at_once(shared: Desk) -> None:
    """Everybody counts in the same rows: of a tag, a creator, and those whom all is shared with."""
    alone = shared.alone()

    def change(number: int) -> None:
        repository = REPOSITORIES[(0, 2, 3)[number % 3]]
        for turn in range(3):
            made = alone.artifact(artifactRepositoryId=repository, description=f"{number} {turn}")
            tag(alone, made["id"], ("stage", "test"))
            if turn == 1:
                alone.share("eve", "NO_ROLE" if number % 2 else "CONSUMER", id=repository)
            if turn == 2:
                alone.patch(made["id"], status="locked")
            else:
                tag(alone, made["id"], ("stage", "production"))
                lifecycle.delete_artifact(alone.reg, alone.caller, made["id"])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(12)))
    check_counts(shared)
    assert len(everything(alone)) == 20 + 12


def test_a_long_list_is_not_counted(shared: Desk) -> None:
    """Neither the total nor a page looks at what is not on it: no statement counts artifacts."""
    with statements(shared.reg.store) as texts:
        for desk in (shared, shared.alone()):
            for query in ({}, {"type": "service"}, {"status": "locked"}, {"repositoryId": REPOSITORIES[0]}):
                lifecycle.list_artifacts(desk.reg, desk.caller, parse_query(ArtifactQuery, query))
    assert texts
    assert not [text for text in texts if "count(" in text and "FROM artifacts" in text]


def test_no_list_looks_through_a_table(desk: Desk) -> None:
    """SQLite finds all by indexes; only the artifacts themselves may be looked at in the order of the list."""
    desk.put(REPOSITORIES[0])
    desk.artifact(artifactRepositoryId=REPOSITORIES[0])
    desk.share("eve", "CONSUMER", id=REPOSITORIES[0])
    desk.share_with({"id": "b" * 24, "role": "EDITOR", "shareRecipientType": "group"}, id=REPOSITORIES[0])
    everybody = {"id": desk.reg.registry_id, "role": "CONSUMER", "shareRecipientType": ORGANIZATION}
    desk.share_with(everybody, id=REPOSITORIES[0])
    member = desk.other("eve")
    member = replace(member, caller=replace(member.caller, groups=("a" * 24, "b" * 24)))
    for subject in (desk.alone(), member):
        for asked in ({}, {"type": "service"}, {"status": "draft"}, {"tagKeys": "a", "status": "draft"}):
            with statements(desk.reg.store) as texts:
                query = parse_query(ArtifactQuery, asked)
                lifecycle.list_artifacts(subject.reg, subject.caller, query, facets=["tags", "creator"])
            with desk.reg.store.read() as tx:
                steps = [row[3] for text in texts for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]
            assert any("SEARCH" in step for step in steps)
            # The fronts of runs that are merged, and constants, are no tables.
            scans = [step for step in steps if step.startswith(tuple(f"SCAN {name}" for name in metadata.tables))]
            assert not [step for step in scans if not step.startswith("SCAN artifacts USING")], scans


texts = st.text(alphabet=st.sampled_from("aAbß-_%\"'ﬁÉé*(\\ \n中"), max_size=7)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(texts.filter(str.strip), min_size=1, max_size=4), wanted=texts.filter(bool))
def test_a_text_is_found_exactly(office: Desk, names: list[str], wanted: str) -> None:
    mine = [office.artifact(description=name) for name in names]
    query = ArtifactQuery(search=wanted, limit=100, ids=[item["id"] for item in mine])
    found = {item["id"] for item in lifecycle.list_artifacts(office.reg, office.caller, query).items}
    expected = {
        item["id"]
        for item in mine
        if wanted.casefold() in "\n".join((item["name"], item["description"], item["id"])).casefold()
    }
    assert found == expected
