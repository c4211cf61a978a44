"""Arguments become the wire's names: objects, dictionaries, both mixed, Outputs and secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from lockyard.contract import ArtifactSpec, SharedRole, WorkloadRuntime
from lockyard.resources import (
    Artifact,
    ArtifactRepository,
    ArtifactSpecArgs,
    ContainerArgs,
    ContainerGroupArgs,
    EnvironmentVariableArgs,
    InputError,
    ProbeArgs,
    SharedRoleArgs,
)
from lockyard.resources._wire import to_wire


def spec_of(container: Any) -> dict[str, Any]:
    return {"container_groups": [{"containers": [container]}]}


def wired(container: Any) -> Any:
    return to_wire(ArtifactSpec, spec_of(container), path="spec")["containerGroups"][0]["containers"][0]


OBJECTS = ArtifactSpecArgs(
    container_groups=[
        ContainerGroupArgs(
            name="main",
            containers=[
                ContainerArgs(
                    image_uri="registry.example.com/a:1",
                    port=8080,
                    readiness_probe=ProbeArgs(path="/", http_headers={"X_Api_Key": "1", "initial_delay_seconds": "2"}),
                    environment_vars=[EnvironmentVariableArgs(name="log_level", value="a_b")],
                )
            ],
        )
    ]
)
DICTIONARIES = {
    "container_groups": [
        {
            "name": "main",
            "containers": [
                {
                    "image_uri": "registry.example.com/a:1",
                    "port": 8080,
                    "readiness_probe": {
                        "path": "/",
                        "http_headers": {"X_Api_Key": "1", "initial_delay_seconds": "2"},
                    },
                    "environment_vars": [{"name": "log_level", "value": "a_b"}],
                }
            ],
        }
    ]
}
WIRE = {
    "containerGroups": [
        {
            "name": "main",
            "containers": [
                {
                    "imageUri": "registry.example.com/a:1",
                    "port": 8080,
                    "readinessProbe": {
                        "path": "/",
                        "httpHeaders": {"X_Api_Key": "1", "initial_delay_seconds": "2"},
                    },
                    "environmentVars": [{"name": "log_level", "value": "a_b"}],
                }
            ],
        }
    ]
}


@pytest.mark.parametrize("value", [OBJECTS, DICTIONARIES, WIRE], ids=["objects", "dictionaries", "wire names"])
def test_all_spellings_give_the_same(value: Any) -> None:
    assert to_wire(ArtifactSpec, value, path="spec") == WIRE


def test_objects_and_dictionaries_may_be_mixed() -> None:
    mixed = ArtifactSpecArgs(
        container_groups=[{"containers": (ContainerArgs(image_uri="a", liveness_probe={"path": "/"}),)}]
    )
    assert to_wire(ArtifactSpec, mixed, path="spec") == {
        "containerGroups": [{"containers": [{"imageUri": "a", "livenessProbe": {"path": "/"}}]}]
    }


def test_values_that_are_not_set_are_left_out() -> None:
    assert wired({"name": None, "image_uri": "a", "readiness_probe": {"path": "/", "host": None}}) == {
        "imageUri": "a",
        "readinessProbe": {"path": "/"},
    }


def test_empty_and_false_values_stay() -> None:
    assert wired({"primary": False, "environment_vars": [], "description": ""}) == {
        "primary": False,
        "environmentVars": [],
        "description": "",
    }


def test_unknown_keys_are_respelled_and_passed_on() -> None:
    assert wired({"imge_uri": "a", "gpuType": "x"}) == {"imgeUri": "a", "gpuType": "x"}


def test_what_does_not_fit_is_passed_on() -> None:
    assert to_wire(ArtifactSpec, "text", path="spec") == "text"
    assert to_wire(ArtifactSpec, {"container_groups": {"containers": 1}}, path="spec") == {
        "containerGroups": {"containers": 1}
    }


def test_both_variants_of_a_build_are_known() -> None:
    build = {
        "dockerfile": {"source": "generated", "execution_environment_id": "a"},
        "code_ref": {"datarobot": {"catalog_id": "b"}},
    }
    assert wired({"image_build_config": build})["imageBuildConfig"] == {
        "dockerfile": {"source": "generated", "executionEnvironmentId": "a"},
        "codeRef": {"datarobot": {"catalogId": "b"}},
    }


def test_runtime() -> None:
    runtime = {
        "container_groups": [
            {
                "replica_count": 2,
                "autoscaling": {"policies": [{"scaling_metric": "cpuAverageUtilization", "target": 1}]},
                "containers": [{"name": "main", "resource_allocation": {"gpu_memory": "1GB"}}],
            }
        ]
    }
    assert to_wire(WorkloadRuntime, runtime, path="runtime") == {
        "containerGroups": [
            {
                "replicaCount": 2,
                "autoscaling": {"policies": [{"scalingMetric": "cpuAverageUtilization", "target": 1}]},
                "containers": [{"name": "main", "resourceAllocation": {"gpuMemory": "1GB"}}],
            }
        ]
    }


def test_roles_and_tags() -> None:
    roles = [
        SharedRoleArgs(share_recipient_type="user", username="ada", role="USER"),
        {"id": "1", "role": "OWNER", "share_recipient_type": "group"},
    ]
    assert to_wire(list[SharedRole], roles, path="sharedRoles") == [
        {"shareRecipientType": "user", "username": "ada", "role": "USER"},
        {"id": "1", "role": "OWNER", "shareRecipientType": "group"},
    ]
    assert to_wire(dict[str, str], {"cost_center": "1"}, path="tags") == {"cost_center": "1"}


def test_a_field_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r"spec\.containerGroups\.0\.containers\.0: 'imageUri' is given twice"):
        wired({"image_uri": "a", "imageUri": "b"})


def test_a_key_that_is_not_text_is_refused() -> None:
    with pytest.raises(InputError, match="must be text, not int"):
        to_wire(ArtifactSpec, {1: 2}, path="spec")


def test_the_arguments_are_not_changed() -> None:
    given = {"container_groups": [{"containers": [{"image_uri": "a"}]}]}
    to_wire(ArtifactSpec, given, path="spec")["containerGroups"][0]["containers"].clear()
    assert given == {"container_groups": [{"containers": [{"image_uri": "a"}]}]}


def test_outputs_at_every_level(program: Callable[..., Any]) -> None:
    """A leaf, a list, an object, and the whole value, each as an Output, and an awaitable."""

    async def awaitable() -> str:
        return "registry.example.com/a:1"

    def variants() -> list[Any]:
        leaf = {"image_uri": pulumi.Output.from_input("registry.example.com/a:1"), "port": 1}
        coroutine = {"image_uri": awaitable(), "port": 1}
        plain = {"image_uri": "registry.example.com/a:1", "port": 1}
        inner = {"image_uri": pulumi.Output.from_input("registry.example.com/a:1"), "port": 1}
        return [
            spec_of(leaf),
            spec_of(coroutine),
            spec_of(pulumi.Output.from_input(plain)),
            {"container_groups": pulumi.Output.from_input([{"containers": [plain]}])},
            pulumi.Output.from_input(spec_of(plain)),
            pulumi.Output.from_input(1).apply(lambda _: spec_of(inner)),
            pulumi.Output.from_input(1).apply(lambda _: ArtifactSpecArgs(container_groups=[{"containers": [plain]}])),
        ]

    def main() -> None:
        for index, spec in enumerate(variants()):
            Artifact(f"a{index}", repository="r", spec=spec)

    run = program(main)
    assert len(run.resources) == 7
    for resource in run.resources:
        assert resource.inputs["spec"] == {
            "containerGroups": [{"containers": [{"imageUri": "registry.example.com/a:1", "port": 1.0}]}]
        }


def test_secrets_keep_their_mark_in_their_place(program: Callable[..., Any]) -> None:
    def main() -> None:
        secret = pulumi.Output.secret("hidden")
        variables = [{"name": "A", "value": secret}, {"name": "B", "value": "shown"}]
        Artifact("a", repository="r", spec=spec_of({"image_uri": "i", "environment_vars": variables}))

    artifact = program(main)["Artifact"]
    place = "spec.containerGroups.0.containers.0.environmentVars"
    assert artifact.is_secret(f"{place}.0.value")
    assert not artifact.is_secret(f"{place}.1.value")
    assert not artifact.is_secret("spec")


def test_a_secret_object_stays_secret(program: Callable[..., Any]) -> None:
    def main() -> None:
        Artifact("a", repository="r", spec=pulumi.Output.secret(spec_of({"image_uri": "i"})))

    artifact = program(main)["Artifact"]
    assert artifact.is_secret("spec")
    assert artifact.inputs["spec"] == {"containerGroups": [{"containers": [{"imageUri": "i"}]}]}


def test_keys_of_the_user_survive_where_they_look_like_properties(program: Callable[..., Any]) -> None:
    seen: list[Any] = []
    tags = {"force_destroy": "1", "shared_roles": "2", "adoptId": "3"}

    def main() -> Any:
        repository = ArtifactRepository("r", tags=tags)
        return repository.tags.apply(seen.append)

    assert program(main)["ArtifactRepository"].inputs["tags"] == tags
    assert seen == [tags]
