"""The real plugin process, `python -m pulumi.dynamic`, driven over gRPC as the engine drives it."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import dill
import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

PROVIDER_KEY = "__provider"
DEADLINE_SECONDS = 60.0
URN = "urn:pulumi:dev::shop::pulumi-python:dynamic/lockyard:{kind}::thing"


class Plugin:
    """One plugin process.

    Args:
        scratch: A folder for the embedded registry and for code that a test puts into the process.
        config: The stack's configuration.
        variables: Environment variables besides the usual ones.
        patch: Python code that runs at the start of the process (a `sitecustomize`).
    """

    def __init__(
        self,
        scratch: Path,
        *,
        config: Mapping[str, str] | None = None,
        variables: Mapping[str, str] | None = None,
        patch: str | None = None,
    ) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "LOCKYARD_"))}
        for name in ("CI", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH"):
            environment.pop(name, None)
        environment |= {"PULUMI_PROJECT": "shop", "LOCKYARD_DATA_DIR": str(scratch / "registry")}
        if patch is not None:
            folder = scratch / "patch"
            folder.mkdir(parents=True, exist_ok=True)
            folder.joinpath("sitecustomize.py").write_text(patch)
            environment["PYTHONPATH"] = str(folder)
        self._environment = {**environment, **(variables or {})}
        self._config = {"lockyard:endpoint": "embedded"} if config is None else dict(config)
        self._log = scratch / "plugin.log"

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        port = int(self._process.stdout.readline())
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._call("Configure", provider_pb2.ConfigureRequest(args=struct(self._config)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._channel.close()
        self._process.kill()
        self._process.wait(timeout=10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def check(self, kind: str, news: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> Checked:
        """The engine's Check."""
        request = provider_pb2.CheckRequest(
            urn=URN.format(kind=kind),
            olds=struct(olds and with_provider(kind, olds)),
            news=with_provider_struct(kind, news),
        )
        answer = self._call("Check", request)
        return Checked(plain(answer.inputs), [(failure.property, failure.reason) for failure in answer.failures])

    def diff(self, kind: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Any:
        """The engine's Diff."""
        request = provider_pb2.DiffRequest(
            id="0" * 24,
            urn=URN.format(kind=kind),
            olds=with_provider_struct(kind, olds),
            news=with_provider_struct(kind, news),
        )
        return self._call("Diff", request)

    def create(self, kind: str, news: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The engine's Create."""
        request = provider_pb2.CreateRequest(urn=URN.format(kind=kind), properties=with_provider_struct(kind, news))
        answer = self._call("Create", request)
        return answer.id, plain(answer.properties)

    def update(self, kind: str, id: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
        """The engine's Update."""
        request = provider_pb2.UpdateRequest(
            id=id,
            urn=URN.format(kind=kind),
            olds=with_provider_struct(kind, olds),
            news=with_provider_struct(kind, news),
        )
        return plain(self._call("Update", request).properties)

    def read(self, kind: str, id: str, state: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The engine's Read."""
        request = provider_pb2.ReadRequest(
            id=id, urn=URN.format(kind=kind), properties=with_provider_struct(kind, state)
        )
        answer = self._call("Read", request)
        return answer.id, plain(answer.properties)

    def delete(self, kind: str, id: str, state: Mapping[str, Any]) -> None:
        """The engine's Delete."""
        request = provider_pb2.DeleteRequest(
            id=id, urn=URN.format(kind=kind), properties=with_provider_struct(kind, state)
        )
        self._call("Delete", request)

    def refusal(self, method: str, *arguments: Any) -> str:
        """The text of the error that a call ends with."""
        try:
            getattr(self, method)(*arguments)
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.UNKNOWN, error
            return str(error.details()).strip()
        raise AssertionError(f"{method} was not refused")

    def output(self) -> str:
        """What the process wrote to standard error."""
        return self._log.read_text()

    def _call(self, method: str, request: Any) -> Any:
        return getattr(self.stub, method)(request, timeout=DEADLINE_SECONDS)


class Checked:
    """Answer of Check: inputs as sent, and `(property, reason)` of every failure."""

    def __init__(self, inputs: dict[str, Any], failures: list[tuple[str, str]]) -> None:
        self.inputs, self.failures = inputs, failures


def pickled(kind: str) -> str:
    """The provider as today's SDK puts it into state."""
    from lockyard.dynamic import providers

    provider = getattr(providers, f"{kind}Provider")()
    return base64.b64encode(dill.dumps(provider, recurse=True)).decode()


def with_provider(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with the serialised provider, as every request has them."""
    return {PROVIDER_KEY: pickled(kind), **values}


def with_provider_struct(kind: str, values: Mapping[str, Any]) -> struct_pb2.Struct:
    """The same on the wire."""
    return struct(with_provider(kind, values))


def struct(values: Mapping[str, Any] | None) -> struct_pb2.Struct:
    """Properties on the wire."""
    return json_format.ParseDict(dict(values or {}), struct_pb2.Struct())


def plain(values: struct_pb2.Struct) -> dict[str, Any]:
    """Properties off the wire, without the provider; every number is a float there."""
    found = json_format.MessageToDict(values)
    found.pop(PROVIDER_KEY, None)
    return found
