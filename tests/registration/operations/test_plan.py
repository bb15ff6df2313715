"""What a retry opens again, and what it refuses to."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from registration.errors import Refused
from registration.operations.job_state import JobState, StepState, SubStepState
from registration.operations.retry_plan import Plan, plan, with_built_on
from registration.operations.retry_request import RetryRequest
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.skips import StepSkip, SubStepSkip
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName

_LETTERS = {status.value[0]: status for status in StepStatus} | {"x": StepStatus.CANCELLED, "c": StepStatus.COMPLETED}
_N, _S = SubStepName, SubStepStatus


def standing(
    six: str, others: Mapping[str, SubStepState] | None = None, skipped: StepSkip = StepSkip.LEFT_OUT
) -> JobState:
    """A job by the letters of its steps (x is cancelled); its twelve are completed but for `others`."""
    completed = dict.fromkeys(SubStepName, SubStepState(_S.COMPLETED))
    return JobState(
        job_id=UUID(int=1),
        batch_id=UUID(int=2),
        restaurant_id=UUID(int=3),
        restaurant="Kai",
        status=JobStatus.FAILED,
        cancel_requested=False,
        email="mere@example.nz",
        enabled=frozenset(SubStepName),
        steps={
            step: StepState(_LETTERS[letter], skipped if letter == "s" else None)
            for step, letter in zip(Step, six, strict=True)
        },
        sub_steps=completed | {_N(name): one for name, one in (others or {}).items()},
    )


def opened(job: JobState, from_step: int | None = None, *sub_steps: str, redo: tuple[str, ...] = ()) -> Plan:
    """What is opened for what was typed."""
    return plan(job, RetryRequest.read(from_step, sub_steps, redo))


FAILED, CANCELLED = SubStepState(_S.FAILED), SubStepState(_S.CANCELLED)
MENU_FAILED = {
    "menuImport": FAILED,
    "optionSets": SubStepState(_S.SKIPPED, SubStepSkip.NEED_GIVEN_UP),
    "itemTags": SubStepState(_S.SKIPPED, SubStepSkip.NEED_GIVEN_UP),
}
MENU_PARTS = (_N.MENU_IMPORT, _N.OPTION_SETS, _N.ITEM_TAGS)


def test_a_failed_sub_step_brings_what_was_skipped_because_of_it() -> None:
    """What is completed stays so; step 6 is opened with them."""
    done = opened(standing("cccccf", MENU_FAILED))
    assert (done.steps, done.sub_steps) == ((Step.SET_UP,), MENU_PARTS)
    assert done.creates_again == ()


def test_while_step_6_goes_on_only_the_sub_steps_are_opened() -> None:
    """A live run takes them up beside the others."""
    done = opened(standing("ccccci", MENU_FAILED), None, "menuimport")
    assert (done.steps, done.sub_steps) == ((), MENU_PARTS)


def test_what_was_disabled_stays_skipped() -> None:
    """A retry changes no configuration."""
    disabled = MENU_FAILED | {"itemTags": SubStepState(_S.SKIPPED, SubStepSkip.DISABLED)}
    assert opened(standing("cccccf", disabled)).sub_steps == MENU_PARTS[:2]
    with pytest.raises(Refused, match="disabled in configuration"):
        opened(standing("cccccf", disabled), None, "itemTags")


@pytest.mark.parametrize(
    "six, steps",
    [
        ("cfssss", (2, 3, 4, 5, 6)),
        ("cccfss", (4, 5, 6)),
        ("fccccc", (1,)),
        ("fcccas", (1, 5, 6)),
        ("xxxxxx", range(1, 7)),
    ],
)
def test_a_failed_step_brings_what_was_skipped_because_of_it(six: str, steps: tuple[int, ...]) -> None:
    """Step 1 holds up only what waits for it; completed steps stay."""
    done = opened(standing(six))
    assert sorted({*done.steps, *done.withdrawn_questions}) == list(steps)


def test_a_question_that_is_open_is_asked_again() -> None:
    """The form was made without what is extracted now."""
    done = opened(standing("fcccap"), 1)
    assert (done.steps, done.withdrawn_questions) == ((Step.EXTRACTION,), (Step.YOLO_CONFIG,))


def test_no_match_is_no_failure() -> None:
    """Step 4 was skipped by a person's choice, and stays so."""
    job = standing("cccscf", MENU_FAILED, StepSkip.NO_MATCH)
    assert opened(job).steps == (Step.SET_UP,)
    again = opened(job, 3, redo=("3", "5"))
    assert again.steps == (Step.COMPANY_SELECTION, Step.COMPANY_DETAILS, Step.YOLO_CONFIG, Step.SET_UP)


def test_after_a_failed_search_a_person_decides() -> None:
    """The search can be repeated, or the company decided by a person; what was decided without it is no failure."""
    waiting = opened(standing("cfappp"))
    assert (waiting.steps, waiting.withdrawn_questions) == ((Step.SEARCH,), (Step.COMPANY_SELECTION,))
    assert opened(standing("cfssss"), 3).steps == tuple(Step)[2:]
    by_hand = replace(standing("cfcscf", MENU_FAILED, StepSkip.ENTERED_BY_HAND), without_company=True)
    assert opened(by_hand).steps == (Step.SET_UP,)
    assert opened(by_hand, 2, redo=("3", "5")).steps == tuple(Step)[1:]
    with pytest.raises(Refused, match="step 3 Company Selection"):
        opened(by_hand, 2)


def test_an_entry_that_a_person_is_asked_about_is_read_again_by_choosing_it() -> None:
    """A retry of step 4 would run beside the open question."""
    with pytest.raises(Refused, match="choose it again to read its entry again"):
        opened(standing("ccafpp"), 4)
    with pytest.raises(Refused, match="nothing of it failed"):
        opened(standing("ccafpp"))


def test_completed_work_is_listed_and_refused() -> None:
    """Every step and sub-step that would be done again is named."""
    with pytest.raises(Refused, match=r"completed: step 3 Company Selection, step 4 .*, step 5 Yolo.*$"):
        opened(standing("cccccf", MENU_FAILED), 3)
    with pytest.raises(Refused, match=r"completed: menuImport, optionSets, itemTags$"):
        opened(standing("cccccc"), None, "menuImport")
    with pytest.raises(Refused, match=r"completed: optionSets, itemTags$"):
        opened(standing("cccccc"), redo=("menuImport",))


def test_completed_work_that_is_named_is_done_again() -> None:
    """Create effects among it are told apart: the platform is asked whether the first one is still there."""
    done = opened(standing("cccccc"), redo=("menuImport", "optionSets", "itemTags"))
    assert (done.steps, done.sub_steps, done.creates_again) == ((Step.SET_UP,), MENU_PARTS, MENU_PARTS)
    done = opened(standing("cccccc"), redo=("paymentConfig",))
    assert (done.sub_steps, done.creates_again) == ((_N.PAYMENT_CONFIG,), ())


def test_what_a_person_skipped_stays_skipped_unless_it_is_named() -> None:
    """A retry of what it needs does not open it."""
    skipped = MENU_FAILED | {"itemTags": SubStepState(_S.SKIPPED, SubStepSkip.BY_PERSON)}
    assert opened(standing("cccccf", skipped)).sub_steps == MENU_PARTS[:2]
    done = opened(standing("cccccc", {"itemTags": skipped["itemTags"]}), None, "itemTags")
    assert (done.steps, done.sub_steps) == ((Step.SET_UP,), (_N.ITEM_TAGS,))


def test_a_new_configuration_reconsiders_what_was_skipped() -> None:
    """What it switches on runs; what is completed stays so."""
    job = standing("cccccc", {"itemTags": SubStepState(_S.SKIPPED, SubStepSkip.DISABLED)})
    done = opened(job, 5, redo=("5",))
    assert (done.steps, done.sub_steps) == ((Step.YOLO_CONFIG, Step.SET_UP), (_N.ITEM_TAGS,))


@pytest.mark.parametrize(
    "six, from_step, why",
    [
        ("cccccc", None, "nothing of it failed"),
        ("ccccci", 5, "is in progress"),
        ("cfssss", 4, "step 2 .* is failed: retry from step 2"),
        ("cipppp", 2, "has not ended: it is in progress"),
    ],
)
def test_what_makes_no_sense_is_refused(six: str, from_step: int | None, why: str) -> None:
    """With the reason, and what to do instead."""
    with pytest.raises(Refused, match=why):
        opened(standing(six), from_step)


def test_a_sub_step_needs_what_it_needs() -> None:
    """It would only be skipped again."""
    with pytest.raises(Refused, match="itemTags needs menuImport, which is failed"):
        opened(standing("cccccf", MENU_FAILED), None, "itemTags")


@pytest.mark.parametrize("status, why", [(_S.UNKNOWN, "happened is not known"), (_S.IN_PROGRESS, "it is in progress")])
def test_what_is_out_is_not_opened(status: SubStepStatus, why: str) -> None:
    """It must be known first what became of it."""
    with pytest.raises(Refused, match=why):
        opened(standing("ccccci", {"menuImport": SubStepState(status)}), None, "menuImport")


def test_names_are_read_as_people_type_them() -> None:
    """However capitalised; what is neither step nor sub-step is refused with what there is."""
    assert RetryRequest.read(None, ["MENUIMPORT"], ["5"]).sub_steps == {_N.MENU_IMPORT}
    with pytest.raises(Refused, match="there is no sub-step 'menu'; they are cloudwaitressAccount"):
        RetryRequest.read(None, ["menu"], [])
    with pytest.raises(Refused, match="there is no step 7; they are 1 Menu"):
        RetryRequest.read(7, [], [])


def test_what_was_built_on_redone_work_is_named_with_it() -> None:
    """So that the plan is not refused; step 6 is no work of its own, and what is skipped was not built."""
    job = standing("cccccc", {"itemTags": SubStepState(_S.SKIPPED, SubStepSkip.DISABLED)})
    menu = with_built_on(job, RetryRequest.read(None, (), ("menuImport",)))
    assert menu.redo_sub_steps == {_N.MENU_IMPORT, _N.OPTION_SETS}
    company = with_built_on(job, RetryRequest.read(None, (), ("3",)))
    assert company.redo_steps == {Step.COMPANY_SELECTION, Step.COMPANY_DETAILS, Step.YOLO_CONFIG}
    assert plan(job, menu).creates_again == (_N.MENU_IMPORT, _N.OPTION_SETS)
    assert plan(job, company).steps == (3, 4, 5, 6)
    assert with_built_on(job, RetryRequest()) == RetryRequest()
