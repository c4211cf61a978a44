"""What the scaling metrics of the contract mean on a cluster: series of the model server, units, PromQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

CPU: Final = "cpuAverageUtilization"
CONCURRENCY: Final = "httpRequestsConcurrency"
CACHE: Final = "gpuCacheUtilization"
QUEUE: Final = "gpuRequestQueueDepth"

FRACTIONS: Final = frozenset(
    {
        "gpu_cache_usage_perc",
        "vllm:gpu_cache_usage_perc",
        "vllm:kv_cache_usage_perc",
        "sglang:token_usage",
        "trtllm_kv_cache_utilization",
    }
)
"""Gauges of model servers between 0 and 1, whatever their names say."""

_SERIES_NAME = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*", re.ASCII)
# A pod of a Deployment is `<name>-<hash>-<5 letters>`, without the second dash where the name is long. A plain `.*`
# would also take the pods of a workload whose name begins with this one's.
_POD_SUFFIX: Final = "-[a-z0-9]+(-[a-z0-9]{5})?"
_MILLI = Decimal(1000)
_SUFFIXES: Final = ("", "k", "M", "G", "T", "P", "E")


@dataclass(frozen=True)
class ServerMetric:
    """A metric that the pods themselves export, averaged over them.

    Attributes:
        names: the series that carry it, by model server; the first one that a pod exports counts.
        within_pod: how several series of one pod (several models, several engines) become one number.
        target: value to hold per pod, in thousandths as autoscalers count.
    """

    names: tuple[str, ...]
    within_pod: Literal["max", "sum"]
    target: Decimal

    @property
    def adapter_name(self) -> str:
        """The metric's name in the custom metrics API, where names have no colons."""
        return self.names[0].replace(":", "_")

    def query(self, namespace: str, workload: str) -> str:
        """PromQL with exactly one element: the sum over the workload's pods.

        An autoscaler divides an external metric with `AverageValue` by the number of replicas, so the sum gives the
        mean over all of them; pods that still load count as 0 and damp scaling up.
        """
        pods = f'{{namespace="{namespace}",pod=~"{workload}{_POD_SUFFIX}"}}'
        per_pod = " or ".join(f"{self.within_pod} by (pod) ({name}{pods})" for name in self.names)
        return f"sum({per_pod})"


def server_metric(metric: str, target: float) -> ServerMetric:
    """The series behind a metric of a model server, with the target in their unit.

    Args:
        metric: `gpuCacheUtilization` (percent; a target of at most 1 is a fraction already), `gpuRequestQueueDepth`
            (waiting requests per pod), or the name of a series of the server.
        target: the policy's target.
    """
    value = Decimal(str(target))
    if metric == CACHE:
        names = ("gpu_cache_usage_perc", "vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc")
        return ServerMetric(names, "max", _thousandths(cache_fraction(target)))
    if metric == QUEUE:
        return ServerMetric(("num_requests_waiting", "vllm:num_requests_waiting"), "sum", _thousandths(value))
    return ServerMetric((metric,), "max" if metric in FRACTIONS else "sum", _thousandths(value))


def cache_fraction(target: float) -> Decimal:
    """A target of `gpuCacheUtilization` as a fraction: 70 and 0.7 both mean 0.7."""
    value = Decimal(str(target))
    return value if value <= 1 else value / 100


def is_series_name(metric: str) -> bool:
    """Tell whether Prometheus could have a series of this name."""
    return _SERIES_NAME.fullmatch(metric) is not None


def quantity(value: Decimal) -> str:
    """A number of at most three decimals as the API server writes it back: `700m`, `5`, `1500`, `2k`.

    Any other form of the same number would be read back changed.
    """
    if value != value.to_integral_value():
        return f"{int(value * _MILLI)}m"
    whole, power = int(value), 0
    while whole and whole % 1000 == 0 and power < len(_SUFFIXES) - 1:
        whole, power = whole // 1000, power + 1
    return f"{whole}{_SUFFIXES[power]}"


def decimal_text(value: Decimal) -> str:
    """A number in digits, without an exponent and without zeros at the end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _thousandths(value: Decimal) -> Decimal:
    rounded = (value * _MILLI).to_integral_value(ROUND_HALF_UP) / _MILLI
    # Anything finer would be a target of 0, which no autoscaler takes.
    return max(rounded, 1 / _MILLI)
