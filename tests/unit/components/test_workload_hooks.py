"""What the hooks tell the registry and do to replicas: which reports, which reasons, and never a secret."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from tests.unit.program import Run

from lockyard.contract import ConflictError
from lockyard.resources import RolloutInputs
from lockyard_components.workload import _live, _reporting, _scaling
from lockyard_components.workload._reporting import RolloutReporter, plain_reason, secret_texts
from lockyard_components.workload._scaling import ScalingHook

Program = Callable[..., Run]

TIMED_OUT = """2 errors occurred:
\t* the Kubernetes API server reported that "serving/chat" failed to fully initialize: 'chat' timed out
\t* [ProgressDeadlineExceeded] ReplicaSet "chat-1" has timed out progressing.

"""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, str]]:
    """What the registry was told."""
    said: list[tuple[str, Any, str]] = []
    for name in ("report_begun", "report_failed", "report_serving"):
        monkeypatch.setattr(
            _reporting, name, lambda generation, message, name=name: said.append((name, generation, message))
        )
    return said


def reporter(*, running: bool = True) -> RolloutReporter:
    digest = pulumi.Output.secret("v1:abc")
    rollout = RolloutInputs(pulumi.Output.from_input("a" * 24), digest, {"containerGroups": [{"replicaCount": 2}]})
    workload: Any = SimpleNamespace(id=pulumi.Output.from_input("c" * 24), rollout=rollout)
    return RolloutReporter("KubernetesWorkload 'chat'", workload, running=running)


def args(old: Any = None, new: Any = None, **more: Any) -> Any:
    type_ = "kubernetes:apps/v1:Deployment"
    return SimpleNamespace(name="chat", type=type_, old_inputs=old, new_inputs=new, old_outputs=None, **more)


def deployment(image: Any = "chat:1", **annotations: Any) -> dict[str, Any]:
    return {"metadata": {"annotations": annotations}, "spec": {"template": {"image": image}}}


def test_a_failure_is_told_with_its_reason(program: Program, told: list[Any]) -> None:
    async def main() -> None:
        retry = await reporter().failed(args(new=deployment(), errors=[TIMED_OUT, "older"], failed_operation="update"))
        assert retry is False

    program(lambda: pulumi.Output.from_input(main()))
    [(name, generation, message)] = told
    assert name == "report_failed"
    assert (generation.workload_id, generation.artifact_id, generation.artifact_digest) == (
        "c" * 24,
        "a" * 24,
        "v1:abc",
    )
    assert generation.runtime_digest.startswith("v1:")
    assert message == (
        'Deployment chat: the Kubernetes API server reported that "serving/chat" failed to fully initialize: '
        "'chat' timed out; [ProgressDeadlineExceeded] ReplicaSet \"chat-1\" has timed out progressing."
    )


def test_secrets_are_taken_out_of_reasons(program: Program, told: list[Any]) -> None:
    hidden = {"stringData": pulumi.Output.secret({"A": "hunter-two", "B": ["hunter-two-longer"], "C": "x"})}

    async def main() -> None:
        errors = ['Invalid value: "hunter-two-longer" and "hunter-two" for x']
        await reporter().failed(args(new=hidden, errors=errors, failed_operation="create"))
        assert await secret_texts(hidden) == {"hunter-two", "hunter-two-longer"}

    program(lambda: pulumi.Output.from_input(main()))
    assert told[0][2] == 'Deployment chat: Invalid value: "[secret]" and "[secret]" for x'


def test_reasons_are_one_sentence_of_bearable_length() -> None:
    assert plain_reason("") == "the engine gives no reason"
    assert plain_reason("1 error occurred:\n\t* no\n") == "no"
    long = plain_reason("x" * 5000)
    assert len(long) < 700 and long.endswith(" …")


@pytest.mark.parametrize(
    ("old", "new", "running", "expected"),
    [
        (None, deployment(), True, ["report_begun"]),
        (deployment(), deployment("chat:2"), True, ["report_begun"]),
        (deployment(), deployment(a="b"), True, []),
        (deployment(), deployment("chat:2"), False, []),
        (deployment(pulumi.Output.from_input("chat:1")), deployment("chat:1"), True, []),
    ],
    ids=["created", "another image", "another label", "stopped", "the same in an Output"],
)
def test_what_begins_a_rollout(
    program: Program, told: list[Any], old: Any, new: Any, running: bool, expected: list[str]
) -> None:
    program(lambda: pulumi.Output.from_input(reporter(running=running).begun(args(old, new))))
    assert [name for name, *_ in told] == expected


@pytest.mark.parametrize(("running", "expected"), [(True, ["report_serving"]), (False, [])])
def test_what_was_applied_serves(program: Program, told: list[Any], running: bool, expected: list[str]) -> None:
    program(lambda: pulumi.Output.from_input(reporter(running=running).applied(args(deployment(), deployment()))))
    assert [name for name, *_ in told] == expected


def test_a_deletion_that_fails_is_no_failed_rollout(program: Program, told: list[Any]) -> None:
    program(lambda: pulumi.Output.from_input(reporter().failed(args(errors=["no"], failed_operation="delete"))))
    assert told == []


def test_a_registry_that_cannot_be_told_is_a_warning(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(generation: Any, message: str) -> bool:
        raise ConflictError("no reports here")

    monkeypatch.setattr(_reporting, "report_begun", refuse)
    run = program(lambda: pulumi.Output.from_input(reporter().begun(args(None, deployment()))))
    [line] = run.warnings
    assert line.startswith("KubernetesWorkload 'chat': the registry was not told about the rollout: no reports here")


def plan(least: int, most: int, fixed: int | None = None) -> Any:
    return SimpleNamespace(replicas=SimpleNamespace(minimum=least, maximum=most, fixed=fixed))


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was done on the cluster."""
    calls: list[tuple[Any, ...]] = []
    client = SimpleNamespace(close=lambda: calls.append(("close",)))
    monkeypatch.setattr(_live.Credentials, "connect", lambda self: client)
    for name in ("hold_autoscaler", "lift_from_zero"):
        monkeypatch.setattr(_live, name, lambda client, *rest, name=name: calls.append((name, *rest)))
    return calls


@pytest.mark.parametrize(
    ("old", "new", "replicas", "expected"),
    [
        ("stack", "stack", plan(2, 2, 2), None),
        ("stack", "autoscaler", plan(2, 5), ("lift_from_zero", "serving", "chat", 2)),
        ("autoscaler", "autoscaler", plan(0, 5), None),
        ("stopped-autoscaler", "autoscaler", plan(0, 5), ("lift_from_zero", "serving", "chat", 1)),
        ("stopped-stack", "autoscaler", plan(3, 5), ("lift_from_zero", "serving", "chat", 3)),
        ("autoscaler", "stack", plan(4, 4, 4), ("hold_autoscaler", "serving", "chat", 4)),
        ("autoscaler", "stopped-stack", plan(4, 4, 4), None),
        ("stopped-stack", "stack", plan(4, 4, 4), None),
    ],
)
def test_who_owned_the_replicas_and_who_does_now(
    program: Program, done: list[Any], old: str, new: str, replicas: Any, expected: Any
) -> None:
    async def main() -> None:
        hook = ScalingHook(
            "KubernetesWorkload 'chat'", pulumi.ComponentResource("x:y:Z", "c"), "serving", "chat", replicas
        )
        key = _scaling.SCALING
        await hook.begun(args(deployment(**{key: old}), deployment(**{key: new})))

    program(lambda: pulumi.Output.from_input(main()))
    assert done == ([expected, ("close",)] if expected else [])


def test_a_cluster_that_cannot_be_reached_is_a_warning_with_a_way_out(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/nowhere/kubeconfig")

    async def main() -> None:
        hook = ScalingHook("W 'chat'", pulumi.ComponentResource("x:y:Z", "c"), "serving", "chat", plan(3, 5))
        await hook.begun(args(deployment(), deployment(**{_scaling.SCALING: "autoscaler"})))

    [line] = program(lambda: pulumi.Output.from_input(main())).warnings
    assert line.startswith("W 'chat': the replicas could not be looked after: ") and "\n" not in line
    assert "kubectl scale deployment/chat -n serving --replicas=3" in line


KUBECONFIG = """
clusters: [{name: c, cluster: {server: "https://one.example"}}, {name: d, cluster: {server: "https://two.example"}}]
users: [{name: u, user: {}}]
contexts: [{name: one, context: {cluster: c, user: u}}, {name: two, context: {cluster: d, user: u}}]
current-context: one
"""


def test_credentials_are_those_of_the_provider(
    program: Program, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pulumi_kubernetes

    file = tmp_path / "kubeconfig"
    file.write_text(KUBECONFIG)
    monkeypatch.delenv("KUBECONFIG", raising=False)
    found: list[_live.Credentials] = []

    async def main() -> None:
        content = pulumi.Output.secret(KUBECONFIG)
        for name, given in {
            "content": {"kubeconfig": content},
            "path": {"kubeconfig": str(file)},
            "context": {"kubeconfig": content, "context": "two"},
        }.items():
            provider = pulumi_kubernetes.Provider(name, **given)
            options = pulumi.ResourceOptions(providers={"kubernetes": provider})
            found.append(await _live.Credentials.of(pulumi.ComponentResource("x:y:Z", name, None, options)))

    program(lambda: pulumi.Output.from_input(main()))
    servers = []
    for credentials in found:
        client = credentials.connect()
        servers.append(str(client.config.cluster.server))
        client.close()
    assert servers == ["https://one.example", "https://one.example", "https://two.example"]


@pytest.mark.parametrize("content", ["not: [yaml", "a: b", "/nowhere/kubeconfig"])
def test_a_kubeconfig_that_cannot_be_used_is_one_line(content: str) -> None:
    with pytest.raises(_live.ClusterError, match="kubeconfig") as caught:
        _live.Credentials(content, None).connect()
    assert "\n" not in str(caught.value)
