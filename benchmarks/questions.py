"""What is asked of a registry with few and of one with many artifacts, and how long the answers take."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from answers import Answers
from filling import LONG, SHORT, World
from percentiles import percentile

from lockyard.contract import ArtifactQuery
from lockyard_registry import lifecycle

MOST, LEAST, SECONDS = 60, 5, 10.0
"""How often a question is asked at most and at least, and how long it is asked anew."""

Asking = tuple[ArtifactQuery, tuple[str, ...]]
"""A query with the facets that are asked for."""


@dataclass(frozen=True)
class Question:
    """One kind of query.

    Attributes:
        name: in words.
        caller: who asks; a key of `World.callers`.
        make: a query of this kind for one of the registries; every one shall be another where that is possible.
        aim: whether the aim for lists holds for it.
        within: it is about parts of the large registry alone, and this one makes what is compared with.
    """

    name: str
    caller: str
    make: Callable[[World, random.Random], Asking]
    aim: bool = False
    within: Callable[[World, random.Random], Asking] | None = None


@dataclass(frozen=True)
class Times:
    """What the answers to a question took.

    Attributes:
        seconds: of each.
        total: how many artifacts matched, of the last one.
    """

    seconds: Sequence[float]
    total: int

    @property
    def p50(self) -> float:
        """The middle."""
        return percentile(self.seconds, 0.5)

    @property
    def p95(self) -> float:
        """What 95 of 100 did not exceed."""
        return percentile(self.seconds, 0.95)


class Pair(NamedTuple):
    """What a question took of the small registry and of the large one."""

    few: Times
    many: Times


class Took(NamedTuple):
    """What a question took of the server, and of the function behind it alone."""

    answer: Pair
    function: Pair


class Asked(NamedTuple):
    """A registry that is asked: itself, and as its server answers."""

    world: World
    answers: Answers


def ask(question: Question, small: Asked, large: Asked) -> Took:
    """Asks both registries in turn, so that what else the machine does hits both."""
    chance = random.Random(1)
    first = (large, question.within) if question.within else (small, question.make)
    pair = (first, (large, question.make))
    ways = (_answer, _function)
    taken: list[list[list[float]]] = [[[], []] for _ in ways]
    totals: list[list[int]] = [[0, 0] for _ in ways]
    for registry, make in pair:
        asking = make(registry.world, chance)
        for way in ways:
            way(question, registry, asking)
    deadline = time.monotonic() + SECONDS
    order = list(enumerate(ways))
    while len(taken[0][0]) < LEAST or (len(taken[0][0]) < MOST and time.monotonic() < deadline):
        # What was just read is read faster.
        order.reverse()
        for at, (registry, make) in enumerate(pair):
            asking = make(registry.world, chance)
            for number, way in order:
                seconds, totals[number][at] = way(question, registry, asking)
                taken[number][at].append(seconds)
    return Took(*(Pair(*map(Times, *each)) for each in zip(taken, totals, strict=True)))


def _answer(question: Question, registry: Asked, asking: Asking) -> tuple[float, int]:
    return registry.answers.ask(question.caller, *asking)


def _function(question: Question, registry: Asked, asking: Asking) -> tuple[float, int]:
    query, facets = asking
    caller = registry.world.callers[question.caller]
    started = time.perf_counter()
    page = lifecycle.list_artifacts(registry.world.registry, caller, query, facets=facets)
    return time.perf_counter() - started, page.total


def _plain(**fields: object) -> Callable[[World, random.Random], Asking]:
    query = ArtifactQuery.model_validate(fields)
    return lambda world, chance: (query, ())


def _facets(*names: str) -> Callable[[World, random.Random], Asking]:
    query = ArtifactQuery.model_validate({})
    return lambda world, chance: (query, names)


def _in_a_repository(world: World, chance: random.Random) -> Asking:
    return ArtifactQuery.model_validate({"repositoryId": chance.choice(world.repositories)}), ()


def _text(kind: str) -> Callable[[World, random.Random], Asking]:
    return lambda world, chance: (ArtifactQuery.model_validate({"search": chance.choice(world.texts[kind])}), ())


def _ticket(world: World, chance: random.Random) -> Asking:
    ticket = f"T-{chance.randrange(max(1, world.size.artifacts // 1000))}"
    return ArtifactQuery.model_validate({"tagKeys": ["ticket"], "tagValues": [ticket]}), ()


def _page_of(repository: int, where: str) -> Callable[[World, random.Random], Asking]:
    def make(world: World, chance: random.Random) -> Asking:
        length = world.size.long if repository == LONG else world.size.short
        offset = {"first": 0, "middle": length // 2 // 10 * 10, "last": max(0, length - 10)}[where]
        # A page of five, so that the short repository has a middle, too.
        return ArtifactQuery.model_validate(
            {"repositoryId": world.repositories[repository], "offset": min(offset, length - 5), "limit": 5}
        ), ()

    return make


CALLERS = ("administrator", "many", "some", "few")
_SEEN = {"some": 30, "few": 20}
"""How long a page those ask for who see less than a hundred of a thousand artifacts."""


def _lists() -> Iterator[Question]:
    for caller in CALLERS:
        # Of the other type *few* sees nothing in the small registry, and nothing would be compared with a page.
        type = "service" if caller == "few" else "nim"
        length = _SEEN.get(caller, 100)
        for words, make in (
            ("default list", _plain()),
            ("one status", _plain(status="draft")),
            ("one type", _plain(type=type)),
            ("one type and status", _plain(type=type, status="draft")),
        ):
            yield Question(f"{words}, {caller}", caller, make, aim=True)
        yield Question(f"list of {length}, {caller}", caller, _plain(limit=length))


QUESTIONS: tuple[Question, ...] = (
    *_lists(),
    Question("one repository, administrator", "administrator", _in_a_repository, aim=True),
    Question("one repository, many", "many", _in_a_repository, aim=True),
    *(
        Question(f"{words}, {caller}", caller, make)
        for words, make in (
            ("rare text", _text("rare")),
            ("common text (a fifth)", _text("common")),
            ("rare tag", _ticket),
            ("common tag (a thirtieth)", _plain(tagKeys=["stage"], tagValues=["production"])),
            ("facets status and type", _facets("status", "type")),
            ("facets tags, creator, repository", _facets("tags", "creator", "repository")),
        )
        for caller in ("administrator", "many", "few")
    ),
    *(
        Question(
            f"{where} page of a long repository, beside a short one",
            "administrator",
            _page_of(LONG, where),
            aim=True,
            within=_page_of(SHORT, where),
        )
        for where in ("first", "middle", "last")
    ),
)
