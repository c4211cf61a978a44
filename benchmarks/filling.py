"""Fills a registry with many artifacts by bulk inserts, so that its lists find what they would after as many calls.

What the lists look at is right and is checked at the end: rows, roles, scopes, counts, texts, tags. What they never
look at is left out (the audit log) or made up (content digests), so such a registry is for measuring only.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Table, func, insert, select

from lockyard_registry import Caller, Registry
from lockyard_registry.audit._derived import compare_derived
from lockyard_registry.audit._report import Proof
from lockyard_registry.lifecycle._slots import slot_of
from lockyard_registry.store import (
    EVERYTHING,
    artifact_counts,
    artifact_repositories,
    artifacts,
    facet_counts,
    group_members,
    recipient_holder,
    scope_of,
    scope_recipients,
    search_text,
    shared_roles,
    tags,
    timestamp,
    user_groups,
    users,
)

USERS, TEAMS = 300, 30
LONG, SHORT, GUESTS = 0, 1, 2
"""Numbers of the repositories with a set number of versions, and of the one that the guest sees."""

_GUESTS_VERSIONS = 20
_SEED = 20260930
_BATCH = 20_000
_START = datetime(2026, 1, 1, tzinfo=UTC)
_COMMON, _RARE_EVERY = "quantized", 10_000
_WORDS = ("ranking", "fraud", "speech", "vision", "pricing", "churn", "search", "summaries", "embeddings", "routing")
_Recipient = tuple[str, str]


@dataclass(frozen=True)
class Size:
    """How much there shall be.

    Attributes:
        artifacts: in all.
        repositories: in all.
        long: versions of repository `LONG`; 0 for as many as come to it.
        short: versions of repository `SHORT`.
    """

    artifacts: int
    repositories: int
    long: int = 0
    short: int = 0


@dataclass(frozen=True)
class World:
    """A filled registry and what to ask it.

    Attributes:
        registry: the registry.
        size: how much is in it.
        callers: by what they see: `administrator`, `many` (half), `some` (4 %), `few`.
        repositories: ids, by number.
        scopes: how many different sets of recipients there are.
        texts: texts to search by how often they occur: `common` and `rare`.
    """

    registry: Registry
    size: Size
    callers: dict[str, Caller]
    repositories: Sequence[str]
    scopes: int
    texts: dict[str, Sequence[str]]


@dataclass
class _People:
    """Ids of users and groups."""

    organization: str
    users: list[str] = field(default_factory=lambda: [_id("a", number) for number in range(USERS)])
    teams: list[str] = field(default_factory=lambda: [_id("b", number) for number in range(TEAMS)])
    many: str = field(default_factory=lambda: _id("c", 0))
    some: str = field(default_factory=lambda: _id("c", 1))

    def caller(self, number: int, *groups: str, administrator: bool = False) -> Caller:
        """A user as a server would recognise it."""
        address = "http://registry.example/api/v2"
        return Caller(self.users[number], f"user-{number}", address, groups=groups, administrator=administrator)

    def members(self) -> list[tuple[str, str]]:
        """Groups with their users: each is in a team, every fifth in another one, too; the first three are alone."""
        pairs = [(self.many, self.users[0]), (self.some, self.users[1])]
        for number in range(3, USERS):
            pairs.append((self.teams[number % TEAMS], self.users[number]))
            if number % 5 == 0:
                pairs.append((self.teams[(number + 7) % TEAMS], self.users[number]))
        return pairs

    def sharing(self, number: int, chance: random.Random) -> list[tuple[str, str, str]]:
        """Type, id and role of those whom a repository is shared with; its owner comes first."""
        # A few people own most of it.
        owner = 3 + int((USERS - 3) * chance.random() ** 2)
        roles = [("user", self.users[owner], "OWNER")]
        if chance.random() < 0.7:
            roles.append(("group", self.teams[owner % TEAMS], "EDITOR"))
        if chance.random() < 0.5:
            roles.append(("group", self.many, "CONSUMER"))
        if chance.random() < 0.04:
            roles.append(("group", self.some, "CONSUMER"))
        if chance.random() < 0.02:
            roles.append(("user", self.users[3 + (owner + 11) % (USERS - 3)], "EDITOR"))
        if chance.random() < 0.001:
            roles.append(("organization", self.organization, "CONSUMER"))
        if number == GUESTS:
            roles.append(("user", self.users[2], "CONSUMER"))
        return roles


@dataclass(frozen=True)
class _Repository:
    id: str
    type: str
    sharing: Sequence[tuple[str, str, str]]

    @property
    def owner(self) -> str:
        return self.sharing[0][1]

    @cached_property
    def recipients(self) -> Sequence[_Recipient]:
        return [(kind, who) for kind, who, _ in self.sharing]

    @cached_property
    def scope(self) -> str:
        return scope_of(self.recipients)


def fill(registry: Registry, size: Size, tell: Callable[[int], None] = lambda number: None) -> World:
    """Fills an empty registry.

    Args:
        registry: the registry.
        size: how much.
        tell: is told how many artifacts there are so far.
    """
    people = _People(registry.registry_id)
    chance = random.Random(_SEED)
    repositories = _repositories(people, size, chance)
    _add_people(registry, people)
    _add_repositories(registry, repositories, size)
    with _without_indexes(registry):
        _add_artifacts(registry, size, repositories, chance, tell)
    _settle(registry)
    return world_of(registry, size)


def world_of(registry: Registry, size: Size) -> World:
    """What to ask a registry that was filled."""
    people = _People(registry.registry_id)
    repositories = _repositories(people, size, random.Random(_SEED))
    return World(
        registry=registry,
        size=size,
        callers={
            "administrator": people.caller(3, administrator=True),
            "many": people.caller(0, people.many),
            "some": people.caller(1, people.some),
            "few": people.caller(2),
        },
        repositories=[each.id for each in repositories],
        scopes=len({each.scope for each in repositories}),
        texts={
            "common": [_COMMON],
            "rare": [f"tenant {number:07d}" for number in range(0, size.artifacts, min(_RARE_EVERY, size.artifacts))],
        },
    )


def wrong_totals(registry: Registry) -> list[str]:
    """What counts, scopes and the index of texts say otherwise than the rows themselves; empty if all is right."""
    proof = Proof(registry.registry_id)
    with registry.store.read() as tx:
        compare_derived(tx, proof)
        wrong = [finding.text for finding in proof.findings]
        by_index = select(func.count()).where(registry.store.containing(artifacts, _COMMON))
        by_looking = select(func.count()).where(artifacts.c.search_text.contains(_COMMON))
        if tx.execute(by_index).scalar_one() != tx.execute(by_looking).scalar_one():
            wrong.append("index of texts")
    return wrong


def _add_people(registry: Registry, people: _People) -> None:
    now = timestamp(_START)
    person = {"full_name": None, "email": None, "disabled": False, "issuer": None, "subject": None}
    groups = [*people.teams, people.many, people.some]
    with registry.store.write() as tx:
        tx.execute(
            insert(users),
            [
                {**person, "id": id, "username": f"user-{number}", "administrator": number == 3}
                | {"created_at": now, "updated_at": now}
                for number, id in enumerate(people.users)
            ],
        )
        tx.execute(insert(user_groups), [{"id": id, "name": f"group {id}", "created_at": now} for id in groups])
        tx.execute(insert(group_members), [{"group_id": group, "user_id": user} for group, user in people.members()])


def _repositories(people: _People, size: Size, chance: random.Random) -> list[_Repository]:
    made: list[_Repository] = []
    for number in range(size.repositories):
        sharing = people.sharing(number, chance)
        made.append(_Repository(_id("d", number), "nim" if chance.random() < 0.3 else "service", sharing))
    return made


def _add_repositories(registry: Registry, repositories: Sequence[_Repository], size: Size) -> None:
    rows: dict[Table, list[dict[str, Any]]] = {artifact_repositories: [], shared_roles: [], scope_recipients: []}
    known: set[str] = set()
    now = timestamp(_START)
    for number, each in enumerate(repositories):
        name = f"{_WORDS[number % len(_WORDS)]}-{number:05d}"
        rows[artifact_repositories].append(
            {
                **{"id": each.id, "name": name, "type": each.type, "explicit": True, "origin": None, "claim": 0},
                **{"last_version_number": size.artifacts, "visible_to": each.scope},
                **{"search_text": search_text(name, each.id), "creator_id": each.owner},
                **{"creator_username": each.owner, "created_at": now, "updated_at": now},
            }
        )
        rows[shared_roles] += [
            {
                **{"kind": "artifactRepositories", "object_id": each.id, "recipient_type": kind, "recipient_id": who},
                **{"recipient_name": who, "role": role, "granted_at": now},
            }
            for kind, who, role in each.sharing
        ]
        if each.scope not in known:
            known.add(each.scope)
            rows[scope_recipients] += [
                {"recipient_type": kind, "recipient_id": who, "scope": each.scope} for kind, who in each.recipients
            ]
    with registry.store.write() as tx:
        for table, of_table in rows.items():
            tx.execute(insert(table), of_table)


def _add_artifacts(
    registry: Registry,
    size: Size,
    repositories: Sequence[_Repository],
    chance: random.Random,
    tell: Callable[[int], None],
) -> None:
    counts: Counter[tuple[str, str, str, int]] = Counter()
    facets: Counter[tuple[str, str, str, str, str, str, int]] = Counter()
    versions: Counter[int] = Counter()
    order = _order(size, chance)
    for start in range(0, len(order), _BATCH):
        rows, marks = [], []
        for number, at in enumerate(order[start : start + _BATCH], start):
            repository = repositories[at]
            draft = at not in (LONG, SHORT) and chance.random() < 0.2
            versions[at] += not draft
            row = _artifact(number, repository, None if draft else versions[at])
            rows.append(row)
            found = list(_tags(number, row["id"]))
            marks += found
            slot = slot_of(repository.id, one_writer=registry.store.is_file)
            kind = (row["type"], row["status"], slot)
            people = [recipient_holder(*each) for each in repository.recipients]
            for holder in (EVERYTHING, repository.id, repository.scope, *people):
                counts[holder, *kind] += 1
            for facet in (
                ("creator", row["creator_username"], row["creator_id"]),
                ("repository", "", repository.id),
                *(("tags", tag["name"], tag["value"]) for tag in found),
            ):
                for holder in (EVERYTHING, repository.scope):
                    facets[holder, *facet, *kind] += 1
        with registry.store.write() as tx:
            tx.execute(insert(artifacts), rows)
            tx.execute(insert(tags), marks)
        tell(start + len(rows))
    with registry.store.write() as tx:
        tx.execute(
            insert(artifact_counts),
            [
                {"holder": holder, "type": type, "status": status, "slot": slot, "number": number}
                for (holder, type, status, slot), number in counts.items()
            ],
        )
        columns = [column.name for column in facet_counts.c]
        rows = [dict(zip(columns, (*key, number), strict=True)) for key, number in sorted(facets.items())]
        for start in range(0, len(rows), _BATCH):
            tx.execute(insert(facet_counts), rows[start : start + _BATCH])


def _order(size: Size, chance: random.Random) -> list[int]:
    """The repository of each artifact in the order of time: some have many, most have few, all of them are mixed."""
    lengths = {LONG: size.long, SHORT: size.short, GUESTS: _GUESTS_VERSIONS}
    fixed = [number for number, length in lengths.items() for _ in range(length)]
    every = [number for number in range(size.repositories) if not lengths.get(number)]
    weights = [chance.paretovariate(1.2) for _ in every]
    order = fixed + every + chance.choices(every, weights, k=size.artifacts - len(fixed) - len(every))
    chance.shuffle(order)
    return order


def _artifact(number: int, repository: _Repository, version: int | None) -> dict[str, Any]:
    now = timestamp(_START + timedelta(seconds=number))
    id, name = _id("e", number), f"{_WORDS[number % len(_WORDS)]}-{number % 997}"
    how = _COMMON if number % 5 == 0 else "plain"
    description = f"Model of tenant {number:07d}, {how}"
    return {
        "id": id,
        "repository_id": repository.id,
        "name": name,
        "description": description,
        "type": repository.type,
        "status": "draft" if version is None else "locked",
        "version": version,
        "spec": _spec(number),
        "content_digest": f"v1:{number:064x}",
        "revision": 1,
        "edit_key": None,
        "claim": 0,
        "visible_to": repository.scope,
        "search_text": search_text(name, description, id),
        "creator_id": repository.owner,
        "creator_username": repository.owner,
        "created_at": now,
        "updated_at": now,
    }


def _spec(number: int) -> dict[str, Any]:
    settings = [{"name": f"SETTING_{each}", "value": f"value {each} of tenant {number}"} for each in range(6)]
    container = {
        "name": "server",
        "imageUri": f"registry.example/models/model@sha256:{number:064x}",
        "port": 8000,
        "primary": True,
        "environmentVars": settings,
        "readinessProbe": {"path": "/ready", "port": 8000},
    }
    return {"containerGroups": [{"name": "default", "containers": [container]}]}


def _tags(number: int, id: str) -> Iterator[dict[str, Any]]:
    """A tenth has a stage, one in a hundred a ticket of which there are ten artifacts."""
    found: list[tuple[str, str]] = []
    if number % 10 == 0:
        found.append(("stage", ("production", "test", "development")[number // 10 % 3]))
    if number % 100 == 0:
        found.append(("ticket", f"T-{number // 1000}"))
    for position, (name, value) in enumerate(found):
        tag = {"id": _id("f", number * 2 + position), "kind": "artifacts", "object_id": id}
        yield {**tag, "position": position, "name": name, "value": value}


def _id(kind: str, number: int) -> str:
    """An id that sorts by its number, as those of a registry sort by time."""
    return f"{int(_START.timestamp()) + number:08x}{kind * 10}{number % 2**24:06x}"


@contextmanager
def _without_indexes(registry: Registry) -> Iterator[None]:
    """Makes the indexes of the large tables at the end only: much faster than row by row."""
    postgres = registry.location.startswith("postgresql")
    names = ("artifacts", "tags")
    if postgres:
        wanted = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN {} AND indexname LIKE 'ix%%'"
    else:
        wanted = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN {}"
    with registry.store.write() as tx:
        indexes = tx.exec_driver_sql(wanted.format(names)).all()
        for name, _ in indexes:
            tx.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, statement in indexes:
        with registry.store.write() as tx:
            tx.exec_driver_sql(statement)


def _settle(registry: Registry) -> None:
    """Does what PostgreSQL does by itself in the minutes after such growth; SQLite does nothing of the kind."""
    url = registry.location
    if url.startswith("postgresql"):
        import psycopg  # only needed there

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
