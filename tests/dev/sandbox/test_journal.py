"""The platform's memory on disk."""

from pathlib import Path
from uuid import UUID

import pytest

from dev.sandbox.effects import effect_among
from dev.sandbox.journal import Journal
from dev.sandbox.names import Endpoint
from dev.sandbox.state import RestaurantState
from tests.dev.sandbox.make import make_restaurant

ONE = UUID(int=7)


def _state(times: int) -> RestaurantState:
    state = RestaurantState()
    for _ in range(times):
        effect_among(state.effects, make_restaurant(), Endpoint.IMPORT_MENU, None).happened()
    return state


def test_the_last_line_of_a_restaurant_counts(tmp_path: Path) -> None:
    """A later line replaces an earlier one."""
    journal = Journal(tmp_path / "state.json")
    journal.note(ONE, _state(1))
    journal.note(ONE, _state(2))
    assert [effect.count for effect in Journal(tmp_path / "state.json").read()[ONE].effects] == [2]


def test_an_unfinished_line_is_left_out(tmp_path: Path) -> None:
    """A process killed during the write loses only that change."""
    file = tmp_path / "state.json"
    Journal(file).note(ONE, _state(1))
    whole = file.read_text()
    file.write_text(whole + whole[:40])
    assert Journal(file).read()[ONE].effects[0].count == 1
    assert file.read_text() == whole


@pytest.mark.parametrize("before, registered", [("null", False), ('{"pumpd_restaurant_id": "RES1"}', True)])
def test_a_file_of_an_older_version_is_read(tmp_path: Path, before: str, *, registered: bool) -> None:
    """Older files stored more about a registration."""
    file = tmp_path / "state.json"
    Journal(file).note(ONE, _state(1))
    file.write_text(file.read_text().replace('"registered":false', f'"registered":{before}'))
    assert before in file.read_text()
    assert Journal(file).read()[ONE].registered is registered


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    """No file is written."""
    journal = Journal(None)
    journal.note(ONE, _state(1))
    assert (journal.read(), list(tmp_path.iterdir())) == ({}, [])
