"""`allowedActions` tells the truth: what it allows succeeds, what it refuses is refused, for the reason it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk, runtime, spec
from tests.unit.registry.statements import statements

from lockyard.contract import (
    ApiError,
    ArtifactQuery,
    NotFoundError,
    RepositoryInput,
    RepositoryQuery,
    SharedRolesPatch,
    TagsInput,
    WorkloadPatch,
    WorkloadQuery,
    parse,
    parse_artifact,
)
from lockyard_registry import lifecycle

HERE = {"artifactRepositoryId": REPOSITORY}
_BUILD = {
    "dockerfile": {"source": "provided"},
    "codeRef": {"datarobot": {"catalogId": "ab" * 12, "catalogVersionId": "ab" * 12}},
}
_BUILT_LATER = {"name": "main", "port": 8080, "primary": True, "imageBuildConfig": _BUILD}
UNBUILT = {"containerGroups": [{"containers": [_BUILT_LATER]}]}
WHO = ("administrator", "owner", "reading owner", "editor", "consumer")


def told(desk: Desk) -> Desk:
    """The same caller, who wants to know."""
    return replace(desk, caller=replace(desk.caller, wants_actions=True))


def as_subject(desk: Desk, who: str) -> Desk:
    """The caller as somebody else; the objects were shared with them by `shared`."""
    if who == "administrator":
        return told(desk.other("z").alone())
    if who.endswith("owner"):
        return told(replace(desk, caller=replace(desk.caller, read_only=who.startswith("reading"))))
    return told(desk.other(who))


def shared(desk: Desk, *workloads: str) -> None:
    for who in ("editor", "consumer"):
        desk.share(who, who.upper())
        for id in workloads:
            desk.share(who, who.upper(), "workloads", id)


def allowed(document: dict[str, Any]) -> dict[str, str | None]:
    """Every action with its reason; None where it is allowed."""
    actions = document["allowedActions"]
    assert all(item["allowed"] == (item["reason"] is None) for item in actions)
    assert all("\n" not in (item["reason"] or "") for item in actions)
    return {item["action"]: item["reason"] for item in actions}


# Each scene makes its objects in a fresh registry and gives the id of the one that is looked at.
def draft(desk: Desk) -> str:
    return desk.artifact(**HERE)["id"]


def unbuilt(desk: Desk) -> str:
    return desk.artifact(**HERE, spec=UNBUILT)["id"]


def empty(desk: Desk) -> str:
    return desk.artifact(**HERE, spec={"containerGroups": []})["id"]


def used(desk: Desk) -> str:
    id = draft(desk)
    desk.workload(id)
    return id


def used_by_a_stopped_one(desk: Desk) -> str:
    id = draft(desk)
    lifecycle.stop_workload(desk.reg, desk.caller, desk.workload(id)["id"])
    return id


def used_by_an_expired_one(desk: Desk) -> str:
    id = used(desk)
    desk.clock.advance(9 * 3600)
    return id


def rolled_onto(desk: Desk) -> str:
    id, workload = draft(desk), running(desk)
    desk.replace_by(workload, id)
    return id


def locked(desk: Desk) -> str:
    return desk.artifact(**HERE, status="locked")["id"]


def locked_and_used(desk: Desk) -> str:
    id = locked(desk)
    desk.workload(id)
    return id


def submitted(desk: Desk) -> str:
    return desk.workload(draft(desk), runtime=runtime())["id"]


def running(desk: Desk) -> str:
    made = desk.workload(draft(desk), runtime=runtime())
    desk.report(made, "ready", internalUrl="http://chat.example/")
    return made["id"]


def running_on_locked(desk: Desk) -> str:
    made = desk.workload(locked(desk), runtime=runtime())
    desk.report(made, "ready")
    return made["id"]


def failed(desk: Desk) -> str:
    made = desk.workload(draft(desk), runtime=runtime())
    desk.report(made, "failed", message="crashed")
    return made["id"]


def rolling(desk: Desk) -> str:
    id = running(desk)
    desk.replace_by(id, draft(desk))
    return id


def stopped(desk: Desk) -> str:
    id = running(desk)
    lifecycle.stop_workload(desk.reg, desk.caller, id)
    return id


def expired(desk: Desk) -> str:
    id = running(desk)
    desk.clock.advance(9 * 3600)
    return id


def expired_while_rolling(desk: Desk) -> str:
    id = rolling(desk)
    desk.clock.advance(9 * 3600)
    return id


def stopped_beside_an_active_one(desk: Desk) -> str:
    id = stopped(desk)
    desk.workload(desk.see(id)["artifactId"])
    return id


def repository_of_nothing(desk: Desk) -> str:
    return REPOSITORY


def repository_of_a_draft(desk: Desk) -> str:
    draft(desk)
    return REPOSITORY


def repository_of_a_version(desk: Desk) -> str:
    locked(desk)
    return REPOSITORY


def repository_in_use(desk: Desk) -> str:
    used(desk)
    return REPOSITORY


SHARING = {"operation": "updateRoles", "roles": [{"id": "new", "role": "CONSUMER", "shareRecipientType": "user"}]}
TAGS = {"tags": [{"name": "a", "value": "b"}]}
L = lifecycle
BODY = {"name": "new", "spec": spec()}


def tag(kind: Any) -> Callable[[Desk, str], Any]:
    return lambda d, id: L.replace_tags(d.reg, d.caller, kind, id, parse(TagsInput, TAGS))


def share(kind: Any) -> Callable[[Desk, str], Any]:
    return lambda d, id: L.update_shared_roles(d.reg, d.caller, kind, id, parse(SharedRolesPatch, SHARING))


def replaced(d: Desk, id: str) -> Any:
    return L.put_artifact(d.reg, d.caller, id, parse_artifact(BODY, d.reg.compat))


def rolled(d: Desk, id: str) -> Any:
    status = L.get_workload(d.reg, d.alone().caller, id)["artifact"]["status"]
    query = ArtifactQuery(search="candidate", status=status)
    (candidate,) = L.list_artifacts(d.reg, d.alone().caller, query).items
    return d.replace_by(id, candidate["id"])


CALLS: dict[str, dict[str, Callable[[Desk, str], Any]]] = {
    "artifacts": {
        "edit": lambda d, id: d.patch(id, description="edited"),
        "replace": replaced,
        "lock": lambda d, id: d.patch(id, status="locked"),
        "clone": lambda d, id: L.clone_artifact(d.reg, d.caller, id, "copy"),
        "tag": tag("artifacts"),
        "deploy": lambda d, id: d.workload(id, runtime=runtime()),
        "share": share("artifacts"),
        "delete": lambda d, id: L.delete_artifact(d.reg, d.caller, id),
    },
    "artifactRepositories": {
        "edit": lambda d, id: L.put_repository(d.reg, d.caller, id, parse(RepositoryInput, {"name": "new"})),
        "addArtifact": lambda d, id: d.artifact(artifactRepositoryId=id),
        "tag": tag("artifactRepositories"),
        "share": share("artifactRepositories"),
        "delete": lambda d, id: L.delete_repository(d.reg, d.caller, id),
    },
    "workloads": {
        "edit": lambda d, id: L.patch_workload(d.reg, d.caller, id, parse(WorkloadPatch, {"name": "new"})),
        "start": lambda d, id: L.start_workload(d.reg, d.caller, id),
        "stop": lambda d, id: L.stop_workload(d.reg, d.caller, id),
        "changeSettings": lambda d, id: d.settings(id, runtime()),
        "replaceArtifact": rolled,
        "cancelReplacement": lambda d, id: L.cancel_replacement(d.reg, d.caller, id),
        "tag": tag("workloads"),
        "report": lambda d, id: d.report(d.see(id), "progressing"),
        "invoke": lambda d, id: L.invocation_target(d.reg, d.caller, id),
        "promote": lambda d, id: L.promote_workload(d.reg, d.caller, id),
        "share": share("workloads"),
        "delete": lambda d, id: L.delete_workload(d.reg, d.caller, id),
    },
}
READ = {"artifacts": L.get_artifact, "artifactRepositories": L.get_repository, "workloads": L.get_workload}
SCENES: dict[str, tuple[Callable[[Desk], str], ...]] = {
    "artifacts": (
        draft,
        unbuilt,
        empty,
        used,
        used_by_a_stopped_one,
        used_by_an_expired_one,
        rolled_onto,
        locked,
        locked_and_used,
    ),
    "artifactRepositories": (
        repository_of_nothing,
        repository_of_a_draft,
        repository_of_a_version,
        repository_in_use,
    ),
    "workloads": (
        submitted,
        running,
        running_on_locked,
        failed,
        rolling,
        stopped,
        expired,
        expired_while_rolling,
        stopped_beside_an_active_one,
    ),
}


class _Undone(Exception):
    """Ends a call after it succeeded, so that nothing of it is stored."""


def tried(desk: Desk, call: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> str | None:
    """What a call answers: its refusal, or None. What it did is undone, so that one scene serves for all calls."""
    from lockyard_registry.lifecycle._changes import Changes

    def undo(*_: Any) -> None:
        raise _Undone

    # Whatever is due is stored first: only the call itself is undone.
    lifecycle.list_workloads(desk.reg, desk.alone().caller, WorkloadQuery())
    with monkeypatch.context() as patched:
        patched.setattr(Changes, "store", undo)
        try:
            call()
        except _Undone:
            return None
        except ApiError as refusal:
            return f"{type(refusal).__name__}: {refusal}"
    return None


@pytest.mark.parametrize(
    ("kind", "scene"),
    [(kind, scene) for kind, scenes in SCENES.items() for scene in scenes],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_every_claim_is_what_the_call_does(desk, monkeypatch, kind, scene):
    desk.put()
    id = scene(desk)
    for status in ("draft", "locked") if kind == "workloads" else ():
        desk.artifact(**HERE, name="candidate", status=status)
    found = lifecycle.list_workloads(desk.reg, desk.caller, WorkloadQuery(limit=100)).items
    shared(desk, *(workload["id"] for workload in found))
    wrong: list[str] = []
    for who in WHO:
        subject = as_subject(desk, who)
        claims = allowed(READ[kind](subject.reg, subject.caller, id))
        assert set(claims) == set(CALLS[kind])
        for action, reason in claims.items():
            call = CALLS[kind][action]
            answer = tried(desk, lambda: call(subject, id), monkeypatch)  # noqa: B023
            if (answer is None) != (reason is None):
                wrong.append(f"{who} {action}: claimed {reason or 'allowed'}, answered {answer or 'success'}")
            # What hides the object (404) says nothing, and a repository's refusal also names versions and workloads;
            # a reading token may meet another refusal first.
            elif answer and kind != "artifactRepositories" and "reading" not in who:
                hidden = answer.startswith(NotFoundError.__name__)
                if not hidden and reason not in " ".join(answer.split()):
                    wrong.append(f"{who} {action}: claimed {reason}, answered {answer}")
    assert wrong == []


def listed(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    caller = told(desk).caller
    return {
        "artifacts": lifecycle.list_artifacts(desk.reg, caller, ArtifactQuery(limit=100)).items,
        "artifactRepositories": lifecycle.list_repositories(desk.reg, caller, RepositoryQuery(limit=100)).items,
        "workloads": lifecycle.list_workloads(desk.reg, caller, WorkloadQuery(limit=100)).items,
    }


def test_lists_say_what_single_objects_say(office):
    office.put()
    for scene in (stopped_beside_an_active_one, rolling, running_on_locked, used_by_a_stopped_one, draft, submitted):
        scene(office)
    found = lifecycle.list_workloads(office.reg, office.caller, WorkloadQuery(limit=100)).items
    shared(office, *(workload["id"] for workload in found))
    for who in ("editor", "administrator"):
        subject = as_subject(office, who)
        for kind, documents in listed(subject).items():
            assert documents
            for document in documents:
                single = READ[kind](subject.reg, subject.caller, document["id"])
                assert document["allowedActions"] == single["allowedActions"]


def test_lists_ask_no_more_for_more_rows(desk):
    desk.put()
    counts: list[int] = []
    for _ in range(2):
        for _ in range(3):
            for scene in (running, stopped, locked):
                scene(desk)
        with statements(desk.reg.store) as queries:
            listed(desk.alone())
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0]


def test_a_full_registry_says_so(open_it, caller, clock):
    desk = Desk(open_it(max_concurrent_workloads=1), caller, clock)
    desk.put()
    id = stopped(desk)
    other = draft(desk)
    desk.workload(other)
    assert "maximum" in (allowed(told(desk).see(id))["start"] or "")
    assert "maximum" in (allowed(told(desk).read(draft(desk)))["deploy"] or "")


def test_the_simulated_driver_takes_no_reports(simulated):
    simulated.put()
    id = submitted(simulated)
    claims = allowed(told(simulated).see(id))
    assert "takes no reports" in (claims["report"] or "")
    assert claims["promote"] is None


def test_hidden_workloads_are_not_named(office):
    office.put()
    id = draft(office)
    office.share("editor", "EDITOR")
    hidden = office.other("editor").workload(id)
    reasons = allowed(told(office).read(id))
    assert "referenced by 1 workload(s): 1 that you cannot see" in (reasons["delete"] or "")
    assert "somebody else" in (reasons["deploy"] or "")
    assert hidden["id"] not in str(reasons)


def test_who_does_not_ask_is_not_told(desk):
    """As the plugin, which would only pay for it."""
    desk.put()
    documents = [desk.read(draft(desk)), desk.repository(REPOSITORY), desk.see(running(desk))]
    assert all("allowedActions" not in document for document in documents)
