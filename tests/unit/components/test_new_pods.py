"""The new pods of a Deployment that takes its old ones away first: when they are there, and what is said if not."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pulumi
import pytest
from tests.unit.components.test_workload_hooks import args, deployment, reporter, told
from tests.unit.program import Run

from lockyard_components.workload import _live, _recreation
from lockyard_components.workload._new_pods import NewPods
from lockyard_components.workload._reporting import RolloutReporter

Program = Callable[..., Run]

__all__ = ["told"]  # a fixture


def live(wanted: int = 1, *, generation: int = 2, **status: Any) -> dict[str, Any]:
    """A Deployment as the cluster has it, complete unless `status` says otherwise."""
    complete = {"replicas": wanted, "updatedReplicas": wanted, "availableReplicas": wanted}
    metadata = {"name": "chat", "generation": generation}
    spec = {"replicas": wanted, "selector": {"matchLabels": {"a": "b"}}}
    return {"metadata": metadata, "spec": spec, "status": {**complete, "observedGeneration": 2, **status}}


OLD_GO = live(replicas=1, updatedReplicas=0)


@pytest.mark.parametrize(
    ("found", "settled"),
    [
        (live(), True),
        (live(0, replicas=None, updatedReplicas=None, availableReplicas=None), True),
        (live(generation=3), False),
        (OLD_GO, False),
        (live(availableReplicas=0), False),
        (live(2), True),
        ({"metadata": {"generation": 1}, "spec": {"replicas": 1}}, False),
    ],
    ids=["complete", "none wanted", "not seen yet", "old pods", "not ready", "two", "no status"],
)
def test_when_a_deployment_has_its_new_pods(found: dict[str, Any], settled: bool) -> None:
    assert _recreation.is_settled(found) is settled


class FakeClient:
    """Answers of a cluster, one after the other; the last one stays."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.closed = list(answers), False

    def connect(self) -> FakeClient:
        return self

    def get(self, kind: Any, name: str, *, namespace: str) -> Any:
        assert (kind.__name__, name, namespace) == ("Deployment", "chat", "serving")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(to_dict=lambda: answer)

    def list(self, kind: Any, *, namespace: str, labels: dict[str, str]) -> list[Any]:
        assert (kind.__name__, namespace, labels) == ("Pod", "serving", {"a": "b"})
        waiting = {"name": "server", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
        pod = {"status": {"containerStatuses": [waiting]}}
        return [SimpleNamespace(to_dict=lambda: pod)] * 2

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_recreation, "_PAUSE_SECONDS", 0)


def wait(client: FakeClient, seconds: float = 60) -> None:
    credentials: Any = client
    _recreation.wait_for_new_pods(credentials, "serving", "chat", seconds)
    assert client.closed


GIVEN_UP = live(
    availableReplicas=0,
    conditions=[
        {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "too late"}
    ],
)


@pytest.mark.usefixtures("no_pauses")
def test_it_waits_until_the_old_pods_have_gone_and_the_new_ones_are_ready() -> None:
    unreachable = [_live.ClusterError("no answer")] * 3
    client = FakeClient(live(generation=3), *unreachable, OLD_GO, live(availableReplicas=0), live())
    wait(client)
    assert len(client.answers) == 1


@pytest.mark.usefixtures("no_pauses")
def test_what_never_comes_up_is_a_failure_with_its_reason() -> None:
    client = FakeClient(OLD_GO, GIVEN_UP)
    with pytest.raises(_recreation.RolloutError) as raised:
        wait(client)
    assert str(raised.value) == "[ProgressDeadlineExceeded] too late; container server: CrashLoopBackOff"
    assert client.closed


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("answer", [OLD_GO, {**GIVEN_UP, "metadata": {"generation": 9}}], ids=["slow", "stale verdict"])
def test_the_wait_ends(answer: dict[str, Any]) -> None:
    with pytest.raises(_recreation.RolloutError, match=r"not ready after 0\.05 s"):
        wait(FakeClient(answer), 0.05)


@pytest.mark.usefixtures("no_pauses")
def test_a_cluster_that_stays_out_of_reach_says_nothing_about_the_pods() -> None:
    with pytest.raises(_live.ClusterError):
        wait(FakeClient(_live.ClusterError("no answer")))


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    """What waiting comes to, one entry for each wait."""
    outcomes: list[Exception | None] = []

    async def credentials(component: Any) -> str:
        return "credentials"

    def waited(*given: Any) -> None:
        assert given == ("credentials", "serving", "chat", 60)
        found = outcomes.pop(0)
        if found is not None:
            raise found

    monkeypatch.setattr(_live.Credentials, "of", credentials)
    monkeypatch.setattr(_recreation, "wait_for_new_pods", waited)
    return outcomes


def recreated(*, running: bool = True) -> RolloutReporter:
    made, component = reporter(running=running), None
    made._new_pods = NewPods("KubernetesWorkload 'chat'", component, "serving", "chat", 60)  # type: ignore[arg-type]
    return made


def test_success_is_told_after_the_wait(program: Program, told: list[Any], outcome: list[Any]) -> None:
    outcome[:] = [None]

    async def main() -> None:
        made = recreated()
        await made.applied(args(deployment(), deployment("chat:2")))
        await made.confirmed(args())

    program(lambda: pulumi.Output.from_input(main()))
    assert [name for name, *_ in told] == ["report_serving"] and outcome == []


def test_a_failure_is_told_and_ends_the_update(program: Program, told: list[Any], outcome: list[Any]) -> None:
    outcome[:] = [_recreation.RolloutError("too late")]

    async def main() -> None:
        await recreated().confirmed(args())

    with pytest.raises(pulumi.RunError, match=r"^KubernetesWorkload 'chat': the rollout failed: too late$"):
        program(lambda: pulumi.Output.from_input(main()))
    assert [(name, message) for name, _, message in told] == [("report_failed", "Deployment chat: too late")]


def test_a_failure_after_the_deployments_step_ends_the_update(
    program: Program, told: list[Any], outcome: list[Any]
) -> None:
    outcome[:] = [_recreation.RolloutError("too late")]
    with pytest.raises(pulumi.RunError, match="the rollout failed: too late"):
        program(lambda: pulumi.Output.from_input(recreated().applied(args(deployment(), deployment("chat:2")))))
    assert [name for name, *_ in told] == ["report_failed"]


def test_a_cluster_that_cannot_be_asked_leaves_the_engines_word(
    program: Program, told: list[Any], outcome: list[Any]
) -> None:
    outcome[:] = [_live.ClusterError("the cluster cannot be reached (ConnectError)")]
    run = program(lambda: pulumi.Output.from_input(recreated().applied(args(deployment(), deployment("chat:2")))))
    assert [name for name, *_ in told] == ["report_serving"]
    [line] = run.warnings
    assert "nobody saw the new pods" in line and "kubectl rollout status deployment/chat -n serving" in line


def test_nobody_waits_for_the_pods_of_a_stopped_workload(program: Program, told: list[Any], outcome: list[Any]) -> None:
    async def main() -> None:
        await recreated(running=False).applied(args(deployment(), deployment("chat:2")))
        await recreated(running=False).confirmed(args())

    program(lambda: pulumi.Output.from_input(main()))
    assert told == []
