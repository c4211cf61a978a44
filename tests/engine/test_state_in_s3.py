"""Pulumi's state in S3, as teams keep it; moto's server is the object store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer
from tests.engine.harness import Project
from tests.engine.harness.programs import lineage, workload

BUCKET = "team-state"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1"}


@pytest.fixture
def object_store() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=address,
        region_name=KEYS["AWS_REGION"],
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_bucket(Bucket=BUCKET)
    yield address
    client.close()
    server.stop()


def program(image: str, status: str = "locked") -> Callable[[], object]:
    return lambda: workload("chat", lineage("chat", image, status=status))


def test_a_stack_with_its_state_in_s3(make_project: Callable[..., Project], object_store: str) -> None:
    query = f"region={KEYS['AWS_REGION']}&endpoint={object_store}&s3ForcePathStyle=true"
    project = make_project(state=f"s3://{BUCKET}?{query}", variables=KEYS)

    project.up(program("registry.example/chat:1"))
    project.assert_empty_preview()
    shown = project.preview(program("registry.example/chat:2"))
    assert [(step.op, step.kind, step.replaces) for step in shown.changes] == [
        ("replace", "Artifact", ("spec",)),
        ("update", "Workload", ()),
    ]
    project.up()
    project.assert_empty_preview()
    assert sorted(item["version"] for item in project.registry.list_artifacts()) == [1, 2]
    assert list(project.scratch.glob("state/.pulumi/**/*.json")) == [], "the state is in S3 and nowhere else"

    project.destroy()
    assert list(project.registry.list_workloads()) == []
