"""A job's status, as it follows from its six steps and its sub-steps."""

import pytest

from registration.states import JobStatus, StepStatus
from registration.workflow.steps import STEPS, Step, job_status
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

J, S = JobStatus, StepStatus
BLOCKING = [row.name for row in SUB_STEPS.values() if row.blocking]
OTHERS = [row.name for row in SUB_STEPS.values() if not row.blocking]


def _steps(six: str) -> dict[Step, StepStatus]:
    """Six steps by their letters: p, i, r, a, c, f, s and x for cancelled."""
    letters = {status.value[0]: status for status in StepStatus} | {"x": S.CANCELLED, "c": S.COMPLETED}
    return {step: letters[letter] for step, letter in zip(Step, six, strict=True)}


@pytest.mark.parametrize(
    "six, status",
    [
        ("pppppp", J.PENDING),
        ("ippppp", J.IN_PROGRESS),
        ("rppppp", J.IN_PROGRESS),
        ("cppppp", J.IN_PROGRESS),
        ("icappp", J.ACTION_REQUIRED),
        ("ccccap", J.ACTION_REQUIRED),
        ("ccsscp", J.IN_PROGRESS),
        ("fcccci", J.IN_PROGRESS),
        ("cccccc", J.COMPLETED),
        ("sccscc", J.COMPLETED),
        ("fccccc", J.PARTIALLY_COMPLETED),
        ("cfappp", J.ACTION_REQUIRED),
        ("ccafpp", J.ACTION_REQUIRED),
        ("cfcscc", J.COMPLETED),
        ("cccfcc", J.COMPLETED),
        ("ffcscc", J.PARTIALLY_COMPLETED),
        ("cfssss", J.SKIPPED),
        ("ccssss", J.SKIPPED),
        ("ccccss", J.SKIPPED),
        ("fcccss", J.SKIPPED),
        ("xxxxxx", J.CANCELLED),
        ("ccccxx", J.CANCELLED),
        ("cfxxxx", J.CANCELLED),
    ],
)
def test_the_steps_say_it(six: str, status: JobStatus) -> None:
    """Waiting for a person wins while something is open; the outcome counts only when all six have ended."""
    assert job_status(_steps(six)) is status


@pytest.mark.parametrize("name", BLOCKING)
def test_a_failed_blocking_sub_step_fails_the_job(name: SubStepName) -> None:
    """Without account, registration or menu the restaurant is not on the platform."""
    assert job_status(_steps("cccccf"), [name, SubStepName.ITEM_TAGS]) is J.FAILED


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_failed_sub_step_leaves_it_partially_completed(name: SubStepName) -> None:
    """The restaurant is there, something of it is missing."""
    assert job_status(_steps("cccccf"), [name]) is J.PARTIALLY_COMPLETED


def test_a_failed_extraction_start_is_no_blocking_failure() -> None:
    """Step 1 failed: partially completed, whatever came after."""
    assert job_status(_steps("fccccc"), ["menuExtraction"]) is J.PARTIALLY_COMPLETED


def test_an_unknown_effect_waits_for_a_person() -> None:
    """While step 6 is open the job says that somebody must settle it."""
    assert job_status(_steps("ccccci"), needs_person=True) is J.ACTION_REQUIRED
    assert job_status(_steps("cccccc"), needs_person=True) is J.COMPLETED


def test_the_gates_are_steps_three_and_five() -> None:
    """The column step_type follows from it."""
    assert [step for step in Step if STEPS[step].is_gate] == [3, 5]
    assert [STEPS[step].kind for step in (Step.EXTRACTION, Step.COMPANY_SELECTION)] == ["automatic", "action_required"]
