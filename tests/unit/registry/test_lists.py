from typing import Any

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk
from tests.unit.registry.statements import statements

from lockyard.contract import ArtifactQuery, TagsInput, WorkloadQuery, parse, parse_query
from lockyard_registry import lifecycle
from lockyard_registry.lifecycle._tags import tags_of
from lockyard_registry.lifecycle._transaction import reading


def artifacts(desk: Desk, **query: Any) -> list[str]:
    page = lifecycle.list_artifacts(desk.reg, desk.caller, parse_query(ArtifactQuery, {"limit": 100, **query}))
    assert page.total == len(page.items)
    return [item["name"] for item in page.items]


def workloads(desk: Desk, **query: Any) -> list[str]:
    page = lifecycle.list_workloads(desk.reg, desk.caller, parse_query(WorkloadQuery, {"limit": 100, **query}))
    assert page.total == len(page.items)
    return [item["name"] for item in page.items]


def tag(desk: Desk, kind: Any, id: str, **tags: str) -> list[dict[str, str]]:
    body = parse(TagsInput, {"tags": [{"name": name, "value": value} for name, value in tags.items()]})
    return lifecycle.replace_tags(desk.reg, desk.caller, kind, id, body)["tags"]


@pytest.fixture
def filled(desk: Desk) -> Desk:
    desk.put()
    for name, fields in {
        "alpha": {"description": "first one", "artifactRepositoryId": REPOSITORY},
        "beta": {"status": "locked", "artifactRepositoryId": REPOSITORY},
        "gamma": {"type": "nim", "description": "100% of a_b"},
        "Ärger": {"type": "nim", "status": "locked"},
    }.items():
        desk.artifact(name=name, **fields)
        desk.clock.advance(1)
    return desk


def test_artifact_filters_combine(filled: Desk) -> None:
    assert artifacts(filled) == ["Ärger", "gamma", "beta", "alpha"]
    assert artifacts(filled, status="locked") == ["Ärger", "beta"]
    assert artifacts(filled, repositoryId=REPOSITORY) == ["beta", "alpha"]
    assert artifacts(filled, type="nim") == ["Ärger", "gamma"]
    assert artifacts(filled, type="nim", status="draft") == ["gamma"]
    assert artifacts(filled, createdBy="ada") == artifacts(filled)
    assert artifacts(filled, createdBy="nobody") == []


def test_artifact_order(filled: Desk) -> None:
    assert artifacts(filled, orderBy="createdAt") == ["alpha", "beta", "gamma", "Ärger"]
    assert artifacts(filled, orderBy="-name") == ["Ärger", "gamma", "beta", "alpha"]
    assert artifacts(filled, orderBy="status") == ["alpha", "gamma", "beta", "Ärger"]
    id = lifecycle.list_artifacts(filled.reg, filled.caller, ArtifactQuery(search="alpha")).items[0]["id"]
    filled.patch(id, description="new")
    assert artifacts(filled, orderBy="-updatedAt")[0] == "alpha"


def test_search(filled: Desk) -> None:
    assert artifacts(filled, search="ALPHA") == ["alpha"]
    assert artifacts(filled, search="First O") == ["alpha"]
    assert artifacts(filled, search="ärg") == ["Ärger"]
    assert artifacts(filled, search="%") == ["gamma"]
    assert artifacts(filled, search="a_b") == ["gamma"]
    assert artifacts(filled, search="/") == []
    id = lifecycle.list_artifacts(filled.reg, filled.caller, ArtifactQuery(search="beta")).items[0]["id"]
    assert artifacts(filled, search=id[-6:].upper()) == ["beta"]
    assert artifacts(filled, ids=[id, "f" * 24]) == ["beta"]
    alpha = lifecycle.list_artifacts(filled.reg, filled.caller, ArtifactQuery(search="alpha")).items[0]["id"]
    filled.patch(alpha, name="omega")
    assert artifacts(filled, search="alpha") == []
    assert artifacts(filled, search="omega") == ["omega"]


def test_tags_match_any(filled: Desk) -> None:
    ids = {
        item["name"]: item["id"] for item in lifecycle.list_artifacts(filled.reg, filled.caller, ArtifactQuery()).items
    }
    tag(filled, "artifacts", ids["alpha"], team="a", stage="x")
    tag(filled, "artifacts", ids["beta"], team="b")
    assert artifacts(filled, tagKeys="team") == ["beta", "alpha"]
    assert artifacts(filled, tagKeys=["stage", "nothing"]) == ["alpha"]
    assert artifacts(filled, tagValues=["a", "b"]) == ["beta", "alpha"]
    assert artifacts(filled, tagKeys="team", tagValues="b") == ["beta"]
    assert artifacts(filled, tagKeys="none") == []


def test_pages_are_complete_and_never_overlap(desk: Desk) -> None:
    names = [desk.artifact(name=f"a{number}")["id"] for number in range(25)]
    seen: list[str] = []
    for offset in range(0, 40, 7):
        page = lifecycle.list_artifacts(desk.reg, desk.caller, ArtifactQuery(offset=offset, limit=7))
        assert page.total == 25
        seen += [item["id"] for item in page.items]
    assert seen == names[::-1]


def test_workload_filters(desk: Desk) -> None:
    desk.put()
    draft = desk.artifact(artifactRepositoryId=REPOSITORY)
    locked = desk.artifact(artifactRepositoryId=REPOSITORY, status="locked")
    nim = desk.artifact(type="nim", status="locked")
    made = {}
    for name, on, importance in (("a", draft, "low"), ("b", locked, "critical"), ("c", nim, "high")):
        made[name] = desk.workload(on["id"], name=name, importance=importance, description=f"does {name}{name}")
        desk.clock.advance(1)
    lifecycle.stop_workload(desk.reg, desk.caller, made["b"]["id"])
    assert workloads(desk) == ["c", "b", "a"]
    assert workloads(desk, status=["stopped", "errored"]) == ["b"]
    assert workloads(desk, status=["stopped", "submitted"], importance=["low", "critical"]) == ["b", "a"]
    assert workloads(desk, artifactStatus="draft") == ["a"]
    assert workloads(desk, artifactId=nim["id"]) == ["c"]
    assert workloads(desk, repositoryId=REPOSITORY) == ["b", "a"]
    assert workloads(desk, type="nim") == ["c"]
    assert workloads(desk, search="OES BB") == ["b"]
    assert workloads(desk, enclave="e") == []
    assert workloads(desk, orderBy="importance") == ["a", "c", "b"]
    assert workloads(desk, orderBy="-importance") == ["b", "c", "a"]
    assert workloads(desk, orderBy="status") == ["b", "a", "c"]
    assert workloads(desk, orderBy="-name") == ["c", "b", "a"]
    plain = lifecycle.list_workloads(desk.reg, desk.caller, WorkloadQuery()).items[0]
    assert plain["requestStats"] is None
    counted = lifecycle.list_workloads(desk.reg, desk.caller, WorkloadQuery(service_stats=True)).items[0]
    assert counted == desk.see(counted["id"])
    desk.replace_by(made["c"]["id"], locked["id"])
    assert workloads(desk, artifactId=nim["id"]) == []


def test_a_page_takes_the_same_number_of_queries_whatever_its_length(desk: Desk) -> None:
    for number in range(8):
        locked = desk.artifact(status="locked", description=str(number))
        workload = desk.workload(locked["id"])
        desk.settings(workload["id"])
        tag(desk, "workloads", workload["id"], team="a")
        tag(desk, "artifacts", locked["id"], team="a")
    counts: list[int] = []
    for limit in (2, 8):
        with statements(desk.reg.store) as queries:
            page = lifecycle.list_workloads(desk.reg, desk.caller, WorkloadQuery(limit=limit))
            assert all(item["replacement"] and item["tags"] for item in page.items)
            lifecycle.list_artifacts(desk.reg, desk.caller, ArtifactQuery(limit=limit))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert 0 < counts[0] <= 16


def test_tags(desk: Desk) -> None:
    draft = desk.artifact(status="locked")
    first = tag(desk, "artifacts", draft["id"], b="1", a="2")
    assert [(item["name"], item["value"]) for item in first] == [("b", "1"), ("a", "2")]
    assert desk.read(draft["id"]) == {**draft, "tags": first}
    second = tag(desk, "artifacts", draft["id"], a="2", c="3")
    assert second[0] == first[1]
    assert desk.read(draft["id"])["tags"] == second
    assert tag(desk, "artifacts", draft["id"]) == []
    workload = desk.workload(draft["id"])
    assert desk.see(workload["id"])["tags"] == []
    tags = tag(desk, "workloads", workload["id"], a="1")
    assert desk.see(workload["id"])["tags"] == tags
    tags = tag(desk, "artifactRepositories", draft["artifactRepositoryId"], a="1")
    assert desk.repository(draft["artifactRepositoryId"])["tags"] == tags


@pytest.mark.parametrize("kind", ["artifacts", "artifactRepositories", "workloads"])
def test_tags_of_nothing(desk: Desk, kind: Any) -> None:
    with pytest.raises(Exception, match="not found"):
        tag(desk, kind, "f" * 24, a="1")


def test_tags_of_many_objects_are_each_ones_own(desk: Desk) -> None:
    made = [desk.artifact(name=f"a{number}") for number in range(12)]
    for number, artifact in enumerate(made):
        tag(desk, "artifacts", artifact["id"], number=str(number), of="all")
    ids = [artifact["id"] for artifact in made]
    with reading(desk.reg, desk.caller) as t:
        for asked in ([], ids[:1], ids[:2], ids[:10], ids[:11], [*ids, *(f"{number:024x}" for number in range(200))]):
            found = tags_of(t, "artifacts", asked)
            assert list(found) == asked
            shown = {id: [(each["name"], each["value"]) for each in tags] for id, tags in found.items()}
            assert shown == {id: [("number", str(ids.index(id))), ("of", "all")] if id in ids else [] for id in asked}
