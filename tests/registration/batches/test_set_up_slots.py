"""The places of a batch in step 6: who gets the next one."""

from uuid import UUID

from registration.batches.capacity import SetUpSlots
from registration.states import JobStatus, StepStatus
from registration.workflow.steps import Step
from tests.registration.views import make_job, make_view

FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
BEGUN = {Step.SET_UP: StepStatus.IN_PROGRESS}


def arrived(limit: int, *jobs: UUID) -> SetUpSlots:
    """Places that some wait for, in this order."""
    places = SetUpSlots(limit)
    for job in jobs:
        places.enqueue(job)
    return places


def test_who_comes_first_goes_first() -> None:
    """The next job goes when a slot is released, and no job overtakes another."""
    view = make_view(*(make_job(number) for number in (1, 2, 3)))
    places = arrived(1, SECOND, FIRST, THIRD)
    assert [places.acquire(job, view) for job in (FIRST, SECOND, THIRD)] == [False, True, False]
    places.release(SECOND)
    assert [places.acquire(job, view) for job in (THIRD, FIRST)] == [False, True]


def test_a_place_is_kept_for_who_has_begun() -> None:
    """After a crash the others may arrive first, and wait for an account that only the one who began can make."""
    view = make_view(make_job(1), make_job(2, steps=BEGUN))
    places = arrived(1, FIRST)
    assert not places.acquire(FIRST, view)
    places.enqueue(SECOND)
    assert not places.acquire(FIRST, view)
    assert places.acquire(SECOND, view)
    places.release(SECOND)
    assert not places.acquire(FIRST, view)
    assert places.acquire(FIRST, make_view(make_job(1), make_job(2, JobStatus.COMPLETED)))


def test_no_place_is_kept_for_who_waits_for_a_person() -> None:
    """It released its slot, and gets the next one as soon as a person has resolved its effect."""
    waits = make_job(2, steps=BEGUN, undecided=frozenset({"menuImport"}))
    places = arrived(1, FIRST)
    assert places.acquire(FIRST, make_view(make_job(1), waits))
    settled = make_view(make_job(1, steps=BEGUN), make_job(2, steps=BEGUN), make_job(3))
    places.enqueue(THIRD)
    places.release(FIRST)
    assert not places.acquire(THIRD, make_view(make_job(2, steps=BEGUN), make_job(3)))
    places.enqueue(SECOND)
    assert places.acquire(SECOND, settled)


def test_who_does_not_wait_any_more_holds_nobody_up() -> None:
    """Cancelled while it waited."""
    view = make_view(make_job(1), make_job(2))
    places = arrived(1, FIRST, SECOND)
    places.release(FIRST)
    assert places.acquire(SECOND, view)


def test_there_are_as_many_as_the_batch_says() -> None:
    """Two of three at once."""
    view = make_view(*(make_job(number) for number in (1, 2, 3)))
    places = arrived(2, FIRST, SECOND, THIRD)
    assert [places.acquire(job, view) for job in (FIRST, SECOND, THIRD)] == [True, True, False]
