"""The argument classes and the contract models say the same."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from typing import Any

import pytest

import lockyard.resources as resources
from lockyard import contract
from lockyard.resources._arguments import Arguments
from lockyard.resources._shape import LEAF, ListOf, MapOf, ObjectOf, shape_of

PAIRS: dict[type[Arguments], Any] = {
    resources.ArtifactSpecArgs: contract.ArtifactSpec,
    resources.AutoscalingArgs: contract.Autoscaling,
    resources.AutoscalingPolicyArgs: contract.AutoscalingPolicy,
    resources.CapabilitiesArgs: contract.Capabilities,
    resources.CodeLocationArgs: contract.CodeLocation,
    resources.CodeRefArgs: contract.CodeRef,
    resources.ContainerArgs: contract.Container,
    resources.ContainerGroupArgs: contract.ContainerGroup,
    resources.ContainerOverrideArgs: contract.ContainerOverride,
    resources.DockerfileArgs: contract.Dockerfile,
    resources.EnvironmentVariableArgs: contract.EnvironmentVariable,
    resources.GroupRuntimeArgs: contract.GroupRuntime,
    resources.ImageBuildConfigArgs: contract.ImageBuildConfig,
    resources.NimStorageArgs: contract.NimStorage,
    resources.ProbeArgs: contract.Probe,
    resources.ResourceAllocationArgs: contract.ResourceAllocation,
    resources.SeccompProfileArgs: contract.SeccompProfile,
    resources.SecurityContextArgs: contract.SecurityContext,
    resources.SharedRoleArgs: contract.SharedRole,
    resources.WorkloadRuntimeArgs: contract.WorkloadRuntime,
}

NOT_FOR_USERS: dict[Any, set[str]] = {
    contract.AutoscalingPolicy: {"min_count", "max_count", "priority"},  # the old form of the group's own bounds (R98)
    contract.Container: {"build", "routes"},  # filled in by the server; refused by every server that we know
    contract.GroupRuntime: {"resolved_bundle"},  # filled in by the server
    contract.WorkloadRuntime: {"enclave_selection_policy", "enclaves"},  # accepted only as null
}
"""Fields of the models that nobody can use to declare something."""

WELL_KNOWN_EXAMPLES = [
    resources.ArtifactSpecArgs,
    resources.ContainerArgs,
    resources.EnvironmentVariableArgs,
    resources.ProbeArgs,
    resources.AutoscalingArgs,
    resources.SharedRoleArgs,
]


def every_pair() -> list[Any]:
    return [pytest.param(args, model, id=args.__name__) for args, model in PAIRS.items()]


def test_every_argument_class_is_compared() -> None:
    public = {value for name, value in vars(resources).items() if name.endswith("Args")}
    assert public == set(PAIRS)


@pytest.mark.parametrize(("args", "model"), every_pair())
def test_names_are_those_of_the_model(args: type[Arguments], model: Any) -> None:
    names = {field.name for field in dataclasses.fields(args)}  # type: ignore[arg-type]
    assert names == set(model.model_fields) - NOT_FOR_USERS.get(model, set())


@pytest.mark.parametrize(("args", "model"), every_pair())
def test_what_is_required_is_required_on_both_sides(args: type[Arguments], model: Any) -> None:
    required = {field.name for field in dataclasses.fields(args) if field.default is dataclasses.MISSING}  # type: ignore[arg-type]
    assert required == {name for name, field in model.model_fields.items() if field.is_required()}


@pytest.mark.parametrize(("args", "model"), every_pair())
def test_nesting_is_that_of_the_model(args: type[Arguments], model: Any) -> None:
    shape = shape_of(model)
    assert isinstance(shape, ObjectOf)
    for field in dataclasses.fields(args):  # type: ignore[arg-type]
        form = shape.field(shape.names[field.name])
        text = str(field.type)
        inner = [pair for pair in PAIRS if re.search(rf"\b{pair.__name__}\b", text)]
        if inner:
            (nested,) = inner
            held = form.item if isinstance(form, ListOf) else form
            assert isinstance(held, ObjectOf)
            assert set(held.names) == set(PAIRS[nested].model_fields), field.name
        else:
            assert not isinstance(form, ObjectOf), field.name
        assert ("Sequence" in text) == isinstance(form, ListOf), field.name
        if not inner:
            assert ("Mapping" in text) == isinstance(form, MapOf), field.name
        if form is LEAF:
            assert "Sequence" not in text, field.name


@pytest.mark.parametrize("args", PAIRS, ids=lambda args: args.__name__)
def test_every_field_and_class_has_a_docstring(args: type[Arguments]) -> None:
    assert args.__doc__
    (definition,) = ast.parse(inspect.getsource(args)).body
    assert isinstance(definition, ast.ClassDef)
    for statement, after in zip(definition.body, [*definition.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign):
            documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            assert documented, ast.unparse(statement)


@pytest.mark.parametrize("args", WELL_KNOWN_EXAMPLES, ids=lambda args: args.__name__)
def test_an_example_shows_the_class(args: type[Arguments]) -> None:
    assert f"{args.__name__}(" in (args.__doc__ or "").partition("Example:")[2]


def test_values_do_not_show_in_messages() -> None:
    variable = resources.EnvironmentVariableArgs(name="TOKEN", value="s3cret")
    assert repr(variable) == "EnvironmentVariableArgs(name=…, value=…)"


def test_argument_objects_cannot_be_changed() -> None:
    probe = resources.ProbeArgs(path="/")
    with pytest.raises(dataclasses.FrozenInstanceError):
        probe.path = "/other"  # type: ignore[misc]
