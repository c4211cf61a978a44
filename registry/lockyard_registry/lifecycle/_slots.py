"""How many rows the changes of one count are spread over, so that changes beside each other wait less."""

from zlib import crc32

SLOTS = {True: 1, False: 8}
"""By whether the database is a file: there one writes at a time, and fewer rows are faster to add up."""


def slot_of(repository: str, *, one_writer: bool) -> int:
    """The slot that changes of a repository's artifacts count in.

    Args:
        repository: its id.
        one_writer: the database has one writer at a time.
    """
    return crc32(repository.encode()) % SLOTS[one_writer]
