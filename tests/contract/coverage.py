"""Which rules of the contract are shown, and which are not and why."""

from __future__ import annotations

from collections.abc import Mapping

from . import rules
from .table import CASES, LANES, TITLES

CONTRACT = tuple(f"R{number}" for number in range(1, 131))


def order(name: str) -> tuple[str, int]:
    """R-numbers before ... in the order of their numbers."""
    return (name[0] != "R" and name[0]) or "", int(name[1:])


def coverage_lines(outcomes: Mapping[str, str]) -> list[str]:
    """The table, one line a rule.

    Args:
        outcomes: `passed`, `failed` or `error` of each case that ran, by its name.
    """
    lines = [f"{'rule':6}{''.join(f'{lane:15}' for lane in LANES)}"]
    for name in sorted(TITLES, key=order):
        marks: list[str] = []
        for lane in LANES:
            results = [outcomes.get(case.name) for case in CASES if (case.rule, case.lane) == (name, lane)]
            marks.append(_mark(results))
        lines.append(f"{name:6}{''.join(f'{mark:15}' for mark in marks)}{TITLES[name]}")
    lines += [f"{name:6}not shown: {rules.UNCOVERED[name]}" for name in sorted(rules.UNCOVERED, key=order)]
    shown = len(set(TITLES) & set(CONTRACT))
    lines.append(f"{shown} of {len(CONTRACT)} rules shown, {len(rules.UNCOVERED)} not, each with its reason above")
    return lines


def _mark(results: list[str | None]) -> str:
    ran = [result for result in results if result]
    if not results:
        return "-"
    if not ran:
        return "not run"
    return "ok" if set(ran) == {"passed"} else "FAILED"
