"""A Pulumi program under mocks: what it registers, with which options, and what it warns about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pulumi
import pulumi.runtime
import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.output import _OutputData  # pyright: ignore[reportPrivateUsage]
from pulumi.runtime import mocks, rpc

_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"


@dataclass
class Registered:
    """One resource as the engine would see it."""

    type: str
    name: str
    request: Any
    """The call itself: options, parent, dependencies."""

    @property
    def sent(self) -> dict[str, Any]:
        """The inputs with the marks of secrets and unknowns, without the provider."""
        message = getattr(self.request, "object", None) or self.request.properties
        inputs = cast("dict[str, Any]", MessageToDict(message))
        return {key: value for key, value in inputs.items() if key != "__provider"}

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs without any mark; numbers are doubles, as on the wire."""
        return cast("dict[str, Any]", _unmarked(self.sent))

    def is_secret(self, path: str) -> bool:
        """Whether the value there is marked as a secret itself."""
        value = self._at(path)
        return isinstance(value, dict) and _SIGNATURE_KEY in value

    def is_unknown(self, path: str) -> bool:
        """Whether the value there is not known yet."""
        return bool(_unmarked(self._at(path)) == rpc.UNKNOWN)

    def _at(self, path: str) -> Any:
        value: Any = self.sent
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
        return value


@dataclass
class Run:
    """What one run of a program did."""

    resources: list[Registered] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def __getitem__(self, type_name: str) -> Registered:
        found = [resource for resource in self.resources if resource.type.endswith(f":{type_name}")]
        assert len(found) == 1, f"{len(found)} resources of type {type_name}"
        return found[0]

    def named(self, type_name: str, name: str) -> Registered:
        """The one resource of this type and Pulumi name."""
        found = [one for one in self.resources if one.type.endswith(f":{type_name}") and one.name == name]
        assert len(found) == 1, f"{len(found)} resources {type_name} {name!r} among {self.names}"
        return found[0]

    @property
    def names(self) -> list[tuple[str, str]]:
        """Type and Pulumi name of everything that was registered, in that order."""
        return [(resource.type, resource.name) for resource in self.resources]


class Monitor(mocks.MockMonitor):
    """The SDK's monitor, but with the type chain of the real engine in every URN, and the requests kept."""

    def __init__(self, mock: mocks.Mocks) -> None:
        super().__init__(mock)
        self.requests: dict[tuple[str, str], Any] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        chain = parent.split("::")[2] if parent else ""
        qualified = f"{chain}${type_}" if chain and chain != "pulumi:pulumi:Stack" else type_
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{qualified}::{name}"

    def RegisterResource(self, request: Any) -> Any:
        self.requests[request.type, request.name] = request
        return super().RegisterResource(request)

    def ReadResource(self, request: Any) -> Any:
        self.requests[request.type, request.name] = request
        return super().ReadResource(request)


class Engine(mocks.Mocks):
    """Answers every registration with its inputs and the outputs a test gives."""

    def __init__(self, run: Run, outputs: Callable[[mocks.MockResourceArgs], dict[str, Any]]) -> None:
        self.run = run
        self.outputs = outputs
        self.monitor: Monitor | None = None

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        return {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        assert self.monitor is not None
        request = self.monitor.requests[args.typ, args.name]
        self.run.resources.append(Registered(args.typ, args.name, request))
        return args.resource_id or f"id-of-{args.name}", {**args.inputs, **self.outputs(args)}


Program = Callable[[], Any]


@pytest.fixture
def program() -> Iterator[Callable[..., Run]]:
    """Runs a program: `program(function, preview=False, config={}, secrets=[], organization="acme", outputs=...)`."""

    def run(
        function: Program,
        *,
        preview: bool = False,
        config: dict[str, str] | None = None,
        secrets: list[str] | None = None,
        organization: str = "acme",
        outputs: Callable[[mocks.MockResourceArgs], dict[str, Any]] = lambda args: {},
    ) -> Run:
        result = Run()
        engine = Engine(result, outputs)
        engine.monitor = Monitor(engine)
        logger = logging.Logger("pulumi-test")
        logger.addHandler(_Collect(result.warnings))
        pulumi.runtime.set_all_config(config or {}, secrets or [])
        pulumi.runtime.set_mocks(
            engine,
            project="shop",
            stack="dev",
            preview=preview,
            logger=logger,
            monitor=engine.monitor,
            organization=organization,
        )
        pulumi.runtime.test(function)()
        return result

    yield run
    pulumi.runtime.set_all_config({}, [])


class _Collect(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _unmarked(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        if _SIGNATURE_KEY in items:
            return _unmarked(items["value"])
        return {key: _unmarked(item) for key, item in items.items()}
    if isinstance(value, list):
        return [_unmarked(item) for item in cast("list[Any]", value)]
    return value


@pytest.fixture
def unknown() -> Callable[[], pulumi.Output[Any]]:
    """Makes an Output whose value a preview does not know."""

    def make() -> pulumi.Output[Any]:
        async def data() -> Any:
            return _OutputData(resources=set(), value=None, is_known=False, is_secret=False)

        return pulumi.Output._from_data(data())  # pyright: ignore[reportPrivateUsage]

    return make
