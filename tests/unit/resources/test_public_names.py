"""What users import is what the package says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import lockyard
from lockyard import resources

MODULES = Path(resources.__file__).parent


def test_everything_public_is_offered_at_the_top() -> None:
    assert set(resources.__all__) <= set(lockyard.__all__)
    assert all(getattr(lockyard, name) is getattr(resources, name) for name in resources.__all__)


def test_all_is_sorted_and_complete() -> None:
    imported = {
        alias.asname or alias.name
        for node in ast.parse((MODULES / "__init__.py").read_text()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == set(resources.__all__)
    assert resources.__all__ == sorted(resources.__all__)


def test_public_names_are_documented() -> None:
    assert all(getattr(resources, name).__doc__ for name in resources.__all__)


def test_the_program_does_not_pay_for_what_only_a_registry_needs() -> None:
    script = (
        "import sys, lockyard.resources; "
        "print([name for name in ('sqlalchemy', 'fastapi', 'httpx', 'lockyard_registry') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
