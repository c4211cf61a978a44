"""Whether an answer has the JSON types that the contract's models of answers name, whoever gave it.

What a server leaves out or answers as null is borne: other implementations know less. Whoever then asks for it by
name gets an error of ours instead of a `KeyError`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin

from lockyard import contract
from lockyard.contract import Json, UnexpectedAnswerError

Found = tuple[str, str]
"""Where something is of another type, and what it should be."""
Look = Callable[[Any], Found | None]

_PLAIN: dict[Any, tuple[tuple[type, ...], str]] = {
    str: ((str,), "text"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
    dict: ((dict,), "an object"),
}


class Answered(dict[str, Any]):
    """A document that a server answered, or an object in it.

    Args:
        document: what it says.
        call: method and address of the call.
    """

    __slots__ = ("_call",)

    def __init__(self, document: Json, call: tuple[str, str]) -> None:
        super().__init__(document)
        self._call = call

    def __missing__(self, key: str) -> Any:
        raise _unexpected(self._call, f"without {key!r}")

    def __or__(self, other: Any) -> Any:
        # With other values it stays a document that says what it lacks.
        return Answered(dict(self) | other, self._call)

    def __reduce__(self) -> tuple[type, tuple[Json]]:
        return dict, (dict(self),)


def shaped(document: Json, model: str | None, method: str, url: str) -> Json:
    """The document, if its types are those of a model.

    Args:
        document: what was answered.
        model: name of the contract's model; None if there is none.
        method: HTTP method of the call, for errors.
        url: its address.

    Raises:
        UnexpectedAnswerError: a value has another type.
    """
    found = None if model is None else _model(getattr(contract, model))(document)
    if found is not None:
        raise _unexpected((method, url), f"whose {found[0]} is not {found[1]}")
    return cast("Json", _answered(document, (method, url)))


def _answered(value: Any, call: tuple[str, str]) -> Any:
    # Bodies are at most some hundred levels deep: deeper ones were refused before.
    if isinstance(value, dict):
        inner = cast("Json", value)
        return Answered({key: _answered(item, call) for key, item in inner.items()}, call)
    return [_answered(item, call) for item in cast("list[Any]", value)] if isinstance(value, list) else value


def _unexpected(call: tuple[str, str], why: str) -> UnexpectedAnswerError:
    method, url = call
    return UnexpectedAnswerError(
        f"{method} {url} answered a document {why}: the endpoint is no Workload API, or of another version",
        method=method,
        url=url,
    )


@cache
def _model(model: Any) -> Look:
    looks = {field.alias or name: _look(field.annotation) for name, field in model.model_fields.items()}
    never_null = {name for name, field in model.model_fields.items() if name == "id" and field.annotation is str}

    def look(value: Any) -> Found | None:
        if not isinstance(value, dict):
            return "", "an object"
        for name, of in looks.items():
            document = cast("Json", value)
            inner = document.get(name)
            # Without its id no object can be asked for again.
            found = None if inner is None and not (name in document and name in never_null) else of(inner)
            if found is not None:
                return f"{name}.{found[0]}".rstrip("."), found[1]
        return None

    return look


def _look(kind: Any) -> Look:
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        options = [_look(option) for option in of if option is not NoneType]
        return lambda value: _any(options, value)
    if origin is list:
        item = _look(of[0])
        return lambda value: _each(item, value)
    if hasattr(kind, "model_fields"):
        return _model(kind)
    plain = _PLAIN.get(origin or kind)
    if plain is None:
        return lambda value: None
    kinds, name = plain
    return lambda value: None if type(value) in kinds else ("", name)


def _any(options: list[Look], value: Any) -> Found | None:
    found = [option(value) for option in options]
    return None if None in found else found[0]


def _each(item: Look, value: Any) -> Found | None:
    if not isinstance(value, list):
        return "", "a list"
    for index, inner in enumerate(cast("list[Any]", value)):
        found = item(inner)
        if found is not None:
            return f"{index}.{found[0]}".rstrip("."), found[1]
    return None
