"""May a sub-step start? The table of the twelve against the statuses."""

import pytest

from registration.states import SubStepStatus
from registration.workflow.readiness import Go, Skip, Wait, readiness
from registration.workflow.skips import SubStepSkip
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

N, S = SubStepName, SubStepStatus
ALL = frozenset(SubStepName)
OPEN = [S.PENDING, S.IN_PROGRESS, S.RETRYING, S.UNKNOWN]
GIVEN_UP = [S.FAILED, S.SKIPPED, S.CANCELLED]


def _statuses(**changes: SubStepStatus) -> dict[SubStepName, SubStepStatus]:
    """All completed but those that are named."""
    return dict.fromkeys(SubStepName, S.COMPLETED) | {SubStepName(name): status for name, status in changes.items()}


@pytest.mark.parametrize("name", list(SubStepName))
def test_everything_may_start_when_all_else_is_completed(name: SubStepName) -> None:
    """Nothing needs more than the others' completion."""
    assert readiness(name, _statuses(), ALL) == Go()


@pytest.mark.parametrize("name", [row.name for row in SUB_STEPS.values() if not row.needs])
def test_what_needs_nothing_starts_at_once(name: SubStepName) -> None:
    """The first phase begins with everything pending."""
    assert readiness(name, dict.fromkeys(SubStepName, S.PENDING), ALL) == Go()


@pytest.mark.parametrize("status", OPEN)
@pytest.mark.parametrize(
    "name, need", [(row.name, need) for row in SUB_STEPS.values() for need in row.needs], ids="-".join
)
def test_it_waits_for_each_need_that_is_open(name: SubStepName, need: SubStepName, status: SubStepStatus) -> None:
    """Also for one that is unknown: it stays pending until somebody knows."""
    assert readiness(name, _statuses(**{need: status}), ALL) == Wait(f"{need} is {status}")


@pytest.mark.parametrize("status", GIVEN_UP)
@pytest.mark.parametrize(
    "name, need", [(row.name, need) for row in SUB_STEPS.values() for need in row.needs_completed], ids="-".join
)
def test_it_is_skipped_when_a_need_was_given_up(name: SubStepName, need: SubStepName, status: SubStepStatus) -> None:
    """The reason names what was not met."""
    assert readiness(name, _statuses(**{need: status}), ALL) == Skip(SubStepSkip.NEED_GIVEN_UP, (need, status))


@pytest.mark.parametrize("status", GIVEN_UP)
@pytest.mark.parametrize(
    "name, need", [(row.name, need) for row in SUB_STEPS.values() for need in row.needs_ended], ids="-".join
)
def test_an_ended_need_is_enough_where_the_table_says_so(
    name: SubStepName, need: SubStepName, status: SubStepStatus
) -> None:
    """A menu is imported without images rather than not at all."""
    assert readiness(name, _statuses(**{need: status}), ALL) == Go()


def test_a_disabled_sub_step_is_skipped() -> None:
    """Whatever it needs."""
    nothing = dict.fromkeys(SubStepName, S.PENDING)
    assert readiness(N.MENU_IMPORT, nothing, ALL - {N.MENU_IMPORT}) == Skip(SubStepSkip.DISABLED)


@pytest.mark.parametrize("status", list(SubStepStatus))
def test_a_disabled_need_counts_as_met(status: SubStepStatus) -> None:
    """Disabled account creation means: the account exists."""
    enabled = ALL - {N.CLOUDWAITRESS_ACCOUNT}
    assert readiness(N.RESTAURANT_REGISTRATION, _statuses(cloudwaitressAccount=status), enabled) == Go()


def test_a_need_that_is_given_up_wins_over_one_that_must_only_have_ended() -> None:
    """It is skipped at once; nothing is waited for in vain."""
    statuses = _statuses(restaurantRegistration=S.FAILED, websiteConfig=S.PENDING)
    skip = readiness(N.SYNC_ONBOARDING_USER, statuses, ALL)
    assert isinstance(skip, Skip)
    assert skip.text == "restaurantRegistration failed"
