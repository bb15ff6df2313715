"""When a batch stops because too many of its restaurants failed."""

import pytest

from registration.batches.progress import exceeds_failure_threshold, halt_reason
from registration.states import JobStatus
from registration.workflow.snapshot import BatchView
from tests.registration.views import make_job, make_view

LETTERS = {
    "f": JobStatus.FAILED,
    "p": JobStatus.PARTIALLY_COMPLETED,
    "c": JobStatus.COMPLETED,
    "s": JobStatus.SKIPPED,
    "i": JobStatus.IN_PROGRESS,
    "F": JobStatus.FAILED,
}


def _view(jobs: str) -> BatchView:
    """Jobs by letters; F is one that failed before the last continue."""
    return make_view(
        *(
            make_job(position, LETTERS[letter], failed_before_continue=letter == "F")
            for position, letter in enumerate(jobs, start=1)
        )
    )


@pytest.mark.parametrize(
    "jobs, stops",
    [
        ("ffff", True),
        ("fff", False),
        ("fffi", False),
        ("fffc", True),
        ("ffcc", False),
        ("fffci", True),
        ("fffciii", False),
        ("pppp", False),
        ("ssssff", False),
        ("FFFf", False),
        ("FFffff", True),
        ("", False),
    ],
)
def test_more_than_half_must_have_failed_and_four_ended(jobs: str, stops: bool) -> None:
    """Of all jobs, not of those that ended; partly completed ones and old failures do not count."""
    assert exceeds_failure_threshold(_view(jobs), 0.5) is stops


def test_an_outage_of_the_platform_halts_no_batch() -> None:
    """No restaurant is the cause."""
    failed = [make_job(position, JobStatus.FAILED, failed_in_outage=True) for position in range(1, 6)]
    assert not exceeds_failure_threshold(make_view(*failed), 0.5)


def test_the_threshold_is_the_batchs() -> None:
    """Above it, not at it."""
    assert exceeds_failure_threshold(_view("fccc"), 0.2)
    assert not exceeds_failure_threshold(_view("fccc"), 0.25)
    assert not exceeds_failure_threshold(_view("ffff"), 1.0)


def test_the_reason_has_the_numbers() -> None:
    """A person reads how many failed since the last continue, and what to do."""
    assert halt_reason(_view("Ffffc")) == "3 of 5 restaurants failed; fix the cause, then continue the batch"
