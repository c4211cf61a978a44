"""Repositories and artifacts as answers show them (workload-api §3.1, §8.1)."""

from lockyard.contract import Json

from ._rows import ArtifactRow, RepositoryRow, WorkloadRow


class StoredJson:
    """A part of a document that is its text already, as the database has it; what goes out as text need not be read.

    Args:
        text: the JSON text.
    """

    # No dataclass: a serialiser would write it as an object with a key `text`.
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


def user_document(row: RepositoryRow | ArtifactRow | WorkloadRow) -> Json:
    """`UserData` of the object's creator."""
    return user_data(row.creator_id, row.creator_username)


def user_data(id: str, username: str) -> Json:
    """`UserData`: neither address nor full name is told to who may see an object."""
    return {"id": id, "fullName": None, "email": None, "username": username, "userhash": None}


def repository_document(row: RepositoryRow, num_artifacts: int, tags: list[Json], permissions: list[str]) -> Json:
    """`RepositoryFormatted`, with our `claim`."""
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "lastVersionNumber": row.last_version_number,
        "numArtifacts": num_artifacts,
        "tags": tags,
        "permissions": permissions,
        "creator": user_document(row),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "claim": row.claim,
    }


def artifact_document(row: ArtifactRow, tags: list[Json], permissions: list[str]) -> Json:
    """`ArtifactFormatted`, with our `etag`, `editKey`, `contentDigest` and `claim`."""
    return {
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "type": row.type,
        "status": row.status,
        "version": row.version,
        "spec": row.spec,
        "artifactRepositoryId": row.repository_id,
        "tags": tags,
        "permissions": permissions,
        "creator": user_document(row),
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "etag": row.etag,
        "editKey": row.edit_key,
        "contentDigest": row.content_digest,
        "claim": row.claim,
    }
