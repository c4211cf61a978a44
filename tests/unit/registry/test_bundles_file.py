"""Which bundles a registry has, embedded: the default ones, or those of `LOCKYARD_BUNDLES`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.registry.builders import Desk, runtime

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import DEFAULT_BUNDLES, ConfigurationError, ValidationFailedError, parse_bundles
from lockyard_registry import read_bundles

TEAM: dict[str, Any] = {"id": "team.l4", "cpuCount": 6, "memoryBytes": "24GiB", "gpuCount": 1, "gpuTypeLabel": "L4"}


def embedded(tmp_path: Path) -> EmbeddedRegistryClient:
    return EmbeddedRegistryClient(tmp_path / "embedded.db")


def ids(client: EmbeddedRegistryClient) -> list[str]:
    try:
        return [bundle["id"] for bundle in client.list_bundles()]
    finally:
        client.close()


def test_without_a_file_the_default_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOCKYARD_BUNDLES", raising=False)
    assert ids(embedded(tmp_path)) == [bundle.id for bundle in DEFAULT_BUNDLES]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([TEAM], ["team.l4"]),
        ({"extend": True, "bundles": [TEAM]}, [*(bundle.id for bundle in DEFAULT_BUNDLES), "team.l4"]),
    ],
)
def test_a_file_replaces_or_extends(
    document: Any, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bundles.json"
    file.write_text(json.dumps(document))
    monkeypatch.setenv("LOCKYARD_BUNDLES", str(file))
    assert ids(embedded(tmp_path)) == expected


def test_the_home_folder_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "bundles.json").write_text(json.dumps([TEAM]))
    assert [bundle.id for bundle in read_bundles("~/bundles.json", "--bundles")] == ["team.l4"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "cannot be read (No such file or directory)"),
        (b"{", "is no JSON document"),
        (b"\xff\xfe", "is no JSON document"),
        (b"[]", "bundles: must have at least one bundle"),
        (b"7", "the document: "),
        (b'[{"id": "a", "cpuCount": 1}]', "bundles.0.memoryBytes: "),
    ],
)
def test_a_wrong_file_is_one_line_that_names_it(
    content: bytes | None, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bundles.json"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("LOCKYARD_BUNDLES", str(file))
    with pytest.raises(ConfigurationError) as refused:
        embedded(tmp_path).identity()
    message = str(refused.value)
    assert message.startswith(f"LOCKYARD_BUNDLES: the bundles file {file} ") and text in message
    assert "\n" not in message
    assert not (tmp_path / "embedded.db").exists()


def test_workloads_name_and_get_bundles_of_the_file(open_it: Any, caller: Any, clock: Any) -> None:
    desk = Desk(open_it(bundles=parse_bundles([TEAM])), caller, clock)
    locked = desk.artifact(status="locked")["id"]
    allocation = [{"name": "main", "resourceAllocation": {"cpu": 2, "gpu": 1}}]
    for group in ({"resourceBundles": ["team.l4"]}, {"containers": allocation}):
        (described,) = desk.workload(locked, runtime=runtime(**group))["runtime"]["containerGroups"]
        assert described["resourceBundles"] == ["team.l4"]
        assert described["resolvedBundle"]["memoryBytes"] == 24 * 1024**3
    with pytest.raises(ValidationFailedError, match=r"there are: team\.l4; the operator can add one"):
        desk.workload(locked, runtime=runtime(resourceBundles=["cpu.small"]))
