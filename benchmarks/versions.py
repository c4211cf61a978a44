"""The versions that both registries hold in the comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MODELS, VERSIONS = 100, 10
"""How many models, and how many versions each of them has."""


@dataclass(frozen=True)
class Version:
    """One version.

    Attributes:
        model: number of the model.
        mark: what only this version has.
        tags: values by name.
    """

    model: int
    mark: str
    tags: dict[str, str]

    @property
    def image(self) -> str:
        """Where the version's content is."""
        return f"registry.example/models/model-{self.model:04d}:{self.mark}"

    @property
    def description(self) -> str:
        """A sentence of it."""
        return f"Scores the requests of tenant {self.mark}."

    @property
    def spec(self) -> dict[str, Any]:
        """What a registry of deployments keeps besides: some 600 bytes."""
        container = {
            "name": "server",
            "imageUri": self.image,
            "port": 8000,
            "primary": True,
            "environmentVars": [{"name": f"SETTING_{number}", "value": f"value {number}"} for number in range(5)],
            "readinessProbe": {"path": "/ready", "port": 8000},
        }
        return {"containerGroups": [{"containers": [container]}]}


def versions() -> list[Version]:
    """All of them; each tag is that of as many versions as a model has, of different models."""
    return [
        Version(index % MODELS, f"{index:08d}", {"ticket": f"T-{index // VERSIONS:04d}"})
        for index in range(MODELS * VERSIONS)
    ]
