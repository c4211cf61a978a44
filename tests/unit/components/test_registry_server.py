"""The RegistryServer component: its objects, their order, its outputs, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from tests.unit.program import Run

from lockyard.resources import InputError
from lockyard_components import Cluster, Exposure, Gateway, NodePool, RegistryServer, SecretReference

IMAGE = "registry.example/lockyard:0.1.0"
DATABASE = SecretReference(name="lockyard-database", key="url")
KEY = SecretReference(name="lockyard-key", key="key.pem")
SIGNED: dict[str, Any] = {"checkpoints": "s3://proofs/lockyard", "checkpoint_key": KEY}

Program = Callable[..., Run]


def cluster(**more: Any) -> Cluster:
    pool = NodePool(name="cpu", flavour="gke", node_cpu=7, node_memory="28GiB")
    return Cluster(name="main", pools=(pool,), namespace="lockyard", **more)


def server(where: Cluster | None = None, **more: Any) -> RegistryServer:
    return RegistryServer("registry", cluster=where or cluster(), **{"image": IMAGE, "database": DATABASE, **more})


def test_its_objects_and_their_order(program: Program) -> None:
    run = program(lambda: server(**SIGNED))
    kinds = [type_.rpartition(":")[2] for type_, _ in run.names]
    # What waits for the same comes in any order.
    assert kinds[0] == "RegistryServer"
    assert sorted(kinds[1:3]) == ["NetworkPolicy", "ServiceAccount"]
    assert kinds[3:5] == ["Job", "Deployment"]
    assert sorted(kinds[5:]) == ["PodDisruptionBudget", "Service"]
    depends = {urn.rpartition("::")[2] for urn in run["Deployment"].request.dependencies}
    assert "registry-migration" in depends
    assert {resource.request.parent.rpartition("::")[2] for resource in run.resources[1:]} == {"registry"}
    assert run.warnings == []


def test_the_namespace_comes_first_where_the_program_makes_it(program: Program) -> None:
    run = program(lambda: server(cluster(create_namespace=True)))
    for kind in ("ServiceAccount", "Job", "Deployment"):
        assert "lockyard" in {urn.rpartition("::")[2] for urn in run[kind].request.dependencies}


def test_without_checkpoints_it_says_what_is_not_proved(program: Program) -> None:
    [line] = program(server).warnings
    assert line.startswith("RegistryServer 'registry': no checkpoints are signed") and "checkpoint_key" in line


def test_outputs(program: Program) -> None:
    found: list[Any] = []

    def main() -> None:
        gateway = Gateway(name="edge", namespace="edge", domain="example.org")
        made = server(cluster(gateway=gateway), exposure=Exposure(), name="records")
        made.endpoint.apply(lambda endpoint: found.extend([endpoint, made.host]))

    program(main)
    assert found == ["http://records.lockyard.svc/api/v2", "records.lockyard.example.org"]


def test_an_image_that_is_still_built(program: Program, unknown: Callable[[], pulumi.Output[Any]]) -> None:
    run = program(lambda: server(image=unknown()), preview=True)
    for kind in ("Job", "Deployment"):
        assert run[kind].is_unknown("spec.template.spec.containers.0.image")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"image": ""}, "image must name an image"),
        ({"database": "postgresql://me:hunter2@db/lockyard"}, "database: must be a SecretReference, not str"),
        ({"replicas": "2"}, "replicas: must be a whole number, not str"),
        ({"callers": "ci"}, "callers: must be a list, not str"),
        ({"environment": {"A": 1}}, "environment.A: must be text or a SecretReference, not int"),
        ({"checkpoints": "s3://proofs"}, "checkpoint_key: is needed with checkpoints"),
        ({"exposure": Exposure()}, "exposure: cluster 'main' has no way in"),
    ],
)
def test_refusals_name_the_component_and_the_path(program: Program, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=r"^RegistryServer 'registry': ") as caught:
        program(lambda: server(**arguments))
    assert words in str(caught.value) and "hunter2" not in str(caught.value)


def test_without_a_cluster_it_renders(program: Program) -> None:
    run = program(lambda: server(cluster(render_to="rendered")))
    assert run.named("kubernetes", "lockyard-render").inputs["renderYamlToDirectory"] == "rendered"
