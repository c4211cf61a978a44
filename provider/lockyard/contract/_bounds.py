"""Finds what is too large in a document, before anything reads it."""

from __future__ import annotations

import types
import typing
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from pydantic import BaseModel

from ._errors import Problem
from ._limits import (
    DEFAULT_CHARACTERS,
    DEFAULT_ITEMS,
    LIMITS,
    MAX_DEPTH,
    MAX_KEY_CHARACTERS,
    MAX_PROBLEMS,
    MAX_UNKNOWN_KEYS,
    MAX_VALUES,
    TOTALS,
)

Loc = tuple[int | str, ...]


@dataclass(slots=True)
class Bound:
    """How much may stand at one place of a document.

    Attributes:
        kind: `text`, `list`, `map` (keys are the caller's), `model`, or `any`.
        most: characters, items or keys.
        item: the bound of each item, or value of a map.
        fields: of a model, by wire name.
        closed: a model that refuses unknown keys.
        name: of a model.
        total: how many of a model a document may hold in all; 0 for any number.
    """

    kind: str
    most: int = 0
    item: Bound | None = None
    fields: dict[str, Bound] = field(default_factory=dict[str, "Bound"])
    closed: bool = False
    name: str = ""
    total: int = 0


_ANY = Bound("any")


@cache
def bounds_of(model: type[BaseModel]) -> Bound:
    """The bounds of a model and of all below it.

    Args:
        model: the model.
    """
    closed = model.model_config.get("extra") == "forbid"
    bound = Bound("model", closed=closed, name=model.__name__, total=TOTALS.get(model.__name__, 0))
    for name, info in model.model_fields.items():
        wire = info.alias or name
        # A model that extends another one has the other's bounds.
        keys = [f"{cls.__name__}.{wire}" for cls in model.__mro__]
        stated = next((LIMITS[key] for key in keys if key in LIMITS), None)
        bound.fields[wire] = _bound(info.annotation, _longest(info.metadata), stated)
    return bound


def _bound(annotation: Any, own: int | None, stated: int | None = None) -> Bound:
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation, *metadata = typing.get_args(annotation)
            own = own or _longest(metadata)
        elif origin in (typing.Union, types.UnionType):
            annotation = next(arg for arg in typing.get_args(annotation) if arg is not type(None))
        else:
            break
    most = stated or own
    if annotation is str:
        return Bound("text", most or DEFAULT_CHARACTERS)
    if origin is list:
        return Bound("list", most or DEFAULT_ITEMS, _bound(typing.get_args(annotation)[0], None))
    if origin is dict:
        return Bound("map", most or DEFAULT_ITEMS, _bound(typing.get_args(annotation)[1], None))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return bounds_of(annotation)
    return _ANY


def _longest(metadata: typing.Iterable[Any]) -> int | None:
    found = [getattr(item, "max_length", None) for item in metadata]
    return next((length for length in found if length is not None), None)


def oversized(model: type[BaseModel], data: object) -> list[tuple[Loc, Problem]]:
    """What is too large in a document: a few, the first of them, each with its place as keys and indexes.

    It looks at no more than `MAX_VALUES` values, and never into what is too large.

    Args:
        model: the model that the document is for.
        data: the document.
    """
    walk = _Walk()
    found: list[tuple[Loc, Problem]] = []
    for loc, message, code in walk.over(bounds_of(model), data, ()):
        found.append((loc, Problem(".".join(map(str, loc)), message, code)))
        if not loc or len(found) > MAX_PROBLEMS:
            break
    return found


def too_many_values() -> Problem:
    """What a document is refused with that holds more than `MAX_VALUES`."""
    return Problem("", f"must hold at most {MAX_VALUES} values in all", "too_many_values")


class _Walk:
    def __init__(self) -> None:
        self._values = 0
        self._totals: Counter[str] = Counter()

    def over(self, bound: Bound, value: Any, loc: Loc) -> Iterator[tuple[Loc, str, str]]:
        self._values += 1
        if self._values > MAX_VALUES:
            problem = too_many_values()
            yield (), problem.message, problem.code
        elif bound.total and self._is_one_too_many(bound):
            yield (), f"must hold at most {bound.total} of {bound.name} in all", "too_many_values"
        elif isinstance(value, str):
            most = bound.most if bound.kind == "text" else DEFAULT_CHARACTERS
            if len(value) > most:
                yield loc, f"must have at most {most} characters", "string_too_long"
        elif isinstance(value, (list, dict)):
            if len(loc) >= MAX_DEPTH:
                yield loc, f"must not be nested more than {MAX_DEPTH} levels deep", "too_deep"
            elif isinstance(value, list):
                yield from self._list(bound, cast("list[Any]", value), loc)
            else:
                yield from self._object(bound, cast("dict[Any, Any]", value), loc)

    def _is_one_too_many(self, bound: Bound) -> bool:
        self._totals[bound.name] += 1
        return self._totals[bound.name] > bound.total

    def _list(self, bound: Bound, items: list[Any], loc: Loc) -> Iterator[tuple[Loc, str, str]]:
        most = bound.most if bound.kind == "list" else DEFAULT_ITEMS
        if len(items) > most:
            yield loc, f"must have at most {most} item(s), not {len(items)}", "too_long"
            return
        item = (bound.item if bound.kind == "list" else None) or _ANY
        for index, value in enumerate(items):
            yield from self.over(item, value, (*loc, index))

    def _object(self, bound: Bound, values: dict[Any, Any], loc: Loc) -> Iterator[tuple[Loc, str, str]]:
        if bound.kind == "model":
            unknown = [key for key in values if key not in bound.fields]
            most = MAX_UNKNOWN_KEYS if bound.closed else DEFAULT_ITEMS
        else:
            unknown = list(values)
            most = bound.most if bound.kind == "map" else DEFAULT_ITEMS
        if len(unknown) > most:
            what = "unknown fields" if bound.kind == "model" else "keys"
            yield loc, f"must have at most {most} {what}, not {len(unknown)}", "too_long"
            return
        if any(len(key) > MAX_KEY_CHARACTERS for key in unknown if isinstance(key, str)):
            yield loc, f"must have keys of at most {MAX_KEY_CHARACTERS} characters", "string_too_long"
            return
        for key, value in values.items():
            known = bound.fields.get(key) if bound.kind == "model" else bound.item
            # What no model knows is refused, or passed over, as a whole.
            if known is not None or bound.kind != "model":
                yield from self.over(known or _ANY, value, (*loc, key))


def fewer(problems: list[Problem]) -> list[Problem]:
    """The first problems, and how many more there are: a refusal is bounded, too."""
    more = len(problems) - MAX_PROBLEMS
    if more <= 0:
        return problems
    return [*problems[:MAX_PROBLEMS], Problem("", f"and {more} more problems", "more_problems")]
