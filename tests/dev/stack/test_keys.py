"""The passwords and keys of a data folder."""

from pathlib import Path

import pytest

from dev.stack.errors import StackError
from dev.stack.keys import Keys, new_password


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """Later requests, also of another process, return the same key."""
    first = Keys(tmp_path / "keys.json").get("one")
    assert Keys(tmp_path / "keys.json").get("one") == first
    assert Keys(tmp_path / "keys.json").get("two") != first


def test_no_password_looks_like_an_option_of_a_command() -> None:
    """Each of a thousand begins with a letter and ends in a letter or digit."""
    passwords = [new_password() for _ in range(1000)]
    assert all(password[0].isalpha() and password[-1].isalnum() and len(password) == 32 for password in passwords)


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    """Its mode is 0600 from the beginning."""
    Keys(tmp_path / "keys.json").get("one")
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_key_shows_in_no_repr(tmp_path: Path) -> None:
    """The repr has stars instead."""
    key = Keys(tmp_path / "keys.json").get("one")
    assert key.get_secret_value() not in repr(key)


def test_a_damaged_file_is_not_written_over(tmp_path: Path) -> None:
    """Unreadable keys are not replaced by new ones: data would be lost with them."""
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(StackError, match="damaged"):
        Keys(tmp_path / "keys.json").get("one")
    assert (tmp_path / "keys.json").read_text() == "{"
