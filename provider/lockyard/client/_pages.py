"""Follows the pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from lockyard.contract import Json, UnexpectedAnswerError

PAGE_SIZE = 100
"""Most records that a page may have (R5)."""

MOST_PAGES = 100_000
"""Most pages of a list: ten million records."""

_MOST_EMPTY = 100
"""Most pages without a record, one after the other."""
_MOST_NEXT = 16 * 1024
"""Longest address of a next page."""

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
    left, empty = max_items, 0
    while left is None or left > 0:
        seen.add(tuple(query))
        page = fetch(query)
        records: Any = page.get("data")
        if not isinstance(records, list) or not all(isinstance(item, dict) for item in cast("list[Any]", records)):
            raise _unfit(url, " answered something that is no list")
        yield from cast("list[Json]", records)[:left]
        if left is not None:
            left -= len(cast("list[Json]", records))
        following: Any = page.get("next")
        if not following:
            return
        # Only the query of `next` counts: behind a proxy its host may be another, and the token belongs to ours.
        query = _following(following, url)
        empty = 0 if records else empty + 1
        if tuple(query) in seen:
            raise _unfit(url, ": the pages of this list run in a circle")
        if empty == _MOST_EMPTY or len(seen) == MOST_PAGES:
            raise _unfit(url, ": the pages of this list do not end")


def _following(address: object, url: str) -> Query:
    if isinstance(address, str) and len(address) <= _MOST_NEXT:
        try:
            return parse_qsl(urlsplit(address).query, keep_blank_values=True, max_num_fields=1000)
        except ValueError:
            pass
    raise _unfit(url, " answered a list whose next page has no address")


def _unfit(url: str, why: str) -> UnexpectedAnswerError:
    return UnexpectedAnswerError(f"GET {url}{why}", method="GET", url=url)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
