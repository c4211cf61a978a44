# ruff: noqa: D102 - what each method does is the SDK's to say
"""The least a dynamic provider can do: it takes its properties, and answers them with as many outputs as Lockyard's."""

import uuid

from pulumi.dynamic import (
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

OUTPUTS = {"status": "x" * 9, "claim": 1, "registryId": "0" * 24, "registryEndpoint": "x" * 54, "etag": '"1"'}


class NoOpProvider(ResourceProvider):
    """Does nothing."""

    serialize_as_secret_always = False

    def check(self, _olds, news):
        return CheckResult(news, [])

    def diff(self, _id, _olds, _news):
        return DiffResult(changes=False)

    def create(self, props):
        return CreateResult(uuid.uuid4().hex[:24], {**OUTPUTS, **props})

    def read(self, id_, props):
        return ReadResult(id_, dict(props))

    def update(self, _id, _olds, _news):
        return UpdateResult({**OUTPUTS, **_news})

    def delete(self, _id, _props):
        return None


class NoOp(Resource, module="floor", name="NoOp"):
    """A resource with nothing behind it."""

    def __init__(self, name, props):
        super().__init__(NoOpProvider(), name, {**dict.fromkeys(OUTPUTS), **props})
