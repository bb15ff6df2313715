"""The verdict about repeated requests: by the product's bound, and by the kind of the effect."""

from datetime import datetime

import pytest

from dev.chaos.judge import ANY_TRUE_END, judge
from dev.chaos.sendings import MOST_WHILE_NOT_READY
from dev.stack.sandbox_control import Sending
from registration.effects.models import MOST_ATTEMPTS
from registration.workflow.sub_steps import SUB_STEPS, EffectKind, SubStepName
from tests.dev.chaos.judged import KAI, PHO, at, done, restaurant, sending

N = SubStepName
UNCLEAR: dict[str, tuple[int | None, bool | None]] = {
    "no answer": (None, None),
    "a failure that may have acted": (500, False),
    "a page of a proxy": (502, None),
    "broken JSON": (200, None),
}
NO: dict[str, tuple[int | None, bool | None]] = {
    "refused": (400, False),
    "too many": (429, False),
    "not now": (503, None),
    "a success that is none": (200, False),
}
ONLY_A_PERSON = [name for name, row in SUB_STEPS.items() if row.effect in (EffectKind.CREATE, EffectKind.SWITCH)]
BY_ITSELF = [name for name in SubStepName if name not in ONLY_A_PERSON]


def found(*sent: Sending, **decided: float) -> tuple[str, ...]:
    """The findings about Kai's requests; a person decided this many minutes after the job was opened."""
    moments: dict[str, tuple[datetime, ...]] = {N[name]: (at(minutes),) for name, minutes in decided.items()}
    verdict = judge(restaurant(decided=moments), done(sent))
    assert judge(restaurant(decided=moments), done(sent), ANY_TRUE_END) == verdict
    assert verdict.endless_sendings == tuple(finding.removeprefix("endless sendings: ") for finding in verdict.findings)
    return verdict.endless_sendings


@pytest.mark.parametrize("name", ONLY_A_PERSON)
@pytest.mark.parametrize("answer", UNCLEAR)
def test_what_makes_a_second_thing_is_not_sent_after_an_unclear_answer(name: SubStepName, answer: str) -> None:
    """One request is the limit, unless a person decides to repeat it."""
    status, success = UNCLEAR[answer]
    once, again = sending(name, 1, status, success), sending(name, 9, 200, True)
    assert found(once) == ()
    assert found(once, again) == (f"Kai: {name} was sent 2 times without a person, though no answer had refused it",)
    assert found(once, again, **{name.name: 5}) == ()
    assert len(found(once, again, **{name.name: 10})) == 1, "the person came too late"


@pytest.mark.parametrize("name", ONLY_A_PERSON)
def test_what_makes_a_second_thing_is_not_sent_after_a_success(name: SubStepName) -> None:
    """A process without the answer cannot know that nothing happened."""
    assert len(found(sending(name, 1, 200, True), sending(name, 2, 200, True))) == 1


@pytest.mark.parametrize("name", ONLY_A_PERSON)
@pytest.mark.parametrize("answer", NO)
def test_after_a_clear_no_it_may_be_sent_again(name: SubStepName, answer: str) -> None:
    """After a clear refusal nothing was done."""
    assert found(sending(name, 1, *NO[answer]), sending(name, 2, 200, True)) == ()


@pytest.mark.parametrize("name", BY_ITSELF)
@pytest.mark.parametrize("answer", UNCLEAR)
def test_what_may_be_repeated_is_sent_as_often_as_the_product_allows(name: SubStepName, answer: str) -> None:
    """The bound is exact; a person's decision starts a new count."""
    status, success = UNCLEAR[answer]
    sent = [sending(name, minute, status, success) for minute in range(MOST_ATTEMPTS + 1)]
    assert found(*sent[:-1]) == ()
    count = MOST_ATTEMPTS + 1
    assert found(*sent) == (f"Kai: {name} was sent {count} times, {count} of them without a clear answer",)
    assert found(*sent, **{name.name: 2}) == ()


@pytest.mark.parametrize("name", SubStepName)
def test_requests_to_a_platform_that_is_not_ready_are_bounded(name: SubStepName) -> None:
    """Such requests have no effect; the number of 429 answers depends on the platform."""
    not_now = [sending(name, minute, 503) for minute in range(MOST_WHILE_NOT_READY + 1)]
    assert found(*not_now[:-1]) == ()
    assert len(found(*not_now)) == 1
    assert found(*(sending(name, minute, 429, False) for minute in range(40))) == ()


def test_each_restaurant_and_each_endpoint_is_counted_by_itself() -> None:
    """Requests for another restaurant do not count."""
    imports = "import-menu-direct"
    theirs = [Sending(PHO, imports, at(minute), 500, False) for minute in range(9)]
    assert found(*theirs, sending(N.MENU_IMPORT, 3, 500, False), sending(N.OPTION_SETS, 4, 500, False)) == ()


def test_what_was_sent_before_the_job_is_not_its_own() -> None:
    """The preparation of a batch lets the platform extract a menu."""
    menu = "extract-menu-premium"
    before, first, second = (Sending(KAI, menu, at(minute), 200, True) for minute in (-5, 1, 2))
    assert found(before, first) == ()
    assert found(before, first, second) == (
        "Kai: menuExtraction was sent 2 times without a person, though no answer had refused it",
    )


def test_requests_that_arrive_out_of_order_are_sorted() -> None:
    """The log of a restarted sandbox has two parts."""
    late, early = sending(N.MENU_IMPORT, 9, 200, True), sending(N.MENU_IMPORT, 1, 500, False)
    assert found(late, early, MENU_IMPORT=5) == ()
