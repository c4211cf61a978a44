"""Who runs workloads: the clock and the drivers."""

from ._clock import Clock, ManualClock, SystemClock
from ._drivers import Driver, ExternalDriver, SimulatedDriver, Step, get_driver

__all__ = [
    "Clock",
    "Driver",
    "ExternalDriver",
    "ManualClock",
    "SimulatedDriver",
    "Step",
    "SystemClock",
    "get_driver",
]
