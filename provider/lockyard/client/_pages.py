"""Follows the pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from lockyard.contract import Json, UnexpectedAnswerError

PAGE_SIZE = 100
"""Most records that a page may have (R5)."""

Query = list[tuple[str, str]]


def query_of(filters: Json, *, limit: int = PAGE_SIZE) -> Query:
    """Filters as query parameters: lists repeat, None is left out, booleans are lower case."""
    pairs: Query = [("limit", str(limit))]
    for name, value in filters.items():
        values = cast("list[Any]", list(value) if isinstance(value, list | tuple | set | frozenset) else [value])  # pyright: ignore[reportUnknownArgumentType]
        pairs += [(name, _text(item)) for item in values if item is not None]
    return pairs


def follow(fetch: Callable[[Query], Json], query: Query, max_items: int | None, url: str) -> Iterator[Json]:
    """Give the records of all pages.

    Args:
        fetch: Reads the page for a query.
        query: The first page's query.
        max_items: Stop after so many; None for all.
        url: Address of the list, for errors.

    Raises:
        UnexpectedAnswerError: The answer is no list, or its pages run in a circle.
    """
    seen: set[tuple[tuple[str, str], ...]] = set()
    left = max_items
    while left is None or left > 0:
        seen.add(tuple(query))
        page = fetch(query)
        records = cast("list[Json]", page.get("data"))
        if not isinstance(records, list):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise UnexpectedAnswerError(f"GET {url} answered something that is no list", method="GET", url=url)
        yield from records[:left]
        if left is not None:
            left -= len(records)
        following: Any = page.get("next")
        if not following:
            return
        # Only the query of `next` counts: behind a proxy its host may be another, and the token belongs to ours.
        query = parse_qsl(urlsplit(str(following)).query, keep_blank_values=True)
        if tuple(query) in seen:
            raise UnexpectedAnswerError(f"GET {url}: the pages of this list run in a circle", method="GET", url=url)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
