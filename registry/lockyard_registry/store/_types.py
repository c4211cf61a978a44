"""Column types that are the same on SQLite and PostgreSQL."""

import json
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.types import TypeDecorator

ID = String(24)
"""An object's id."""

TIMESTAMP = String(32)
"""RFC 3339 in UTC with microseconds, as it goes over the wire; sorts and compares as text."""


class JsonText(TypeDecorator[Any]):
    """A JSON document kept as text, so that both databases give back exactly what was stored."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        return None if value is None else self.text(value)

    @staticmethod
    def text(value: Any) -> str:
        """The text of a document: always the same one for the same document, so that any other one shows."""
        return json.dumps(value, separators=(",", ":"), sort_keys=True)

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else json.loads(value)
