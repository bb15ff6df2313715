"""The page that a batch leaves behind."""

from typing import Any
from uuid import UUID

from registration.reporting.summary import final_page
from registration.states import JobStatus
from registration.workflow.snapshot import JobView
from tests.registration.views import make_job, make_view

BATCH = UUID(int=9)


def _page(*jobs: JobView, **fields: Any) -> str:
    return final_page("Monday", BATCH, make_view(*jobs, **fields), {})


def test_each_failure_comes_with_its_command() -> None:
    """One for each, and one for all of them; who is done needs none."""
    page = _page(
        make_job(1, JobStatus.COMPLETED),
        make_job(2, JobStatus.FAILED, error_message="menuImport: no category"),
        make_job(3, JobStatus.PARTIALLY_COMPLETED),
    )
    assert f"**Kai 2**, failed: menuImport\\: no category\n\n```\nregistration retry {UUID(int=2)}\n```" in page
    assert f"registration retry {UUID(int=3)}" in page
    assert f"registration retry {BATCH} --failed" in page
    assert page.endswith("## Completed\n\n- **Kai 1**")


def test_item_tags_that_contradict_the_menu_have_a_command_of_their_own() -> None:
    """Beside effects of which nobody can tell whether they happened."""
    undecided = frozenset({"menuImport", "itemTags"})
    page = _page(make_job(1, JobStatus.ACTION_REQUIRED, undecided=undecided, effects={"menuImport": "unknown"}))
    assert f"registration item-tags {UUID(int=1)}" in page
    assert "**Kai 1**: menuImport\n" in page


def test_one_failure_needs_no_command_for_all() -> None:
    """It would say the same twice."""
    assert "--failed" not in _page(make_job(1, JobStatus.FAILED))


def test_what_nobody_can_tell_is_asked_of_a_person_first() -> None:
    """With both ways to say what was seen."""
    page = _page(
        make_job(1, JobStatus.FAILED), make_job(2, JobStatus.ACTION_REQUIRED, undecided=frozenset({"menuImport"}))
    )
    assert page.index("A person must check") < page.index("To retry")
    for said in ("--it-is-there", "--do-it-again"):
        assert f'registration resolve {UUID(int=2)} menuImport {said} --by NAME --why "WHAT YOU SAW"' in page


def test_a_stopped_batch_says_how_it_goes_on() -> None:
    """Not if it was cancelled as well."""
    assert f"registration continue {BATCH}" in _page(make_job(1, JobStatus.FAILED), halted_reason="3 of 4 failed")
    assert "continue" not in _page(make_job(1, JobStatus.CANCELLED), halted_reason="x", cancel_requested=True)
