"""What routes answer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from starlette.responses import Response

from lockyard.contract import Json, ListQuery, parse_query

from ..lifecycle import Page, StoredJson
from ._requests import Call

ADDED_KEYS = frozenset(
    {
        "additions",
        "allowedActions",
        "artifactDigest",
        "claim",
        "compat",
        "contentDigest",
        "driver",
        "editKey",
        "etag",
        "expiresAt",
        "internalUrl",
        "lastReportAt",
        "registryId",
        "replicas",
        "runtimeDigest",
        "schemaRevision",
    }
)
"""Keys of documents that are not in the contract."""

_NESTED = ("artifact", "replacement")


def document(call: Call, content: Json, status: int = 200) -> Response:
    """Answer a document; that of an artifact also gives its ETag as a header."""
    headers = {"ETag": str(content["etag"])} if call.additions and content.get("etag") else None
    return _json(_shown(call, content), status, headers)


def page(call: Call, found: Page, model: type[ListQuery] = ListQuery) -> Response:
    """Answer a page of a list, with the addresses of its neighbours on the request's own host (R6)."""
    query = parse_query(model, call.query)
    following, previous = query.offset + query.limit, max(0, query.offset - query.limit)
    counted = {} if found.facets is None else {"facets": found.facets}
    return _json(
        {
            "count": len(found.items),
            "totalCount": found.total,
            "next": _address(call, following, query.limit) if following < found.total else None,
            "previous": _address(call, previous, query.limit) if query.offset > 0 else None,
            "data": [_shown(call, item) for item in found.items],
            **counted,
        }
    )


def as_is(content: Json, status: int = 200) -> Response:
    """Answer a document that has none of our additions, whatever its keys are called."""
    return _json(content, status)


def nothing() -> Response:
    """Answer 204."""
    return Response(status_code=204)


def _json(content: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    try:
        body = orjson.dumps(content, default=_fragment)
    except TypeError:
        # A number with more than 64 bits, which JSON allows.
        text = json.dumps(content, default=_read, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        body = text.encode()
    return Response(body, status, headers, "application/json")


def _fragment(part: object) -> orjson.Fragment:
    assert isinstance(part, StoredJson)
    return orjson.Fragment(part.text)


def _read(part: object) -> Any:
    assert isinstance(part, StoredJson)
    return json.loads(part.text)


def _shown(call: Call, content: Json) -> Json:
    return content if call.additions else _plain(content)


def _plain(content: Json) -> Json:
    kept: Json = {name: value for name, value in content.items() if name not in ADDED_KEYS}
    for name in _NESTED:
        nested: Any = kept.get(name)
        if isinstance(nested, dict):
            kept[name] = _plain(nested)
    return kept


def _address(call: Call, offset: int, limit: int) -> str:
    filters = [(name, value) for name, value in call.query if name not in ("offset", "limit")]
    path = quote(call.request.scope["path"], safe="/-._~")
    return f"{call.origin}{path}?{urlencode([*filters, ('offset', offset), ('limit', limit)])}"
