"""Comparison of an outcome with the script."""

from io import StringIO

import pytest
from rich.console import Console

from dev.demo.outcomes import Outcome, outcome_table
from dev.demo.script import Decision, Role
from registration.restaurants.csv_import import NumberedRow
from registration.restaurants.models import NewRestaurant
from registration.states import Assurance, JobStatus
from registration.workflow.sub_steps import SUB_STEPS
from tests.dev.demo.views import make_job


def make_outcome(
    ended: JobStatus, why: str | None, expected: JobStatus, because: str | None, *known: Assurance
) -> Outcome:
    """An outcome with this status and this expected status."""
    decision = Decision(company="recommended", expected=expected, expected_reason_contains=because)
    role = Role(NumberedRow(2, NewRestaurant.model_validate({"name": "Taco Tāne"})), decision)
    return Outcome(
        make_job("Taco [Tāne]", ended, error_message=why, known=dict(zip(SUB_STEPS, known, strict=False))), role
    )


@pytest.mark.parametrize(
    "ended, why, right",
    [
        (JobStatus.FAILED, "menuImport: the platform said\nsuccess, but", True),
        (JobStatus.FAILED, "menuImport: refused", False),
        (JobStatus.FAILED, None, False),
        (JobStatus.COMPLETED, None, False),
    ],
)
def test_the_status_and_the_reason_must_be_right(ended: JobStatus, why: str | None, right: bool) -> None:
    """A failure for another reason is as wrong as a success."""
    assert make_outcome(ended, why, JobStatus.FAILED, "platform said success").right is right


def test_the_table_has_reasons_and_expectations() -> None:
    """An expected failure shows its real reason, a wrong outcome the expected one; all show evidence."""
    table = outcome_table(
        [
            make_outcome(JobStatus.COMPLETED, None, JobStatus.COMPLETED, None, Assurance.PROVEN, Assurance.PERSON),
            make_outcome(
                JobStatus.FAILED, "menuImport: no", JobStatus.FAILED, "no", Assurance.PROVEN, Assurance.REPORTED
            ),
            make_outcome(JobStatus.COMPLETED, None, JobStatus.PARTIALLY_COMPLETED, "refused"),
        ]
    )
    console = Console(file=StringIO(), width=120)
    console.print(table)
    assert isinstance(console.file, StringIO)
    assert [line.split("]")[-1].strip() for line in console.file.getvalue().splitlines()][1:] == [
        "✓ completed: 1 proven, 1 by a person",
        "✓ failed, as expected because “no”",
        "menuImport: no",
        "completed sub-steps: 1 proven, 1 reported",
        "✗ completed; expected: partially completed because “refused”",
    ]
