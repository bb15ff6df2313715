"""Judging a restaurant: what our tables say beside what the platform did, recorded and answered."""

from dataclasses import replace

import pytest

from dev.chaos.expected import Done
from dev.chaos.judge import ANY_TRUE_END, Expected, judge, missing
from dev.chaos.verdicts import Verdict
from dev.stack.sandbox_control import DoneEffect
from registration.states import Assurance, JobStatus, SubStepStatus
from registration.workflow.sub_steps import SubStepName, dependants
from tests.dev.chaos.judged import KAI, PHO, done, restaurant, row, sending

_N = SubStepName
_MENU = frozenset({_N.MENU_IMPORT})


def test_a_restaurant_with_everything_once_keeps_all_promises() -> None:
    """All twelve are completed, and each was done once."""
    assert judge(restaurant(), done()) == Verdict()


def test_a_second_effect_that_makes_something_is_a_duplicate() -> None:
    """Of what only sets something a second one changes nothing."""
    assert judge(restaurant(), done(MENU_IMPORT=2, CODE_GENERATION=2)).findings == (
        "duplicates: Kai: menuImport 2 times",
    )


def test_accounts_and_users_are_counted_per_email() -> None:
    """The second restaurant of an e-mail uses what was made for the first one; two would be one too many."""
    endpoint = "register-account"
    first = Done({**done().effects, (KAI, endpoint): 0, (PHO, endpoint): 1})
    both = Done({**done().effects, (PHO, endpoint): 1})
    assert judge(restaurant(peers=(KAI, PHO)), first) == Verdict()
    assert judge(restaurant(peers=(KAI, PHO)), both).duplicates == ("Kai: cloudwaitressAccount 2 times",)


def test_an_account_that_another_restaurant_made_is_not_lost() -> None:
    """This one was refused, and the one that waited has the account."""
    refused = {_N.CLOUDWAITRESS_ACCOUNT: row(SubStepStatus.FAILED)}
    theirs = Done({(PHO, "register-account"): 1})
    record = restaurant(JobStatus.FAILED, dict.fromkeys(_N, row(SubStepStatus.SKIPPED)) | refused, peers=(KAI, PHO))
    assert judge(record, theirs, ANY_TRUE_END) == Verdict()


def test_completed_without_the_effect_is_false() -> None:
    """It does not matter what the answer said."""
    found = judge(restaurant(), done(PAYMENT_CONFIG=0))
    assert found.findings == ("false completed: Kai: paymentConfig is completed (None), the platform never did it",)


def test_a_completed_job_with_something_open_is_false() -> None:
    """Nothing of it may be missing."""
    record = restaurant(twelve={_N.ITEM_TAGS: row(SubStepStatus.SKIPPED)})
    assert judge(record, done(ITEM_TAGS=0)).false_completed == ("Kai: the job is completed without itemTags",)


def test_an_effect_that_our_tables_have_given_up_is_lost() -> None:
    """The platform did it, and we say that it failed."""
    record = restaurant(JobStatus.FAILED, {_N.MENU_IMPORT: row(SubStepStatus.FAILED)})
    lost = "Kai: menuImport is failed, but the platform did it: for a reason"
    assert lost in judge(record, done(), ANY_TRUE_END).losses


def test_what_must_fail_fails_with_its_dependants_skipped() -> None:
    """A clear no of the platform; everything else is completed."""
    skipped = {name: row(SubStepStatus.SKIPPED) for name in dependants(_MENU)}
    record = restaurant(JobStatus.FAILED, skipped | {_N.MENU_IMPORT: row(SubStepStatus.FAILED)})
    counts = done(MENU_IMPORT=0, OPTION_SETS=0, ITEM_TAGS=0)
    assert judge(record, counts, Expected(failed=_MENU)) == Verdict()
    assert len(judge(record, counts).losses) == 4, "the job and three sub-steps should have been completed"


def test_a_job_that_has_not_ended_is_stuck() -> None:
    """What is open is said."""
    record = restaurant(JobStatus.IN_PROGRESS, {_N.ITEM_TAGS: row(SubStepStatus.IN_PROGRESS)})
    assert judge(record, done()).stuck == ("Kai: it is in_progress: itemTags in_progress",)


@pytest.mark.parametrize(
    "known, fault, success, recorded, is_false",
    [
        (Assurance.REPORTED, "nothing_done", True, True, False),
        (Assurance.PROVEN, "nothing_done", True, True, True),
        (Assurance.PERSON, "nothing_done", True, True, True),
        (Assurance.REPORTED, "nothing_done", True, False, True),
        (Assurance.REPORTED, "plays", True, True, True),
        (Assurance.REPORTED, "success_false", False, True, True),
        (Assurance.REPORTED, None, None, True, True),
    ],
    ids=["its word", "proven", "a person", "no record", "trouble in the answer", "said no", "unclear"],
)
def test_the_platforms_word_is_true_if_its_answer_and_its_record_say_so(
    known: Assurance, fault: str | None, success: bool | None, recorded: bool, is_false: bool
) -> None:
    """No program can see more of what the ordering system does; whatever says less, or claims more, is false."""
    name = _N.PAYMENT_CONFIG
    record = restaurant(twelve={name: row(SubStepStatus.COMPLETED, known=known)}, recorded=[name] if recorded else [])
    found = judge(record, done([sending(name, 1, 200, success, fault)], PAYMENT_CONFIG=0))
    assert bool(found.false_completed) is is_false


def test_what_can_be_read_back_is_never_taken_on_the_platforms_word() -> None:
    """An account, generated code, images and the registration."""
    name = _N.RESTAURANT_REGISTRATION
    record = restaurant(twelve={name: row(SubStepStatus.COMPLETED, known=Assurance.REPORTED)}, recorded=[name])
    assert judge(record, done([sending(name, 1, 200, True, "nothing_done")], RESTAURANT_REGISTRATION=0)).false_completed


def test_a_person_is_asked_only_for_what_cannot_be_told() -> None:
    """A person settles it before a case ends, unless more than one end is true."""
    record = restaurant(JobStatus.ACTION_REQUIRED, {_N.ITEM_TAGS: row(SubStepStatus.UNKNOWN, needs_person=True)})
    assert judge(record, done(), ANY_TRUE_END) == Verdict()
    assert judge(record, done()).stuck == ("Kai: itemTags is unknown, not completed: for a reason",)


def test_what_the_platform_shows_needs_no_person_to_say_that_it_is_there() -> None:
    """With a record of its success nobody is to be asked."""
    by_person = {_N.MENU_IMPORT: row(SubStepStatus.COMPLETED, known=Assurance.PERSON)}
    assert judge(restaurant(twelve=by_person), done()) == Verdict()
    found = judge(restaurant(twelve=by_person, recorded=_MENU), done(), ANY_TRUE_END)
    assert found.stuck == ("Kai: menuImport was found by a person alone, though the platform shows it",)


def test_a_person_who_says_what_is_not_so_makes_a_false_completed() -> None:
    """Whoever says it."""
    record = restaurant(twelve={_N.MENU_IMPORT: row(SubStepStatus.COMPLETED, known=Assurance.PERSON)})
    assert judge(record, done(MENU_IMPORT=0)).false_completed


def test_a_job_that_waits_for_nobody_is_stuck() -> None:
    """Action required without anything to do is no waiting for a person."""
    assert judge(restaurant(JobStatus.ACTION_REQUIRED), done(), ANY_TRUE_END).stuck


def test_a_question_that_was_asked_again_is_a_loss() -> None:
    """The answer was there."""
    record = restaurant(repeated=("yolo-config was asked again in round 2",))
    assert judge(record, done()).losses == ("Kai: yolo-config was asked again in round 2",)


def test_a_job_that_is_gone_is_a_loss() -> None:
    """Its rows are not there any more."""
    assert missing({1, 2}, [1, 3]).losses == ("job 3 is gone",)


def test_the_platforms_count_adds_up() -> None:
    """An account that was opened twice for one restaurant comes in two rows if its e-mails differ."""
    rows = [DoneEffect(KAI, "register-account", email, 1) for email in ("a@example.nz", "b@example.nz")]
    assert Done.of(rows).count(replace(restaurant()), _N.CLOUDWAITRESS_ACCOUNT) == 2
