"""Request headers and list parameters that are not in the contract, with their meaning for the OpenAPI document."""

from __future__ import annotations

from typing import Final

CLAIM: Final = {
    "Lockyard-Claim": "The claim that the caller knows; an object that was claimed again since is left alone, with 204."
}
IDEMPOTENCY_KEY: Final = {
    "Idempotency-Key": "At most 255 printable ASCII characters; the same key again gives the same object, with 200."
}
EDIT_KEY: Final = {
    "Idempotency-Key": "Marks who writes: the artifact shows it as `editKey` until an edit comes without it."
}
IF_MATCH: Final = {"If-Match": "The ETag that the edit was made on; 412 if somebody else edited since."}

ALLOWED_ACTIONS: Final = (
    {
        "name": "allowedActions",
        "in": "query",
        "required": False,
        "description": "Whether each object says what may be done with it.",
        "schema": {"type": "boolean", "default": False},
    },
)
FACETS: Final = (
    {
        "name": "facets",
        "in": "query",
        "required": False,
        "description": "What to count over all that match, by commas: status, type, creator, tags, repository.",
        "schema": {
            "type": "string",
            "pattern": "^(status|type|creator|tags|repository)(,(status|type|creator|tags|repository))*$",
        },
        "example": "status,tags",
    },
)
