"""The base of all contract models: strict, closed, camelCase on the wire, and at ease with UNKNOWN."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Any, ClassVar, Final, Self, TypedDict, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError

from ._bounds import fewer, oversized
from ._compat import STRICT, Compat
from ._errors import Problem, ValidationFailedError
from ._limits import MAX_PROBLEMS
from ._messages import Loc, Redacted, located, sort_key
from ._unknown import UNKNOWN

Json = dict[str, Any]
"""A wire document: camelCase keys, plain JSON values."""


def as_object(value: object) -> Json:
    """The value when it is an object, else an empty one, for code that looks at raw input."""
    return cast("Json", value) if isinstance(value, dict) else {}


class _AnyImage:
    """Holds every image, for documents that already went through the registry."""

    def __contains__(self, image: object) -> bool:
        return True


ANY_STORED_IMAGE: Final[Container[object]] = _AnyImage()
"""Value of `stored_image_uris` that allows an image beside a build configuration everywhere (D7)."""


class RuleContext(TypedDict):
    """What rules may need to know beside the document."""

    compat: Compat
    stored_image_uris: Container[object]
    artifact_type: str | None
    bounded: bool


_DEFAULT_CONTEXT: Final = RuleContext(
    compat=STRICT, stored_image_uris=frozenset[object](), artifact_type=None, bounded=False
)


class ContractModel(BaseModel):
    """A wire document or a part of one.

    Unknown keys are refused. Types are strict: `"8080"` and `true` are no integers, but `8080.0` is, as JSON has one
    number type. `null` for a field that has a default and no `null` of its own means the default. UNKNOWN fits every
    field and every list item, and rules say nothing about it.

    Subclasses override `wire_input` (reshape raw input), `normalise` (fill in what the contract derives),
    `rule_problems` (rules over several fields) and `complete` (extend the full form).
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        allow_inf_nan=False,
        # A process that only needs a few models must not pay for all: schemas are built at first use.
        defer_build=True,
    )

    # Field name -> what null means: a function giving the default, or None where the field is required.
    _null_means: ClassVar[dict[str, Callable[[], Any] | None]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        table: dict[str, Callable[[], Any] | None] = {}
        for name, field in cls.model_fields.items():
            if field.is_required():
                table[name] = None
            elif field.default is not None:
                table[name] = _default_of(cls, name)
        cls._null_means = table

    @classmethod
    def wire_input(cls, data: Json, context: RuleContext) -> Json:
        """Reshape raw input before its fields are read; returns `data` itself or a changed copy."""
        return data

    def normalise(self, context: RuleContext) -> None:
        """Fill in what the contract derives from other fields."""

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        """What rules over several fields object to; paths are relative to this model."""
        return ()

    def complete(self, document: Json) -> None:
        """Add what the full form of this model has beyond its own fields; `document` is changed in place."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _unknown_and_null(cls, value: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        if value is UNKNOWN:
            return value
        if value is None:
            name = cast(str, info.field_name)
            if name in cls._null_means:
                default = cls._null_means[name]
                if default is None:
                    raise PydanticCustomError("missing", "Field required")
                return default()
        return handler(value)

    @model_validator(mode="wrap")
    @classmethod
    def _unknown_and_rules(cls, data: Any, handler: Callable[[Any], Self], info: ValidationInfo) -> Self:
        if data is UNKNOWN:
            return data
        context = cast("RuleContext | None", info.context) or _DEFAULT_CONTEXT
        if isinstance(data, dict):
            data = cls.wire_input(cast(Json, data), context)
        model = handler(data)
        model.normalise(context)
        problems = model.rule_problems(context)
        if problems:
            raise_problems(cls.__name__, problems)
        return model


def _default_of(cls: type[ContractModel], name: str) -> Callable[[], Any]:
    def default() -> Any:
        return cls.model_fields[name].get_default(call_default_factory=True, validated_data={})

    return default


def raise_problems(title: str, problems: Iterable[Problem]) -> None:
    """Raise problems as pydantic line errors, so that an enclosing model puts its own path before theirs."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(cast("Any", problem.code), "{message}", {"message": problem.message}),
            loc=tuple(int(part) if part.isdecimal() else part for part in problem.path.split("."))
            if problem.path
            else (),
            input=None,
        )
        for problem in problems
    ]
    if details:
        raise ValidationError.from_exception_data(title, details)


ModelT = TypeVar("ModelT", bound=ContractModel)


def parse(
    model: type[ModelT],
    data: object,
    *,
    compat: Compat = STRICT,
    prefix: str = "",
    stored_image_uris: Container[object] = frozenset(),
    artifact_type: str | None = None,
    bounded: bool = True,
) -> ModelT:
    """Read a wire document.

    Args:
        model: the model to read.
        data: the document; it is not changed.
        compat: relaxed rules.
        prefix: path of this document inside the one the user knows, put before every problem's path.
        stored_image_uris: images that may stand beside a build configuration, being what the registry stored there
            (D7).
        artifact_type: type of the artifact that a spec without a type of its own is for.
        bounded: whether the document must keep within `LIMITS`; what is stored already need not.

    Raises:
        ValidationFailedError: with all problems of the document, rules over several fields included.
    """
    context = RuleContext(
        compat=compat, stored_image_uris=stored_image_uris, artifact_type=artifact_type, bounded=bounded
    )
    large = oversized(model, data) if bounded else []
    if large:
        problems = _all_problems(model, data, context, large)
        raise ValidationFailedError(problems=fewer([p.under(prefix) for p in problems]))
    try:
        return model.model_validate(data, by_alias=True, by_name=False, context=context)
    except ValidationError as error:
        problems = _all_problems(model, data, context, error)
        raise ValidationFailedError(problems=fewer([p.under(prefix) for p in problems])) from None


def _all_problems(
    model: type[ContractModel],
    data: object,
    context: RuleContext,
    error: ValidationError | list[tuple[Loc, Problem]],
) -> list[Problem]:
    """Every problem, also those of rules that could not run because a field they read was wrong.

    UNKNOWN fits everywhere and silences the rules that need the value, so putting it in the place of every refused
    value and reading again brings up exactly the problems that do not follow from those already found. What is too
    large is found first, and never read.
    """
    redacted = Redacted(data)
    found: dict[Problem, Loc] = {}
    if isinstance(error, list):
        found = {problem: loc for loc, problem in error}
        for loc, _ in error:
            redacted.forget(loc, remove=False)
        if len(found) > MAX_PROBLEMS or () in found.values():
            return list(found)
        try:
            model.model_validate(redacted.data, by_alias=True, by_name=False, context=context)
            return list(found)
        except ValidationError as first:
            error = first
    while True:
        known = len(found)
        for item in located(model, error):
            found.setdefault(item.problem, item.loc)
            redacted.forget(item.loc, remove=item.remove)
        if len(found) == known or len(found) > MAX_PROBLEMS:
            break
        try:
            model.model_validate(redacted.data, by_alias=True, by_name=False, context=context)
        except ValidationError as again:
            error = again
        else:
            break
    return sorted(found, key=lambda problem: sort_key(found[problem]))


def dump(model: ContractModel) -> Json:
    """The full wire form.

    Every field, defaults included, camelCase. UNKNOWN stays in place, user-chosen keys stay as they are.
    """
    document = model.model_dump(by_alias=True, warnings=False)
    model.complete(document)
    return document


def compact(model: ContractModel) -> Json:
    """The wire form without fields that equal their default, at every depth; reading it again gives an equal model."""
    return model.model_dump(by_alias=True, exclude_defaults=True, warnings=False)
