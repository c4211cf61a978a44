"""The arithmetic of the registry's benchmarks."""

from __future__ import annotations

import pytest


def test_percentiles_are_values_that_were_measured() -> None:
    from percentiles import percentile

    values = [float(number) for number in range(100, 0, -1)]

    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.95) == 7
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2
    for wrong in ([], [1.0]):
        with pytest.raises(ValueError, match="needs values"):
            percentile(wrong, 0)


def test_growth_is_that_of_the_line_not_of_single_values() -> None:
    from soak import growth

    assert growth([(float(at), 100.0) for at in range(10)]) == pytest.approx(0)
    assert growth([(float(at), 100.0 + at) for at in range(11)]) == pytest.approx(0.1)
    assert abs(growth([(float(at), 100.0 + at % 2 * 40) for at in range(101)])) < 0.01
    assert growth([(0.0, 5.0)]) == 0


def test_an_outcome_counts_only_good_answers() -> None:
    import load

    told = {"requests": 30, "microseconds": 2_000_000, "refused": 10, "broken": 1, "p50": 1500, "p95": 2, "p99": 3}
    outcome = load._outcome(told, 0.25)

    assert (outcome.throughput, outcome.refused, outcome.broken, outcome.p50) == (10, 10, 1, 0.0015)


def test_ratios_are_those_of_one_round() -> None:
    from comparison import LOCKYARD, MLFLOW, Comparison, Run
    from load import Outcome

    def runs(*answered: int) -> list[Run]:
        return [Run(Outcome(number, 0, 0, 1.0, 0.1, 0.2, 0.3, 0.0), 0.001) for number in answered]

    fast, slow = MLFLOW + "fast", MLFLOW + "slow"
    found = Comparison(
        runs={(LOCKYARD, "get"): runs(100, 300), (slow, "get"): runs(10, 10), (fast, "get"): runs(20, 30)}
    )

    assert found.best("get") == fast
    assert found.ratios(fast, "get") == [5, 10]
    assert found.middle(LOCKYARD, "get", "throughput") == 200
