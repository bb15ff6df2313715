"""Reasons to skip steps and sub-steps, and the texts in rows."""

import pytest

from registration.states import SubStepStatus
from registration.workflow.skips import StepSkip, SubStepSkip
from registration.workflow.steps import STEPS, Step


@pytest.mark.parametrize("reason", StepSkip)
def test_a_step_s_reason_is_read_from_its_text(reason: StepSkip) -> None:
    """Also with a detail that looks like a template."""
    detail = STEPS[Step.SEARCH].name if reason is StepSkip.EARLIER_STEP_FAILED else "its run crashed {again}"
    assert StepSkip.read(reason.text(detail)) is reason


@pytest.mark.parametrize("stored", ["its run failed", "in words of an older version"])
def test_any_other_text_is_no_choice_of_a_person(stored: str) -> None:
    """So a retry opens the step again."""
    assert not StepSkip.read(stored).by_choice


def test_where_nothing_is_stored_no_company_was_chosen() -> None:
    """That is no failure, and neither are the choices of a person."""
    assert StepSkip.read(None) is StepSkip.NO_COMPANY
    assert {reason for reason in StepSkip if reason.by_choice} == {
        StepSkip.NO_COMPANY,
        StepSkip.NO_MATCH,
        StepSkip.ENTERED_BY_HAND,
        StepSkip.CONFIGURED,
    }


@pytest.mark.parametrize(
    "reason, details",
    [
        (SubStepSkip.DISABLED, ()),
        (SubStepSkip.NEED_GIVEN_UP, ("menuImport", SubStepStatus.FAILED)),
        (SubStepSkip.BY_PERSON, ("Mere", "the owner wants no tags")),
        (SubStepSkip.NOTHING_TO_DO, ("no onboarding user is named",)),
    ],
)
def test_a_sub_step_s_reason_is_read_from_its_text(reason: SubStepSkip, details: tuple[str, ...]) -> None:
    """A retry tells what was disabled from what failed."""
    assert SubStepSkip.read(reason.text(*details)) is reason
