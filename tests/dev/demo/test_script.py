"""The seeded restaurants and their decisions."""

from pathlib import Path

import pytest

from dev.demo.script import DECISIONS, RESTAURANTS, read_script
from registration.operations.resolve import Resolution
from registration.workflow.sub_steps import SubStepName


def test_twelve_restaurants_have_a_decision_each() -> None:
    """In the list's order, with the titles of the forms."""
    roles = read_script()
    assert len(roles) == 12
    assert roles[0].title == "Kererū Kitchen (Wellington)"
    assert {role.decision.expected.value for role in roles} == {"completed", "partially_completed", "failed"}


def test_what_a_person_finds_out_belongs_to_a_sub_step() -> None:
    """The failed import of one menu is repeated; no other sub-step has a finding."""
    found = {role.title: role.decision.unknown for role in read_script() if role.decision.unknown}
    assert found == {"Pho Hanoi Corner (Hamilton)": {SubStepName.MENU_IMPORT: Resolution.DO_IT_AGAIN}}


def test_a_restaurant_without_a_decision_is_named(tmp_path: Path) -> None:
    """There is no default decision."""
    decisions = tmp_path / "decisions.json"
    decisions.write_text("{}")
    with pytest.raises(ValueError, match="says nothing about Kererū Kitchen"):
        read_script(RESTAURANTS, decisions)


def test_a_decision_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    """A company is a keyword, a number or details by hand."""
    decisions = tmp_path / "decisions.json"
    decisions.write_text('{"DEMO-01": {"company": "any", "expected": "completed", "expected_reason_contains": null}}')
    with pytest.raises(ValueError, match="DEMO-01"):
        read_script(RESTAURANTS, decisions)


def test_what_a_person_cannot_find_out_is_refused(tmp_path: Path) -> None:
    """A finding is "present" or "to be repeated"."""
    decisions = tmp_path / "decisions.json"
    decisions.write_text(DECISIONS.read_text().replace(Resolution.DO_IT_AGAIN, "perhaps"))
    with pytest.raises(ValueError, match=r"DEMO-08\.unknown\.menuImport"):
        read_script(RESTAURANTS, decisions)
