"""The rules of the contract, on every lane (design §7)."""

import pytest

from . import rules
from .coverage import CONTRACT
from .table import CASES, TITLES, Case


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_rule(case: Case, worlds):
    case.show(worlds(case.lane, case.driver))


def test_every_rule_is_shown_or_has_a_reason():
    shown, reasons = set(TITLES), set(rules.UNCOVERED)
    assert shown & reasons == set(), "a rule that is shown needs no reason"
    assert set(CONTRACT) - shown - reasons == set(), "neither shown nor with a reason"
    assert reasons <= set(CONTRACT)
    assert all(title for title in TITLES.values())
