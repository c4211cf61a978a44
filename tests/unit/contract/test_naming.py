"""Container and group names (D23)."""

import pytest

from lockyard.contract import is_dns_label, name_message

GOOD = ["a", "main", "a-b", "a1", "a" * 63, "x--y"]
BAD = ["", "A", "1a", "-a", "a-", "a_b", "a.b", "a b", "a" * 64, "größe", "a\n", "\u0430", "a\u0663", "a\0", "\ud800"]


@pytest.mark.parametrize("name", GOOD)
def test_d23_accepted(name: str) -> None:
    assert is_dns_label(name)
    assert name_message(name) is None


@pytest.mark.parametrize("name", BAD)
def test_d23_refused(name: str) -> None:
    assert not is_dns_label(name)
    message = name_message(name)
    assert message
    assert "\n" not in message


@pytest.mark.parametrize("name", ["Primary container", "größe", "1", "x" * 63])
def test_d23_loose_names(name: str) -> None:
    assert name_message(name, loose=True) is None


@pytest.mark.parametrize("name", ["", "x" * 64, "a\0", "\ud800"])
def test_d23_loose_names_still_refuse(name: str) -> None:
    assert name_message(name, loose=True)


def test_the_message_does_not_repeat_the_name() -> None:
    assert "hunter2" not in str(name_message("HUNTER2-hunter2"))
