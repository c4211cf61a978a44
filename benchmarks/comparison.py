"""The registry's server beside others: the same load on each, one right after the other."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median

import lockyard_server
import mlflow_server
from beside import WRITES, writing
from client import Answer, Client
from constant import constant_server
from engine import BenchmarkError
from load import Outcome, Request, put_under_load
from lockyard_server import Requests
from servers import Server
from versions import versions

LOCKYARD, MLFLOW, CONSTANT = "Lockyard", "MLflow by ", "constant"
"""The servers; what comes after `MLFLOW` is one of the ways of running it."""

OPERATIONS = {
    "get": "get a version",
    "list_100": "list 100",
    "by_tag": "search by tag",
    "by_name": "search by name",
    "get_beside": f"get a version, beside {WRITES} writes a second",
    "list_100_beside": f"list 100, beside {WRITES} writes a second",
    "register": "register a version",
}
"""What is measured, in this order, with the words for it. What writes comes last: it changes what the others find."""

_BESIDE_WRITES = {"get_beside": "get", "list_100_beside": "list_100"}
"""What is asked there: the server writes at the same time."""

_ALSO_CONSTANT = ("get", "list_100")
_WARM_SECONDS = 1


@dataclass(frozen=True)
class Plan:
    """What is measured, and for how long.

    Attributes:
        rounds: how often everything is repeated.
        seconds: how long each load goes on.
        workers: processes of MLflow.
        mlflow: compare with MLflow.
        constant: compare with a constant.
        options: further ones of `lockyard serve`.
    """

    rounds: int
    seconds: int
    workers: int
    mlflow: bool = True
    constant: bool = True
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Run:
    """One load on one server.

    Attributes:
        outcome: what came of it.
        cpu: processor time of the server's processes for one answer.
    """

    outcome: Outcome
    cpu: float


@dataclass
class Comparison:
    """What was found.

    Attributes:
        runs: by server and operation, one a round.
        sizes: bytes of an answer, by server and operation.
        memory: resident bytes of the largest process after the load, by server.
    """

    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)
    sizes: dict[tuple[str, str], int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)

    def middle(self, server: str, operation: str, what: str) -> float:
        """Median over the rounds of a value of the outcome."""
        return median(getattr(run.outcome, what) for run in self.runs[server, operation])

    def cpu(self, server: str, operation: str) -> float:
        """Median processor seconds of one answer."""
        return median(run.cpu for run in self.runs[server, operation])

    def best(self, operation: str) -> str:
        """The way of running MLflow in which it did most of an operation."""
        ways = [name for name, known in self.runs if known == operation and name.startswith(MLFLOW)]
        return max(ways, key=lambda name: self.middle(name, operation, "throughput"))

    def ratios(self, other: str, operation: str) -> list[float]:
        """Our throughput over another server's, one a round: both were measured right after each other."""
        pairs = zip(self.runs[LOCKYARD, operation], self.runs[other, operation], strict=True)
        return [ours.outcome.throughput / theirs.outcome.throughput for ours, theirs in pairs]

    def refused(self, server: str, operation: str) -> int:
        """How many requests of an operation a server did not answer well, in all rounds."""
        return sum(run.outcome.refused + run.outcome.broken for run in self.runs[server, operation])


def compare(scratch: Path, plan: Plan) -> Comparison:
    """Starts the servers, fills them with the same versions and measures.

    Args:
        scratch: an empty folder.
        plan: what to measure.

    Raises:
        BenchmarkError: a server failed, or ours refused a request.
    """
    found = Comparison()
    with ExitStack() as stack:
        asked: dict[str, tuple[Server, Mapping[str, Sequence[Request]]]] = {}
        ours = stack.enter_context(lockyard_server.lockyard_server(_folder(scratch, LOCKYARD), *plan.options))
        asked[LOCKYARD] = ours, _by_name(_filled(LOCKYARD, lockyard_server.fill, ours))
        for way in mlflow_server.WAYS if plan.mlflow else ():
            name = MLFLOW + way
            server = stack.enter_context(mlflow_server.mlflow_server(_folder(scratch, name), plan.workers, way))
            asked[name] = server, _by_name(_filled(name, mlflow_server.fill, server))
        _look_at_answers(found, asked)
        if plan.constant:
            server, requests = _constant(stack, scratch, plan, *asked[LOCKYARD])
            asked[CONSTANT] = server, requests
        for turn in range(plan.rounds):
            for operation in OPERATIONS:
                beside = operation in _BESIDE_WRITES
                needed = "register" if beside else operation
                names = [name for name, (_, requests) in asked.items() if needed in requests]
                for name in names if turn % 2 == 0 else reversed(names):
                    server, requests = asked[name]
                    questions = requests[_BESIDE_WRITES.get(operation, operation)]
                    with writing(server, requests["register"]) if beside else nullcontext():
                        run = measured(server, questions, plan.seconds, requests["get"][0])
                    found.runs.setdefault((name, operation), []).append(run)
                    _say(turn, operation, name, run)
        found.memory = {name: server.memory()[0] for name, (server, _) in asked.items()}
    refused = {operation: found.refused(LOCKYARD, operation) for operation in OPERATIONS}
    if any(refused.values()):
        raise BenchmarkError(f"our server refused requests: {refused}")
    return found


def measured(server: Server, requests: Sequence[Request], seconds: int, harmless: Request) -> Run:
    """Puts a server under load, a moment of which does not count.

    Args:
        server: the server.
        requests: what it is asked in turn.
        seconds: for how long.
        harmless: a request that changes nothing.

    Raises:
        BenchmarkError: nothing was answered well.
    """
    put_under_load(server.address, requests, _WARM_SECONDS, headers=server.headers)
    # What an ended load left waiting is answered before this.
    one_answer(server, harmless)
    before = server.cpu()
    outcome = put_under_load(server.address, requests, seconds, headers=server.headers)
    used = server.cpu() - before
    one_answer(server, harmless)
    if not outcome.answered:
        raise BenchmarkError(f"{server.address} answered nothing well in {seconds} s: {requests[0].path}")
    return Run(outcome, used / outcome.answered)


def _folder(scratch: Path, name: str) -> Path:
    folder = scratch / name.replace(" ", "-")
    folder.mkdir()
    return folder


def _filled(name: str, fill: object, server: Server) -> Requests:
    assert callable(fill)
    print(f"  filling {name}", file=sys.stderr)
    return fill(server, versions())


def _by_name(requests: Requests) -> dict[str, Sequence[Request]]:
    return {each.name: getattr(requests, each.name) for each in fields(requests)}


def _look_at_answers(found: Comparison, asked: Mapping[str, tuple[Server, Mapping[str, Sequence[Request]]]]) -> None:
    """Takes the sizes of answers, and holds the lists to as many versions on each server."""
    for operation in OPERATIONS:
        if operation == "register" or operation in _BESIDE_WRITES:
            continue
        numbers: dict[str, int] = {}
        for name, (server, requests) in asked.items():
            answer = one_answer(server, requests[operation][0])
            found.sizes[name, operation] = len(answer.body)
            value = answer.json()
            numbers[name] = len(value.get("data", value.get("model_versions", (value,))))
        if len(set(numbers.values())) != 1:
            raise BenchmarkError(f"the servers do not answer the same to `{operation}`: {numbers} versions")


def one_answer(server: Server, request: Request) -> Answer:
    """The answer to one request.

    Raises:
        BenchmarkError: it is refused.
    """
    client = Client(server.address, server.headers)
    try:
        answer = client.send(request.method, request.path)
    finally:
        client.close()
    if answer.status != 200:
        raise BenchmarkError(f"{request.path} was answered with {answer.status}: {answer.body[:500]!r}")
    return answer


def _constant(
    stack: ExitStack, scratch: Path, plan: Plan, ours: Server, requests: Mapping[str, Sequence[Request]]
) -> tuple[Server, dict[str, Sequence[Request]]]:
    answers = {f"/{operation}": one_answer(ours, requests[operation][0]) for operation in _ALSO_CONSTANT}
    server = stack.enter_context(constant_server(_folder(scratch, CONSTANT), answers, plan.workers))
    return server, {operation: [Request("GET", f"/{operation}")] for operation in _ALSO_CONSTANT}


def _say(turn: int, operation: str, name: str, run: Run) -> None:
    outcome = run.outcome
    print(
        f"  round {turn + 1}, {operation}, {name}: {outcome.throughput:.0f}/s, p50 {outcome.p50 * 1e3:.1f} ms, "
        f"p99 {outcome.p99 * 1e3:.1f} ms, {run.cpu * 1e3:.2f} ms of CPU",
        file=sys.stderr,
    )
