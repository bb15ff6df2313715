"""What is stored of a step, and that queries name only its keys."""

import re
from datetime import UTC, datetime
from pathlib import Path

import registration
from registration.workflow.step_data import NOTHING, StepData

_KEY = re.compile(r"result_data ->>? '(\w+)'")


def test_only_what_was_set_is_stored() -> None:
    """Also what was set to nothing."""
    assert NOTHING.stored == {}
    assert StepData(menu_job=None, branding=True).stored == {"menu_job": None, "branding": True}
    assert StepData(not_shown=("shareholders",)).stored == {"not_shown": ["shareholders"]}


def test_a_moment_is_stored_as_it_always_was() -> None:
    """Processes of an older version read it."""
    since = datetime(2026, 11, 29, 9, tzinfo=UTC)
    stored = StepData(since=since).stored
    assert stored == {"since": "2026-11-29T09:00:00+00:00"}
    assert StepData.model_validate(stored).since == since


def test_a_key_of_another_version_is_no_error() -> None:
    """Such a row can still be read."""
    assert StepData.model_validate({"later": 1, "asked": "change"}).stored == {"asked": "change"}


def test_queries_name_keys_of_the_model() -> None:
    """A key that nobody writes would read as nothing."""
    [root] = map(Path, registration.__path__)
    keys = {key for file in root.rglob("*.py") for key in _KEY.findall(file.read_text())}
    assert {"asked", "skipped", "for_all", "conflicts"} <= keys <= set(StepData.model_fields)
