"""`Workload` and `WorkloadReady` as the engine sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from lockyard.contract import dump, parse_spec, runtime_digest
from lockyard.resources import (
    Artifact,
    ArtifactInfo,
    GroupRuntimeArgs,
    InputError,
    Workload,
    WorkloadReady,
    WorkloadRuntimeArgs,
)

Program = Callable[..., Any]

TYPE = "pulumi-python:dynamic/lockyard"


def spec_of(*containers: Any, **group: Any) -> dict[str, Any]:
    return {"container_groups": [{**group, "containers": list(containers)}]}


SPEC = spec_of({"image_uri": "a", "port": 8080})


def artifact_info(**changes: Any) -> ArtifactInfo:
    values: dict[str, Any] = {
        "id": "a" * 24,
        "name": "chat",
        "description": "",
        "type": "nim",
        "status": "locked",
        "version": 3,
        "content_digest": "v1:abc",
        "repository_id": "b" * 24,
        "spec": {"type": "nim", "containerGroups": [{"name": "g", "containers": [{"name": "main", "primary": True}]}]},
        "tags": {},
    }
    return ArtifactInfo(**{**values, **changes})


def facts(program: Program, spec: Callable[[], Any], **settings: Any) -> Any:
    def main() -> None:
        Workload("w", artifact=Artifact("a", repository="r", spec=spec()))

    return program(main, **settings)["Workload"]


class TestInputs:
    def test_defaults(self, program: Program) -> None:
        workload = program(lambda: Workload("chat", artifact_id="a" * 24))["Workload"]
        assert workload.type == f"{TYPE}:Workload"
        assert workload.inputs == {
            "name": "chat",
            "importance": "low",
            "artifactId": "a" * 24,
            "running": True,
            "origin": f"acme/shop/dev::{TYPE}:Workload::chat",
            "originIsDefault": False,
        }

    def test_from_an_artifact(self, program: Program) -> None:
        def main() -> None:
            Workload("chat", artifact=Artifact("a", repository="r", spec=SPEC, status="locked"))

        run = program(main, outputs=lambda args: {"contentDigest": "v1:abc"} if args.name == "a" else {})
        inputs = run["Workload"].inputs
        assert inputs["artifactId"] == "id-of-a"
        assert inputs["artifactDigest"] == "v1:abc"
        assert inputs["artifactFacts"] == {
            "type": "service",
            "status": "locked",
            "containerGroups": {"default": ["primary"]},
            "origin": "acme/shop/dev::pulumi-python:dynamic/lockyard:Artifact::a",
        }
        dependencies = run["Workload"].request.propertyDependencies
        assert all(urn.endswith("::a") for name in ("artifactId", "artifactDigest") for urn in dependencies[name].urns)

    def test_from_a_look_up(self, program: Program) -> None:
        inputs = program(lambda: Workload("chat", artifact=artifact_info()))["Workload"].inputs
        assert inputs["artifactId"] == "a" * 24
        assert inputs["artifactDigest"] == "v1:abc"
        assert inputs["artifactFacts"] == {"type": "nim", "status": "locked", "containerGroups": {"g": ["main"]}}

    def test_the_digest_of_a_looked_up_credential_is_a_secret(self, program: Program) -> None:
        variable = {"name": "DB_PASSWORD", "value": "correct horse"}
        spec = {"containerGroups": [{"containers": [{"environmentVars": [variable]}]}]}
        workload = program(lambda: Workload("chat", artifact=artifact_info(spec=spec)))["Workload"]
        assert workload.is_secret("artifactDigest")

    def test_from_an_artifact_that_was_got(self, program: Program) -> None:
        spec = {"containerGroups": [{"containers": [{"imageUri": "a", "port": 8080}]}]}
        outputs = {"contentDigest": "v1:abc", "type": "nim", "status": "draft", "spec": spec}

        def main() -> None:
            Workload("chat", artifact=Artifact.get("a", "a" * 24))

        inputs = program(main, outputs=lambda args: outputs if args.name == "a" else {})["Workload"].inputs
        assert inputs["artifactFacts"] == {
            "type": "nim",
            "status": "draft",
            "containerGroups": {"default": ["primary"]},
        }

    def test_arguments(self, program: Program) -> None:
        def main() -> None:
            Workload(
                "chat",
                artifact_id="a" * 24,
                artifact_digest="v1:abc",
                name="Chat",
                description="d",
                importance="critical",
                running=False,
                runtime=WorkloadRuntimeArgs(container_groups=[GroupRuntimeArgs(replica_count=2)]),
                tags={"cost_center": "1"},
                shared_roles=[{"username": "ada", "role": "USER", "share_recipient_type": "user"}],
                adopt_id="c" * 24,
            )

        inputs = program(main)["Workload"].inputs
        del inputs["origin"], inputs["originIsDefault"]
        assert inputs == {
            "name": "Chat",
            "description": "d",
            "importance": "critical",
            "artifactId": "a" * 24,
            "artifactDigest": "v1:abc",
            "running": False,
            "runtime": {"containerGroups": [{"replicaCount": 2.0}]},
            "tags": {"cost_center": "1"},
            "sharedRoles": [{"username": "ada", "role": "USER", "shareRecipientType": "user"}],
            "adoptId": "c" * 24,
        }

    @pytest.mark.parametrize("both", [True, False])
    def test_exactly_one_artifact(self, program: Program, both: bool) -> None:
        arguments: dict[str, Any] = {"artifact": artifact_info(), "artifact_id": "a" * 24} if both else {}
        with pytest.raises(InputError, match="Workload 'w': exactly one of artifact and artifact_id"):
            program(lambda: Workload("w", **arguments))

    def test_a_digest_beside_an_artifact_is_refused(self, program: Program) -> None:
        with pytest.raises(InputError, match="artifact_digest goes with artifact_id"):
            program(lambda: Workload("w", artifact=artifact_info(), artifact_digest="v1:abc"))

    def test_an_artifact_must_be_plain(self, program: Program) -> None:
        def main() -> None:
            artifact: Any = pulumi.Output.from_input("a")
            Workload("w", artifact=artifact)

        with pytest.raises(InputError, match=r"not an Output; for the id of an artifact use artifact_id"):
            program(main)

    def test_an_id_as_artifact_is_refused(self, program: Program) -> None:
        artifact: Any = "a" * 24
        with pytest.raises(InputError, match=r"not a str; for the id of an artifact use artifact_id"):
            program(lambda: Workload("w", artifact=artifact))


CONTAINERS: list[list[dict[str, Any]]] = [
    [],
    [{}],
    [{"name": "main"}],
    [{"primary": True}],
    [{"primary": True}, {}],
    [{}, {"primary": True}],
    [{"name": "main", "primary": True}, {}, {"name": "side"}],
]


class TestFacts:
    @pytest.mark.parametrize("group", [{}, {"name": "g"}], ids=["default", "named"])
    @pytest.mark.parametrize("containers", CONTAINERS, ids=str)
    def test_names_are_those_of_the_contract(
        self, program: Program, containers: list[dict[str, Any]], group: dict[str, Any]
    ) -> None:
        """What the registry fills in is what the workload checks against."""
        primary = len(containers) == 1
        full = [
            {"imageUri": "a", **({"port": 8080} if primary or container.get("primary") else {}), **container}
            for container in containers
        ]
        stored = dump(parse_spec({"containerGroups": [{**group, "containers": full}]}, artifact_type="service"))
        expected = {g["name"]: [container["name"] for container in g["containers"]] for g in stored["containerGroups"]}
        assert (
            facts(program, lambda: spec_of(*containers, **group)).inputs["artifactFacts"]["containerGroups"] == expected
        )

    def test_a_name_that_is_an_output_stays_one(self, program: Program, unknown: Any) -> None:
        workload = facts(
            program,
            lambda: spec_of({"name": unknown(), "primary": True}, {"name": "side"}, name="g"),
            preview=True,
        )
        assert workload.is_unknown("artifactFacts.containerGroups.g.0")
        assert workload.inputs["artifactFacts"]["containerGroups"]["g"][1] == "side"

    @pytest.mark.parametrize(
        "make",
        [
            lambda o: spec_of({"name": "main"}, name=o("g")),
            lambda o: spec_of({"primary": o(True)}, name="g"),
            lambda o: {"container_groups": [{"name": "g", "containers": o([{"name": "main"}])}]},
            lambda o: {"container_groups": [o({"name": "g", "containers": [{"name": "main"}]})]},
            lambda o: {"container_groups": o([{"name": "g", "containers": [{"name": "main"}]}])},
            lambda o: o(spec_of({"name": "main"}, name="g")),
        ],
        ids=["group name", "primary", "containers", "group", "groups", "spec"],
    )
    def test_outputs_that_decide_defer_the_names(self, program: Program, unknown: Any, make: Any) -> None:
        known = facts(program, lambda: make(pulumi.Output.from_input)).inputs["artifactFacts"]["containerGroups"]
        assert known in ({"g": ["main"]}, {"g": ["primary"]})
        assert facts(program, lambda: make(lambda _: unknown()), preview=True).is_unknown(
            "artifactFacts.containerGroups"
        )

    def test_other_outputs_do_not(self, program: Program, unknown: Any) -> None:
        workload = facts(program, lambda: spec_of({"name": "main", "image_uri": unknown()}), preview=True)
        assert workload.inputs["artifactFacts"]["containerGroups"] == {"default": ["main"]}

    def test_secret_values_do_not_make_names_secret(self, program: Program) -> None:

        def spec() -> Any:
            return spec_of({"name": "main", "environment_vars": [{"name": "A", "value": pulumi.Output.secret("x")}]})

        workload = facts(program, spec)
        assert not workload.is_secret("artifactFacts")
        assert not workload.is_secret("artifactFacts.containerGroups")
        assert workload.is_secret("artifactDigest")

    @pytest.mark.parametrize(
        "spec",
        [
            "text",
            {"container_groups": "text"},
            {"container_groups": ["text", 1]},
            {"container_groups": [{"containers": "text"}]},
            {"container_groups": [{"containers": ["text"]}]},
            spec_of({"name": 1}),
            spec_of({"name": "a"}, {"name": "a"}),
            spec_of({"primary": True}, {"primary": True}),
        ],
        ids=str,
    )
    def test_a_spec_that_breaks_the_contract_is_left_to_check(self, program: Program, spec: Any) -> None:
        assert facts(program, lambda: spec).inputs["artifactFacts"]["type"] == "service"

    def test_loose_names_are_left_to_check(self, program: Program) -> None:
        workload = facts(program, lambda: spec_of({"name": "Primary container"}))
        assert workload.inputs["artifactFacts"]["containerGroups"] == {"default": ["Primary container"]}


class TestDrafts:
    def test_a_second_workload_on_a_draft_is_refused(self, program: Program) -> None:
        def main() -> None:
            artifact = Artifact("chat", repository="r", spec=SPEC)
            Workload("one", artifact=artifact)
            Workload("two", artifact=artifact)

        with pytest.raises(
            InputError, match=r"Workload 'two': Artifact 'chat' is a draft and already backs Workload 'one'.*R81"
        ):
            program(main)

    def test_many_workloads_on_a_locked_version(self, program: Program) -> None:
        def main() -> None:
            artifact = Artifact("chat", repository="r", spec=SPEC, status="locked")
            Workload("one", artifact=artifact)
            Workload("two", artifact=artifact)

        assert len(program(main).resources) == 3

    def test_a_status_that_is_an_output_is_left_to_the_server(self, program: Program) -> None:
        def main() -> None:
            artifact = Artifact("chat", repository="r", spec=SPEC, status=pulumi.Output.from_input("draft"))
            Workload("one", artifact=artifact)
            Workload("two", artifact=artifact)

        assert len(program(main).resources) == 3

    @pytest.mark.parametrize("importance", ["high", "critical"])
    def test_an_urgent_draft_earns_a_warning(self, program: Program, importance: str) -> None:
        def main() -> None:
            Workload("w", artifact=Artifact("chat", repository="r", spec=SPEC), importance=importance)

        (warning,) = program(main).warnings
        assert warning.startswith(f"Workload 'w': importance is '{importance}', but Artifact 'chat' is a draft")
        assert "8 hours" in warning

    def test_a_looked_up_draft_earns_it_too(self, program: Program) -> None:
        run = program(lambda: Workload("w", artifact=artifact_info(status="draft"), importance="high"))
        assert len(run.warnings) == 1

    @pytest.mark.parametrize(
        ("status", "importance"), [("locked", "critical"), ("draft", "low"), ("draft", "moderate")]
    )
    def test_everything_else_does_not(self, program: Program, status: str, importance: str) -> None:
        def main() -> None:
            Workload("w", artifact=Artifact("chat", repository="r", spec=SPEC, status=status), importance=importance)

        assert program(main).warnings == []


class TestReady:
    def ready(self, program: Program, make: Callable[[], Workload], **settings: Any) -> Any:
        return program(lambda: WorkloadReady("ready", workload=make()), **settings)["WorkloadReady"]

    def test_inputs(self, program: Program) -> None:
        runtime = {"container_groups": [{"replica_count": 2}]}
        ready = self.ready(program, lambda: Workload("w", artifact=artifact_info(), runtime=runtime))
        assert ready.type == f"{TYPE}:WorkloadReady"
        assert ready.inputs == {
            "workloadId": "id-of-w",
            "artifactId": "a" * 24,
            "artifactDigest": "v1:abc",
            "runtimeDigest": runtime_digest({"containerGroups": [{"replicaCount": 2}]}),
            "timeoutSeconds": 600.0,
        }

    @pytest.mark.parametrize("preview", [False, True])
    def test_without_runtime_and_digest(self, program: Program, preview: bool) -> None:
        """An absent output is unknown in a preview, so what was declared counts."""
        ready = self.ready(program, lambda: Workload("w", artifact_id="a" * 24), preview=preview)
        assert ready.inputs["runtimeDigest"] == runtime_digest({})
        assert "artifactDigest" not in ready.inputs

    def test_a_runtime_with_outputs(self, program: Program, unknown: Any) -> None:
        def runtime(count: Any) -> Any:
            return {"container_groups": [{"replica_count": count}]}

        known = self.ready(program, lambda: Workload("w", artifact_id="a", runtime=runtime(pulumi.Output.secret(2))))
        assert known.inputs["runtimeDigest"] == runtime_digest({"containerGroups": [{"replicaCount": 2}]})
        assert known.is_secret("runtimeDigest")
        later = self.ready(program, lambda: Workload("w", artifact_id="a", runtime=runtime(unknown())), preview=True)
        assert later.is_unknown("runtimeDigest")

    def test_a_runtime_that_breaks_the_contract_is_left_to_the_workload(self, program: Program) -> None:
        ready = self.ready(program, lambda: Workload("w", artifact_id="a", runtime={"replicas": 2}))
        assert ready.inputs["runtimeDigest"] == ""

    def test_it_waits_for_a_workload_that_was_got(self, program: Program) -> None:
        runtime = {"containerGroups": [{"replicaCount": 2}]}
        outputs = {"artifactId": "a" * 24, "runtime": runtime}
        ready = self.ready(
            program,
            lambda: Workload.get("w", "c" * 24),
            outputs=lambda args: outputs if args.name == "w" else {},
        )
        assert ready.inputs["workloadId"] == "c" * 24
        assert ready.inputs["runtimeDigest"] == runtime_digest(runtime)

    @pytest.mark.parametrize("wrong", ["id", "output"])
    def test_only_a_workload_can_become_ready(self, program: Program, wrong: str) -> None:
        def main() -> None:
            workload: Any = "a" * 24 if wrong == "id" else pulumi.Output.from_input("a" * 24)
            WorkloadReady("ready", workload=workload)

        with pytest.raises(InputError, match="WorkloadReady 'ready': workload must be a Workload, not a"):
            program(main)
