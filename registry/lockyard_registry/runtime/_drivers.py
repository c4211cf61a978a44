"""Who runs workloads, and how the registry learns of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from lockyard.contract import ConfigurationError

from ._simulated_replicas import simulated_replicas


@dataclass(frozen=True, slots=True)
class Step:
    """The next status that a proton reaches by itself.

    Attributes:
        after: seconds from the status before.
        status: the status reached.
        message: why, when it is a failure.
    """

    after: float
    status: str
    message: str | None = None


class Driver(Protocol):
    """Decides how protons come up and go down.

    Attributes:
        name: shown wherever it matters: in workloads, `GET /version/` and the command line.
        takes_reports: somebody else runs the workloads and tells by reports; without a report there is no proton.
        stopping: status of a proton right after it was told to stop.
        retiring: status of a proton right after another one took over.
    """

    name: ClassVar[str]
    takes_reports: ClassVar[bool]
    stopping: ClassVar[str]
    retiring: ClassVar[str]

    def next_step(self, status: str, images: Iterable[str]) -> Step | None:
        """What follows a proton's status without anybody's doing; None when it stays.

        Args:
            status: the proton's status.
            images: the images it runs.
        """
        ...

    def replicas(self, status: str, count: int, images: Mapping[str, str], since: str) -> list[dict[str, Any]]:
        """What runs of a proton, in the form of reports; empty where reports tell it.

        Args:
            status: the proton's status.
            count: how many replicas it has.
            images: the image of each container.
            since: when it reached the status.
        """
        ...


class ExternalDriver:
    """A component or controller outside applies the objects and reports by `POST /workloads/{id}/reports`."""

    name: ClassVar[str] = "external"
    takes_reports: ClassVar[bool] = True
    # Nobody may be there to report it, so the record says at once what is wanted.
    stopping: ClassVar[str] = "stopped"
    retiring: ClassVar[str] = "stopped"

    def next_step(self, status: str, images: Iterable[str]) -> Step | None:
        """Nothing happens without a report."""
        return None

    def replicas(self, status: str, count: int, images: Mapping[str, str], since: str) -> list[dict[str, Any]]:
        """Reports tell."""
        return []


class SimulatedDriver:
    """A stand-in that runs nothing and moves by the clock alone; for tests and demonstrations.

    `submitted`, `provisioning` and `launching` take a second each, then it is `running`. An image whose tag is `crash`
    ends `errored`.
    """

    name: ClassVar[str] = "simulated"
    takes_reports: ClassVar[bool] = False
    stopping: ClassVar[str] = "stopping"
    retiring: ClassVar[str] = "draining"

    _STEPS: ClassVar[dict[str, str]] = {
        "submitted": "provisioning",
        "provisioning": "launching",
        "launching": "running",
        "stopping": "stopped",
        "draining": "stopped",
    }

    def next_step(self, status: str, images: Iterable[str]) -> Step | None:
        """One second to the next status."""
        if status == "launching" and (crashing := _crashing(images)):
            return Step(
                1.0, "errored", f"simulated: the image {crashing} has the tag 'crash', so it crashes (CrashLoopBackOff)"
            )
        following = self._STEPS.get(status)
        return Step(1.0, following) if following else None

    def replicas(self, status: str, count: int, images: Mapping[str, str], since: str) -> list[dict[str, Any]]:
        """Made up from the status."""
        return simulated_replicas(status, count, images, _crashing(images.values()), since)


def _crashing(images: Iterable[str]) -> str | None:
    return next((image for image in images if image.rpartition("/")[2].partition(":")[2] == "crash"), None)


_DRIVERS: dict[str, type[ExternalDriver] | type[SimulatedDriver]] = {
    "external": ExternalDriver,
    "simulated": SimulatedDriver,
}


def get_driver(name: str) -> Driver:
    """The driver of that name.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in _DRIVERS:
        raise ConfigurationError(f"there is no driver {name!r}: use {' or '.join(map(repr, sorted(_DRIVERS)))}")
    return _DRIVERS[name]()
