"""Settings for all levels of tests."""

from hypothesis import HealthCheck, settings

from .postgres import blank_postgres, postgres, postgres_url

__all__ = ["blank_postgres", "postgres", "postgres_url"]

# The machine may be busy with other levels of tests: time says nothing about the code here.
settings.register_profile("lockyard", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lockyard")
