"""The fixtures of tests that run a Pulumi program."""

from tests.unit.program import program, unknown

__all__ = ["program", "unknown"]
