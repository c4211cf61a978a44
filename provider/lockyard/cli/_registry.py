"""The registry that a command talks to."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lockyard.client import RegistryClient, Settings
    from lockyard.contract import Json

OPTION = "--endpoint"


def read_settings(endpoint: str | None) -> Settings:
    """The settings of the provider without a stack: the environment, and the option where it is given.

    Raises:
        ConfigurationError: A setting is wrong or missing.
    """
    from lockyard.client import load_settings
    from lockyard.client._settings import ENDPOINT_KEY, normal_endpoint

    if endpoint is None:
        return load_settings(lambda key: None)
    address = normal_endpoint(endpoint.strip(), OPTION)
    settings = load_settings(lambda key: address if key == ENDPOINT_KEY else None)
    return replace(settings, sources={**settings.sources, "endpoint": OPTION})


@contextmanager
def opened(endpoint: str | None) -> Generator[RegistryClient, None, None]:
    """A client of the registry, closed at the end.

    Raises:
        ConfigurationError: A setting is wrong or missing.
    """
    from lockyard.client import connect

    client = connect(read_settings(endpoint))
    try:
        yield client
    finally:
        client.close()


def checked_filters(kind: str, **filters: Any) -> dict[str, Any]:
    """The filters that were given, under their wire names, held to the contract's rules before anything is asked.

    Args:
        kind: `artifacts`, `repositories` or `workloads`.
        filters: Values by wire name; None and empty lists are left out.

    Raises:
        ConfigurationError: A value that the list does not know; the text names the filter.
    """
    from lockyard import contract

    queries = {
        "artifacts": contract.ArtifactQuery,
        "repositories": contract.RepositoryQuery,
        "workloads": contract.WorkloadQuery,
    }
    given = {name: value for name, value in filters.items() if value not in (None, [])}
    try:
        contract.parse_query(queries[kind], given)
    except contract.ValidationFailedError as error:
        raise contract.ConfigurationError(f"this filter is not known: {error}") from None
    return given


def first(documents: Iterator[Json], limit: int) -> tuple[list[Json], bool]:
    """At most `limit` documents, and whether there are more."""
    found: list[Json] = []
    for document in documents:
        if len(found) == limit:
            return found, True
        found.append(document)
    return found, False
