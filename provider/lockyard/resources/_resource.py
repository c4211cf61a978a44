"""What the four resources share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Self

import pulumi
import pulumi.dynamic
from pulumi.output import Unknown
from pydantic.alias_generators import to_snake

from lockyard.resources._options import checked_options, external
from lockyard.resources._settings import require_secret_token


class LockyardResource(pulumi.dynamic.Resource):
    """Base of the resources. Not for direct use, and its subclasses are final: a subclass of one would change its type.

    The properties are passed by the names of the state, and getters give them their Python names. The SDK's own
    hooks for renaming would be asked at every depth and so would also rename keys that the user chose.
    """

    _provider_class: ClassVar[type[pulumi.dynamic.ResourceProvider]]
    _inputs: ClassVar[tuple[str, ...]]
    """Names of the properties in the state that come from arguments."""
    _outputs: ClassVar[tuple[str, ...]]
    """Names of the properties in the state that only the provider fills in."""
    _is_read = False
    """Whether it comes from `get()`."""

    @classmethod
    def _type_token(cls) -> str:
        return f"pulumi-python:{cls._resource_type_name}"

    @classmethod
    def _label(cls, resource_name: str) -> str:
        return f"{cls.__name__} {resource_name!r}"

    @classmethod
    def _checked_options(cls, resource_name: str, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
        require_secret_token()
        names = _wire_names(*cls._inputs, *cls._outputs)
        return checked_options(opts, label=cls._label(resource_name), wire_names=names)

    def _register(self, resource_name: str, props: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        # The SDK answers only properties that are present, so outputs are passed as None. The dictionary must be
        # fresh: the SDK adds the provider to it.
        super().__init__(self._provider_class(), resource_name, {**dict.fromkeys(self._outputs), **props}, opts)

    def _output(self, name: str) -> pulumi.Output[Any]:
        # Inputs that were not given are not registered: each would cost the program as much as one that was.
        output = self.__dict__.get(name)
        if output is None:
            return pulumi.Output.from_input(None)
        return _absent_as_none(output, read=self.__dict__["registryId"]) if self._is_read else output

    @classmethod
    def _read(
        cls,
        resource_name: str,
        object_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None,
        *,
        secret_outputs: tuple[str, ...] = (),
    ) -> Self:
        """A resource that only reads an object by its id; nothing is created, changed or deleted."""
        checked = cls._checked_options(resource_name, opts)
        if secret_outputs:
            checked.additional_secret_outputs = [*(checked.additional_secret_outputs or []), *secret_outputs]
        resource = cls.__new__(cls)
        resource._is_read = True
        resource._register(resource_name, dict.fromkeys(cls._inputs), external(checked, object_id))
        # Some engines do not answer the id of a read, and the SDK then takes it as unknown in a preview,
        # which would show replacements that do not happen. It is the id that was asked for.
        resource.__dict__["id"] = resource.urn.apply(lambda _: object_id)
        return resource


class RegistryObject(LockyardResource):
    """Base of the resources that stand for an object of a registry.

    The SDK resolves the types of its getters in the module of the subclass, so they use only `pulumi` and builtins.
    """

    @property
    @pulumi.getter(name="adoptId")
    def adopt_id(self) -> pulumi.Output[str | None]:
        """Id of the object that was to be taken over."""
        return self._output("adoptId")

    @property
    @pulumi.getter(name="origin")
    def origin(self) -> pulumi.Output[str | None]:
        """Under which name the registry recognises this resource after a crash."""
        return self._output("origin")

    @property
    @pulumi.getter(name="originIsDefault")
    def origin_is_default(self) -> pulumi.Output[bool | None]:
        """Whether that name could be another person's, too; refused on a shared registry."""
        return self._output("originIsDefault")

    @property
    @pulumi.getter(name="registryId")
    def registry_id(self) -> pulumi.Output[str]:
        """Id of the registry the object lives in."""
        return self._output("registryId")

    @property
    @pulumi.getter(name="registryEndpoint")
    def registry_endpoint(self) -> pulumi.Output[str]:
        """Where that registry was reached: a URL or `embedded`."""
        return self._output("registryEndpoint")

    @property
    @pulumi.getter(name="claim")
    def claim(self) -> pulumi.Output[int | None]:
        """How often the object was claimed; an older claim deletes nothing. None on servers without claims."""
        return self._output("claim")


@cache  # once for a class and not for every resource: it was a twelfth of what a program of ours costs
def _wire_names(*names: str) -> Mapping[str, str]:
    """Names of the state by their names in Python."""
    return {to_snake(name): name for name in names}


def _absent_as_none(output: pulumi.Output[Any], *, read: pulumi.Output[str]) -> pulumi.Output[Any]:
    """An output of a resource that was read, with None for what the object does not have.

    In a preview the SDK takes absent outputs as unknown, but a read is done in previews, too: once it was (`read` is
    a property that every object has), what is absent is known to be absent.
    """

    def known(value: Any) -> Any:
        return None if isinstance(value, Unknown) else value

    return read.apply(lambda _: output.apply(known, run_with_unknowns=True))


def with_integers(value: Any) -> Any:
    """A value as the engine returns it, with whole numbers as `int` again: on the wire every number is a double."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: with_integers(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [with_integers(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
