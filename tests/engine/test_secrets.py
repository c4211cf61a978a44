"""Values given as Pulumi secrets are never in clear, nor are their digests: in the state, in output, in errors."""

from __future__ import annotations

import json
from collections.abc import Callable

import pulumi
from tests.engine.harness import Project, Server
from tests.engine.harness.programs import lineage, spec, workload
from tests.engine.harness.results import Run

from lockyard.contract import content_digest

SECRET = "correct-horse-battery-staple"
CHANGED = "wrong-horse-battery-staple"


def variables(value: object) -> dict[str, object]:
    return spec(environment_vars=[{"name": "DB_PASSWORD", "value": value}])


def program(value: str = SECRET, status: str = "draft", **more: object) -> Callable[[], object]:
    return lambda: workload("chat", lineage("chat", spec=variables(pulumi.Output.secret(value)), status=status, **more))


def told(run: Run) -> str:
    """Everything a command let out: what it printed, and the events other tools read."""
    return run.output + json.dumps(run.events)


def stored(project: Project) -> str:
    """The state as it lies in the backend, its history included."""
    return "\n".join(path.read_text() for path in project.scratch.glob("state/.pulumi/**/*.json*") if path.is_file())


def digest_of(project: Project) -> str:
    return project.registry.get_artifact(project.id("Artifact/chat"))["contentDigest"]


def test_secret_values_and_their_digests_are_nowhere_in_clear(project: Project) -> None:
    texts = [told(project.preview(program())), told(project.up(program()))]
    digests = [digest_of(project)]
    texts += [told(project.preview(program(CHANGED), "--diff")), told(project.up(program(CHANGED), "--diff"))]
    digests.append(digest_of(project))
    texts.append(told(project.up(program(CHANGED, "locked"))))
    texts += [told(project.preview(program(SECRET, "locked"), "--diff")), told(project.up(program(SECRET, "locked")))]
    texts += [told(project.refresh()), project.pulumi("stack", "export").output, stored(project)]
    texts.append(told(project.up(program(SECRET, "locked", description="x" * 6000, name=""), fails=True)))

    assert len(set(digests)) == 2
    for number, text in enumerate(texts):
        for hidden in (SECRET, CHANGED, *digests, *(digest.removeprefix("v1:") for digest in digests)):
            assert hidden not in text, f"text {number} holds {hidden}"
    # Not lost, either: it is what the registry got.
    [container] = project.registry.get_artifact(project.id("Artifact/chat"))["spec"]["containerGroups"][0]["containers"]
    assert container["environmentVars"][0]["value"] == SECRET
    project.assert_empty_preview(program(SECRET, "locked"))


def test_a_digest_without_secrets_is_shown(project: Project) -> None:
    """The reviewer of a preview sees the digest of the version that would come."""
    project.up(lambda: lineage("chat", status="locked"))
    shown = project.preview(lambda: lineage("chat", "registry.example/chat:2", status="locked"), "--diff")
    wire = {
        "containerGroups": [{"containers": [{"name": "main", "imageUri": "registry.example/chat:2", "port": 8080}]}]
    }
    assert str(content_digest(name="chat", description="", type="service", spec=wire)) in shown.output


def test_a_secret_name_stays_one(project: Project) -> None:
    """The engine prints the value of a property that a check refuses, unless it is told nothing but the reason."""
    hidden = "project-" + SECRET
    refused = project.up(lambda: lineage("chat", name=pulumi.Output.secret(hidden * 400)), fails=True)
    assert any("name" in error for error in refused.errors)
    up = project.up(lambda: lineage("chat", name=pulumi.Output.secret(hidden)))
    for text in (told(refused), told(up), stored(project)):
        assert hidden not in text


def test_a_literal_credential_earns_a_warning_without_its_value(project: Project) -> None:
    run = project.preview(lambda: lineage("chat", spec=variables(SECRET)))
    [line] = [text for text in run.warnings if "looks like a credential" in text]
    assert "spec.containerGroups.0.containers.0.environmentVars.0.value" in line
    assert SECRET not in line


def test_urgent_work_on_a_draft_earns_a_warning(project: Project) -> None:
    def urgent(status: str) -> Callable[[], object]:
        return lambda: workload("chat", lineage("chat", status=status), importance="critical")

    [line] = [text for text in project.preview(urgent("draft")).warnings if "importance" in text]
    assert "8 hours" in line
    assert [text for text in project.preview(urgent("locked")).warnings if "importance" in text] == []


def test_a_token_in_clear_is_refused_and_a_secret_one_works(server_project: Project, server: Server) -> None:
    project = server_project
    del project.environment["LOCKYARD_API_TOKEN"]
    project.configure({"lockyard:token": server.TOKEN})
    refused = project.preview(program(), fails=True)
    assert any("lockyard:token is set as plain text" in error for error in refused.errors)
    assert any("`pulumi config set --secret lockyard:token`" in error for error in refused.errors)
    assert server.TOKEN not in refused.output
    assert project.resources() == {}

    project.configure(secret={"lockyard:token": server.TOKEN})
    run = project.up(program())

    assert server.client.get_artifact(project.id("Artifact/chat"))["status"] == "draft"
    for text in (told(run), stored(project), project.pulumi("stack", "export").output, told(project.refresh())):
        assert server.TOKEN not in text
    project.destroy()
    assert list(server.client.list_artifacts()) == []
