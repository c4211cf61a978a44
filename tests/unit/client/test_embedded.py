"""The embedded registry as a client sees it."""

import threading

import pytest

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import NotFoundError, StorageError, ValidationFailedError
from lockyard_registry import open_registry

SPEC = {"containerGroups": [{"containers": [{"imageUri": "registry.example/echo:1", "port": 8080}]}]}


def test_opened_at_the_first_call_and_in_the_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCKYARD_DATA_DIR", str(tmp_path / "data"))
    client = EmbeddedRegistryClient()
    assert not (tmp_path / "data").exists()
    identity = client.identity()
    assert (tmp_path / "data" / "registry.db").exists()
    assert identity.embedded
    assert identity.driver == "external"
    assert identity.endpoint == f"lockyard+embedded://{identity.registry_id}/api/v2"
    client.close()
    client.close()


def test_a_registry_that_was_given_stays_open(tmp_path):
    registry = open_registry(tmp_path / "registry.db")
    EmbeddedRegistryClient(registry=registry).close()
    client = EmbeddedRegistryClient(registry=registry)
    assert client.identity().registry_id == registry.registry_id
    registry.close()


def test_bodies_are_not_changed_and_answers_are_their_own(tmp_path):
    client = EmbeddedRegistryClient(tmp_path / "registry.db")
    body = {"name": "a", "spec": {**SPEC, "type": "service"}}
    made = client.create_artifact(body)
    assert body == {"name": "a", "spec": {**SPEC, "type": "service"}}
    made["spec"]["containerGroups"].clear()
    assert client.get_artifact(made["id"])["spec"]["containerGroups"]
    client.close()


def test_errors_are_the_contracts(tmp_path):
    client = EmbeddedRegistryClient(tmp_path / "registry.db")
    with pytest.raises(NotFoundError) as caught:
        client.get_artifact("0" * 24)
    assert str(caught.value) == "Artifact not found."
    with pytest.raises(ValidationFailedError) as refused:
        client.create_artifact({"spec": {}})
    assert [problem.path for problem in refused.value.problems] == ["name"]
    assert client.get_replacement("0" * 24) is None
    client.close()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        EmbeddedRegistryClient(tmp_path / "file" / "registry.db").identity()
    assert "\n" not in str(caught.value)


def test_first_calls_of_several_threads_open_one_registry(tmp_path):
    client = EmbeddedRegistryClient(tmp_path / "registry.db")
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(client.identity().registry_id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    client.close()


@pytest.mark.parametrize(("most", "count"), [(None, 103), (0, 0), (1, 1), (100, 100), (101, 101), (500, 103)])
def test_lists_follow_pages(tmp_path, most, count):
    client = EmbeddedRegistryClient(tmp_path / "registry.db")
    made = [client.create_repository({"name": f"r{number}", "type": "service"})["id"] for number in range(103)]
    found = [item["id"] for item in client.list_repositories(orderBy="createdAt", max_items=most)]
    assert found == made[:count]
    client.close()
