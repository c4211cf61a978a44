"""The form of a value on the wire, read off the contract models, so that no field is defined twice."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel


@dataclass(frozen=True)
class Leaf:
    """A value without names that belong to the contract."""


@dataclass(frozen=True)
class ListOf:
    """A list whose items have one form."""

    item: Shape


@dataclass(frozen=True)
class MapOf:
    """An object whose keys are the user's own."""

    value: Shape


@dataclass(frozen=True, eq=False)
class ObjectOf:
    """An object of the contract.

    Attributes:
        names: Wire name of every field, by its Python name.
        annotations: Type of every field, by its wire name. Several where a union offers alternatives.
    """

    names: Mapping[str, str]
    annotations: Mapping[str, tuple[Any, ...]]

    def wire_name(self, key: str) -> str:
        """The wire name of a field. An unknown one is only respelled, so that `check` reports it with its path."""
        if key in self.annotations:
            return key
        return self.names.get(key) or (to_camel(key) if "_" in key else key)

    def field(self, wire_name: str) -> Shape:
        """The form of a field; of one that does not exist, a leaf."""
        return _joined(self.annotations.get(wire_name, ()))


Shape = Leaf | ListOf | MapOf | ObjectOf

LEAF = Leaf()


def shape_of(annotation: Any) -> Shape:
    """The form of values of a type: a contract model, or anything a field of one may be annotated with."""
    return _joined((annotation,))


@cache
def _joined(annotations: tuple[Any, ...]) -> Shape:
    """The form shared by alternatives: all fields of the models among them, else the first list or map."""
    flat = [part for annotation in annotations for part in _alternatives(annotation)]
    models = [part for part in flat if isinstance(part, type) and issubclass(part, BaseModel)]
    if models:
        return _object(tuple(models))
    for part in flat:
        origin, arguments = get_origin(part), get_args(part)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return MapOf(shape_of(arguments[1]))
        if isinstance(origin, type) and issubclass(origin, Sequence):
            return ListOf(shape_of(arguments[0]))
    return LEAF


def _object(models: tuple[type[BaseModel], ...]) -> ObjectOf:
    names: dict[str, str] = {}
    annotations: dict[str, tuple[Any, ...]] = {}
    for model in models:
        for name, field in model.model_fields.items():
            wire = field.alias or to_camel(name)
            names[name] = wire
            annotations[wire] = (*annotations.get(wire, ()), field.annotation)
    return ObjectOf(names, annotations)


def _alternatives(annotation: Any) -> list[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _alternatives(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [part for argument in get_args(annotation) for part in _alternatives(argument)]
    return [annotation]
