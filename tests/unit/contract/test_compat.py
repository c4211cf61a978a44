"""The compat switches."""

import pytest

from lockyard.contract import ALL_COMPAT, STRICT, Compat, ConfigurationError


def test_all_off_by_default() -> None:
    assert STRICT == Compat() == Compat.from_names("") == Compat.from_names(" , ")


def test_all_on() -> None:
    assert Compat.from_names("all") == ALL_COMPAT == Compat.from_names("all,agent_types")
    assert Compat.from_names("all").loose_names


def test_single_switches() -> None:
    assert Compat.from_names("agent_types, loose_names") == Compat(agent_types=True, loose_names=True)


def test_an_unknown_switch_is_named_with_the_choice() -> None:
    with pytest.raises(ConfigurationError, match=r"'typo'.*agent_types") as caught:
        Compat.from_names("agent_types,typo")
    assert "\n" not in str(caught.value)
