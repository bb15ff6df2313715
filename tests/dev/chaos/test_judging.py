"""The verdict about a restaurant: our tables against the platform's effects, records and answers."""

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
    """All twelve sub-steps are completed, and each effect happened once."""
    assert judge(restaurant(), done()) == Verdict()


def test_a_second_effect_that_makes_something_is_a_duplicate() -> None:
    """A second effect that only sets a value is no duplicate."""
    assert judge(restaurant(), done(MENU_IMPORT=2, CODE_GENERATION=2)).findings == (
        "duplicates: Kai: menuImport 2 times",
    )


def test_accounts_and_users_are_counted_per_email() -> None:
    """Restaurants with one e-mail share its account; a second account is a duplicate."""
    endpoint = "register-account"
    first = Done({**done().effects, (KAI, endpoint): 0, (PHO, endpoint): 1})
    both = Done({**done().effects, (PHO, endpoint): 1})
    assert judge(restaurant(peers=(KAI, PHO)), first) == Verdict()
    assert judge(restaurant(peers=(KAI, PHO)), both).duplicates == ("Kai: cloudwaitressAccount 2 times",)


def test_an_account_that_another_restaurant_made_is_not_lost() -> None:
    """One restaurant was refused, and the waiting restaurant has the account."""
    refused = {_N.CLOUDWAITRESS_ACCOUNT: row(SubStepStatus.FAILED)}
    theirs = Done({(PHO, "register-account"): 1})
    record = restaurant(JobStatus.FAILED, dict.fromkeys(_N, row(SubStepStatus.SKIPPED)) | refused, peers=(KAI, PHO))
    assert judge(record, theirs, ANY_TRUE_END) == Verdict()


def test_completed_without_the_effect_is_false() -> None:
    """The verdict does not depend on the answer."""
    found = judge(restaurant(), done(PAYMENT_CONFIG=0))
    assert found.findings == ("false completed: Kai: paymentConfig is completed (None), the platform never did it",)


def test_a_completed_job_with_something_open_is_false() -> None:
    """Every sub-step of a completed job must be completed."""
    record = restaurant(twelve={_N.ITEM_TAGS: row(SubStepStatus.SKIPPED)})
    assert judge(record, done(ITEM_TAGS=0)).false_completed == ("Kai: the job is completed without itemTags",)


def test_an_effect_that_our_tables_have_given_up_is_lost() -> None:
    """The effect happened, and our table has status failed."""
    record = restaurant(JobStatus.FAILED, {_N.MENU_IMPORT: row(SubStepStatus.FAILED)})
    lost = "Kai: menuImport is failed, but the platform did it: for a reason"
    assert lost in judge(record, done(), ANY_TRUE_END).losses


def test_what_must_fail_fails_with_its_dependants_skipped() -> None:
    """After a clear refusal everything else is completed."""
    skipped = {name: row(SubStepStatus.SKIPPED) for name in dependants(_MENU)}
    record = restaurant(JobStatus.FAILED, skipped | {_N.MENU_IMPORT: row(SubStepStatus.FAILED)})
    counts = done(MENU_IMPORT=0, OPTION_SETS=0, ITEM_TAGS=0)
    assert judge(record, counts, Expected(failed=_MENU)) == Verdict()
    assert len(judge(record, counts).losses) == 4, "the job and three sub-steps should have been completed"


def test_a_job_that_has_not_ended_is_stuck() -> None:
    """The finding names the open sub-steps."""
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
    """The ordering system shows no more; an answer alone, or a claim of proof, is false."""
    name = _N.PAYMENT_CONFIG
    record = restaurant(twelve={name: row(SubStepStatus.COMPLETED, known=known)}, recorded=[name] if recorded else [])
    found = judge(record, done([sending(name, 1, 200, success, fault)], PAYMENT_CONFIG=0))
    assert bool(found.false_completed) is is_false


def test_what_can_be_read_back_is_never_taken_on_the_platforms_word() -> None:
    """Account, generated code, images and registration can be read back."""
    name = _N.RESTAURANT_REGISTRATION
    record = restaurant(twelve={name: row(SubStepStatus.COMPLETED, known=Assurance.REPORTED)}, recorded=[name])
    assert judge(record, done([sending(name, 1, 200, True, "nothing_done")], RESTAURANT_REGISTRATION=0)).false_completed


def test_an_unknown_effect_at_the_end_is_stuck() -> None:
    """A person resolves it before a case ends, unless several ends are correct."""
    record = restaurant(JobStatus.ACTION_REQUIRED, {_N.ITEM_TAGS: row(SubStepStatus.UNKNOWN, needs_person=True)})
    assert judge(record, done(), ANY_TRUE_END) == Verdict()
    assert judge(record, done()).stuck == ("Kai: itemTags is unknown, not completed: for a reason",)


def test_an_effect_with_a_record_must_not_wait_for_a_person() -> None:
    """A sub-step with a record of success must not wait for a person."""
    by_person = {_N.MENU_IMPORT: row(SubStepStatus.COMPLETED, known=Assurance.PERSON)}
    assert judge(restaurant(twelve=by_person), done()) == Verdict()
    found = judge(restaurant(twelve=by_person, recorded=_MENU), done(), ANY_TRUE_END)
    assert found.stuck == ("Kai: menuImport was resolved by a person alone, though the platform shows it",)


def test_a_person_who_reports_a_missing_effect_makes_a_false_completed() -> None:
    """Also if a person reported the effect."""
    record = restaurant(twelve={_N.MENU_IMPORT: row(SubStepStatus.COMPLETED, known=Assurance.PERSON)})
    assert judge(record, done(MENU_IMPORT=0)).false_completed


def test_a_job_that_waits_for_nobody_is_stuck() -> None:
    """A job with "action required" but without an open action is stuck."""
    assert judge(restaurant(JobStatus.ACTION_REQUIRED), done(), ANY_TRUE_END).stuck


def test_a_question_that_was_asked_again_is_a_loss() -> None:
    """The earlier answer is lost."""
    record = restaurant(repeated=("yolo-config was asked again in round 2",))
    assert judge(record, done()).losses == ("Kai: yolo-config was asked again in round 2",)


def test_a_job_that_is_gone_is_a_loss() -> None:
    """The rows of the job are missing."""
    assert missing({1, 2}, [1, 3]).losses == ("job 3 is gone",)


def test_the_platforms_count_adds_up() -> None:
    """An account opened twice for one restaurant has two rows if the e-mails differ."""
    rows = [DoneEffect(KAI, "register-account", email, 1) for email in ("a@example.nz", "b@example.nz")]
    assert Done.of(rows).count(replace(restaurant()), _N.CLOUDWAITRESS_ACCOUNT) == 2


def test_the_id_of_a_restaurant_is_that_of_the_ordering_system() -> None:
    """The person who resolves a registration reads it there: the platform keeps none if it thinks it failed."""
    assert Done.of([DoneEffect(KAI, "register-restaurant", None, 1, "RES123")]).made == {KAI: "RES123"}
