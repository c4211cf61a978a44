"""Checkpoints in S3, best in a bucket with object lock: then nobody can remove them, whoever has the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lockyard.contract import ConfigurationError, StorageError

from ..store import plain_id
from ._places import MOST_BYTES, file_name, number_of


class S3Place:
    """A prefix in a bucket.

    Args:
        url: `s3://bucket/prefix`, with `?lockDays=N` to lock each object for N days (compliance mode).
        registry_id: becomes the last part of the prefix.
    """

    def __init__(self, url: str, registry_id: str) -> None:
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError:
            raise ConfigurationError(
                "checkpoints in S3 need the package boto3, which is not installed: install lockyard[s3]"
            ) from None
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        days = asked.pop("lockDays", ["0"])[-1]
        if not parts.netloc or asked or not days.isdigit():
            raise ConfigurationError(f"{url} is no place for checkpoints: write s3://bucket/prefix?lockDays=365")
        self._bucket = parts.netloc
        self._prefix = "/".join(part for part in (parts.path.strip("/"), plain_id(registry_id)) if part) + "/"
        self._days = int(days)
        self.shown = f"s3://{self._bucket}/{self._prefix}"
        self._errors: tuple[type[Exception], ...] = (BotoCoreError, ClientError)
        config = Config(connect_timeout=10, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"})
        self._s3: Any = boto3.client("s3", config=config)

    def put(self, number: int, content: bytes) -> bool:
        """Stores a checkpoint, unless there is one of that number."""
        lock: dict[str, Any] = {}
        if self._days:
            until = datetime.now(UTC) + timedelta(days=self._days)
            lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=self._prefix + file_name(number),
                Body=content,
                ContentType="application/json",
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
                **lock,
            )
        except self._errors as error:
            # 409: somebody else is just writing the same object.
            if _status(error) in (409, 412):
                return False
            raise self._fault(error) from error
        return True

    def get(self, number: int) -> bytes | None:
        """The checkpoint of that number: its first version, which nobody can have put there later."""
        key = self._prefix + file_name(number)
        try:
            versions = [version for version in self._versions(key) if version["Key"] == key]
            if not versions:
                return None
            # The newest is listed first; times are whole seconds and say less.
            first = versions[-1]
            options = {} if first["VersionId"] in (None, "null") else {"VersionId": first["VersionId"]}
            content = self._s3.get_object(Bucket=self._bucket, Key=key, **options)["Body"].read(MOST_BYTES + 1)
            # One that is too large is none; whatever is read of it says so.
            return content if len(content) <= MOST_BYTES else b""
        except self._errors as error:
            raise self._fault(error) from error

    def numbers(self) -> list[int]:
        """The numbers that are there, also those hidden by a delete marker."""
        found: set[int] = set()
        try:
            for version in self._versions(self._prefix):
                number = number_of(version["Key"].removeprefix(self._prefix))
                if number is not None:
                    found.add(number)
        except self._errors as error:
            raise self._fault(error) from error
        return sorted(found)

    def _versions(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            yield from page.get("Versions", ())

    def _fault(self, error: Exception) -> StorageError:
        text = " ".join(str(error).split())
        return StorageError(f"checkpoints in {self.shown} cannot be read or written ({text}): check bucket and login")


def _status(error: Exception) -> int:
    response: dict[str, Any] = getattr(error, "response", {})
    return response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
