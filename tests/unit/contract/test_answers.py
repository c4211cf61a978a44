"""Answers: open models that describe what servers send."""

import json

from lockyard.contract import ArtifactFormatted, ErrorBody, ListEnvelope, ReplacementFormatted, WorkloadFormatted

TIMES = {"createdAt": "2026-10-01T10:00:00.000000+00:00", "updatedAt": "2026-10-01T10:00:00.000000+00:00"}


def test_an_artifact_with_more_than_we_know() -> None:
    answer = ArtifactFormatted.model_validate(
        {
            "id": "i",
            "name": "n",
            "type": "service",
            "status": "draft",
            "version": None,
            "spec": {},
            "artifactRepositoryId": "r",
            "imageOutdated": True,
            **TIMES,
        }
    )
    assert answer.artifact_repository_id == "r"
    assert answer.model_dump(by_alias=True)["imageOutdated"] is True


def test_a_workload_of_a_plain_server() -> None:
    answer = WorkloadFormatted.model_validate(
        {
            "id": "i",
            "name": "n",
            "description": None,
            "status": "running",
            "type": "nim",
            "importance": "high",
            "artifactId": "a",
            "endpoint": "https://host/",
            "runtime": {},
            **TIMES,
        }
    )
    assert answer.claim is None


def test_envelope_and_errors() -> None:
    page = ListEnvelope[ReplacementFormatted].model_validate(
        {"count": 0, "totalCount": 0, "next": None, "previous": None, "data": []}
    )
    assert page.data == []
    for detail in ("text", ["text"], [{"path": "p", "message": "m", "code": "c"}]):
        assert ErrorBody.model_validate({"detail": detail}).model_dump()["detail"] == detail


def test_they_have_schemas() -> None:
    for model in (ArtifactFormatted, WorkloadFormatted, ListEnvelope[ArtifactFormatted], ErrorBody):
        json.dumps(model.model_json_schema(by_alias=True))
