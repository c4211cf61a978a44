"""The package's public names, and what it knows nothing of."""

from __future__ import annotations

import json
import subprocess
import sys

import lockyard_components.manifests as manifests


def test_all_names_are_there_and_sorted() -> None:
    assert manifests.__all__ == sorted(set(manifests.__all__), key=lambda name: (name.islower(), name))
    for name in manifests.__all__:
        assert getattr(manifests, name) is not None
    public = {name for name in vars(manifests) if not name.startswith("_")}
    assert public - {"annotations"} == set(manifests.__all__)


def test_it_knows_nothing_of_pulumi() -> None:
    code = "import json, sys, lockyard_components.manifests; print(json.dumps(sorted(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60).stdout
    loaded = {name.partition(".")[0] for name in json.loads(found)}
    assert not loaded & {"pulumi", "pulumi_kubernetes", "lightkube", "yaml", "lockyard_registry"}
