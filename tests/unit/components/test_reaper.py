"""The reaper ends drafts that are past their time and touches nothing else, whatever the cluster answers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.components.fake_api import FakeApi, start
from typer.testing import CliRunner, Result

from lockyard.cli import app
from lockyard.contract import ConfigurationError
from lockyard_components.reaper import Outcome, ReaperError, reap
from lockyard_components.reaper._live import LiveCluster, load_config

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAST, FUTURE = "2026-11-21T11:59:59Z", "2026-11-21T12:00:01Z"
PAUSED, MARK = "autoscaling.keda.sh/paused-replicas", "lockyard.dev/paused-by-reaper"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    api = FakeApi()
    server = start(api)
    yield api
    server.shutdown()
    server.server_close()


@pytest.fixture
def pauses() -> list[float]:
    """How long the reaper waited between attempts."""
    return []


@pytest.fixture
def run(api: FakeApi, tmp_path: Path, pauses: list[float]) -> Iterator[Callable[..., Outcome]]:
    """Runs the reaper at NOW."""
    cluster = LiveCluster(load_config(api.kubeconfig(tmp_path), None), sleep=pauses.append)

    def call(**options: Any) -> Outcome:
        return reap(cluster, now=options.pop("now", lambda: NOW), **options)

    yield call
    cluster.close()


def said(outcome: Outcome) -> list[tuple[str, str]]:
    return [(action.kind, f"{action.namespace}/{action.name}") for action in outcome.actions]


def test_only_drafts_past_their_time_are_scaled_to_zero(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("over", expires_at=PAST, replicas=3)
    api.add("over-elsewhere", namespace="team-b", expires_at="2026-11-21T05:59:59-06:00")
    api.add("default-of-one", expires_at=PAST, replicas=None)
    api.add("under-way", expires_at=FUTURE)
    api.add("locked", expires_at=PAST, labels={"lockyard.dev/draft": "false"})
    api.add("somebody-elses", expires_at=PAST, labels={})
    api.add("stopped", expires_at=PAST, replicas=0)

    outcome = run()

    ended = {name for (_, name), found in api.deployments.items() if found["spec"].get("replicas") == 0}
    assert ended == {"over", "over-elsewhere", "default-of-one", "stopped"}
    assert said(outcome) == [
        ("scaled-to-zero", "team-a/default-of-one"),
        ("scaled-to-zero", "team-a/over"),
        ("scaled-to-zero", "team-b/over-elsewhere"),
    ]
    assert [action.replicas for action in outcome.actions] == [1, 3, 2]
    assert (outcome.looked_at, outcome.warnings, outcome.errors) == (5, [], [])


def test_it_writes_nothing_but_the_scale_and_deletes_nothing(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("over", expires_at=PAST)

    run()

    path = "/apis/apps/v1/namespaces/team-a/deployments/over/scale"
    assert api.writes == [("PATCH", path, {"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 0}})]


def test_the_second_run_finds_nothing_to_do(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("over", expires_at=PAST)
    api.add_scaler("over")
    run()
    api.calls.clear()

    assert run().actions == []
    assert api.writes == []


@pytest.mark.parametrize(("seconds", "ended"), [(-1, True), (0, True), (1, False)])
def test_a_draft_ends_at_its_time(api: FakeApi, run: Callable[..., Outcome], seconds: int, ended: bool) -> None:
    deployment = api.add("chat", expires_at=(NOW + timedelta(seconds=seconds)).isoformat())
    run()
    assert (deployment["spec"]["replicas"] == 0) is ended


def test_one_namespace_only(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("here", expires_at=PAST)
    there = api.add("there", namespace="team-b", expires_at=PAST)

    assert said(run(namespace="team-a")) == [("scaled-to-zero", "team-a/here")]
    assert there["spec"]["replicas"] == 2
    assert all("/namespaces/team-a/" in path for _, path, _ in api.calls)


def test_a_dry_run_says_the_same_and_writes_nothing(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("over", expires_at=PAST)
    api.add_scaler("over")
    planned = run(dry_run=True)
    assert api.writes == []
    assert said(planned) == said(run()) == [("paused", "team-a/over"), ("scaled-to-zero", "team-a/over")]


def test_keda_is_paused_before_the_pods_go(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("over", expires_at=PAST)
    scaler = api.add_scaler("autoscaler-of-another-name", target="over")
    untouched = api.add_scaler("another")

    run()

    assert scaler["metadata"]["annotations"] == {PAUSED: "0", MARK: ""}
    assert untouched["metadata"]["annotations"] == {}
    assert [path.rpartition("/")[2] for _, path, _ in api.writes] == ["autoscaler-of-another-name", "scale"]


def test_a_draft_that_was_started_again_gets_its_autoscaler_back(api: FakeApi, run: Callable[..., Outcome]) -> None:
    deployment = api.add("chat", expires_at=PAST)
    ours = api.add_scaler("chat")
    run()
    deployment["metadata"]["annotations"]["lockyard.dev/expires-at"] = FUTURE

    assert said(run()) == [("resumed", "team-a/chat")]
    assert ours["metadata"]["annotations"] == {}
    assert run().actions == []


def test_a_pause_of_a_person_is_put_back_as_it_was(api: FakeApi, run: Callable[..., Outcome]) -> None:
    deployment = api.add("chat", expires_at=PAST)
    scaler = api.add_scaler("chat", **{PAUSED: "2"})
    run()
    assert scaler["metadata"]["annotations"][PAUSED] == "0"
    deployment["metadata"]["annotations"]["lockyard.dev/expires-at"] = FUTURE
    run()
    assert scaler["metadata"]["annotations"] == {PAUSED: "2"}

    held = api.add_scaler("chat", **{PAUSED: "0"})
    assert run().actions == []
    assert held["metadata"]["annotations"] == {PAUSED: "0"}


@pytest.mark.parametrize("annotation", [None, "soon", "2026-11-21T11:00:00", "2026-13-41T00:00:00Z"])
def test_a_draft_without_a_usable_time_is_named_and_skipped(
    api: FakeApi, run: Callable[..., Outcome], annotation: str | None
) -> None:
    odd = api.add("odd", expires_at=annotation)
    api.add("over", expires_at=PAST)

    outcome = run()

    assert odd["spec"]["replicas"] == 2
    assert said(outcome) == [("scaled-to-zero", "team-a/over")]
    (warning,) = outcome.warnings
    assert "team-a/odd" in warning and "skipped" in warning and "lockyard.dev/expires-at" in warning
    assert annotation is None or repr(annotation) in warning


def test_a_start_between_reading_and_writing_wins(api: FakeApi, run: Callable[..., Outcome]) -> None:
    deployment = api.add("chat", expires_at=PAST)

    def start_again(method: str, path: str) -> None:
        if method == "PATCH":
            deployment["metadata"]["annotations"]["lockyard.dev/expires-at"] = FUTURE
            deployment["metadata"]["resourceVersion"] = "2"

    api.before = start_again
    assert run().actions == []
    assert deployment["spec"]["replicas"] == 2


def test_another_change_meanwhile_does_not_save_it(api: FakeApi, run: Callable[..., Outcome]) -> None:
    deployment = api.add("chat", expires_at=PAST)
    api.failures = [("scale$", 409)]

    assert said(run()) == [("scaled-to-zero", "team-a/chat")]
    assert deployment["spec"]["replicas"] == 0


def test_endless_changes_are_an_error(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("chat", expires_at=PAST)
    api.failures = [("scale$", 409)] * 9

    (error,) = run().errors
    assert "team-a/chat" in error and "meanwhile" in error
    assert len(api.writes) == 4


def test_a_draft_that_is_gone_is_no_error(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("chat", expires_at=PAST)
    api.before = lambda method, path: api.deployments.clear() if method == "PATCH" else None

    assert run().errors == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_trouble_is_waited_out(
    api: FakeApi, run: Callable[..., Outcome], pauses: list[float], status: int
) -> None:
    api.add("over", expires_at=PAST)
    api.failures = [("deployments$", status), ("deployments$", status), ("scale$", status)]

    assert said(run()) == [("scaled-to-zero", "team-a/over")]
    assert pauses == [0.5, 1.0, 0.5]


def test_lasting_trouble_with_one_draft_does_not_stop_the_others(api: FakeApi, run: Callable[..., Outcome]) -> None:
    api.add("a", expires_at=PAST)
    api.add("b", expires_at=PAST)
    api.failures = [("/a/scale$", 403)]

    outcome = run()

    assert said(outcome) == [("scaled-to-zero", "team-a/b")]
    (error,) = outcome.errors
    assert "team-a/a" in error and "forbidden" in error and "DraftReaper" in error


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, ["listing the drafts", "all namespaces", "forbidden", "made up by the test", "DraftReaper"]),
        (401, ["does not accept the credentials", "http://127.0.0.1"]),
        (500, ["answered 500", "made up by the test"]),
    ],
)
def test_drafts_that_cannot_be_listed_are_an_error(
    api: FakeApi, run: Callable[..., Outcome], status: int, words: list[str]
) -> None:
    api.failures = [("deployments$", status)] * 4
    with pytest.raises(ReaperError) as caught:
        run()
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_cluster(tmp_path: Path, api: FakeApi, pauses: list[float]) -> None:
    cluster = LiveCluster(load_config(api.kubeconfig(tmp_path), "nowhere"), sleep=pauses.append)
    with pytest.raises(ReaperError, match=r"http://127.0.0.1:9 cannot be reached .*--context"):
        reap(cluster)
    assert len(pauses) == 3


def test_a_call_has_a_deadline(tmp_path: Path, api: FakeApi, pauses: list[float]) -> None:
    import time

    api.before = lambda method, path: time.sleep(0.3)
    cluster = LiveCluster(load_config(api.kubeconfig(tmp_path), None), call_seconds=0.05, sleep=pauses.append)
    with pytest.raises(ReaperError, match="cannot be reached"):
        reap(cluster)


def test_settings_that_lead_nowhere(tmp_path: Path, api: FakeApi) -> None:
    with pytest.raises(ConfigurationError, match=r"not found.*--kubeconfig"):
        load_config(tmp_path / "none", None)
    with pytest.raises(ConfigurationError, match=r"'other' not found.*--context"):
        load_config(api.kubeconfig(tmp_path), "other")
    broken = tmp_path / "broken"
    broken.write_text("clusters: 7\n")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_config(broken, None)


# The command.


@pytest.fixture
def command(api: FakeApi, tmp_path: Path) -> Callable[..., Result]:
    """Runs `lockyard reap` with these words; the real clock says when drafts end."""
    file = api.kubeconfig(tmp_path)
    return lambda *words: CliRunner().invoke(app, ["reap", "--kubeconfig", str(file), *words])


LONG_AGO, LONG_AHEAD = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"


def test_the_command_says_what_it_did(api: FakeApi, command: Callable[..., Result]) -> None:
    api.add("over", expires_at=LONG_AGO)
    api.add("odd", expires_at="soon")
    api.add_scaler("over")

    planned = command("--dry-run")
    assert planned.exit_code == 0 and "would scale Deployment team-a/over from 2 to 0 replicas" in planned.stdout
    assert api.writes == []
    done = command()
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "paused ScaledObject team-a/over: the draft ended 2020-01-01T00:00:00Z",
        "scaled Deployment team-a/over from 2 to 0 replicas: the draft ended 2020-01-01T00:00:00Z",
        "2 drafts looked at, 2 changes made",
    ]
    assert done.stderr.startswith("lockyard: warning: Deployment team-a/odd")
    assert command().stdout == "2 drafts looked at, 0 changes made\n"


def test_the_command_answers_json(api: FakeApi, command: Callable[..., Result]) -> None:
    api.add("over", expires_at=LONG_AGO)
    api.add("under-way", expires_at=LONG_AHEAD)

    assert json.loads(command("--json", "--namespace", "team-a").stdout) == {
        "dryRun": False,
        "lookedAt": 2,
        "actions": [
            {
                "kind": "scaled-to-zero",
                "namespace": "team-a",
                "name": "over",
                "expiresAt": LONG_AGO,
                "replicas": 2,
            }
        ],
        "warnings": [],
        "errors": [],
    }


def test_exit_codes(api: FakeApi, command: Callable[..., Result], tmp_path: Path) -> None:
    api.add("over", expires_at=LONG_AGO)
    api.failures = [("scale$", 403)]
    refused = command()
    assert refused.exit_code == 1
    assert refused.stderr.startswith("lockyard: scaling Deployment team-a/over to zero is forbidden")
    api.failures = [("deployments$", 403)]
    assert command().exit_code == 1
    wrong = command("--context", "other")
    assert (wrong.exit_code, len(wrong.stderr.splitlines())) == (2, 1)
    assert command("--deadline", "0").exit_code == 2


def test_help_does_not_pay_for_the_cluster_client() -> None:
    script = (
        "import sys, lockyard.cli, lockyard_components.reaper; "
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'lightkube', 'pulumi', 'yaml'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
