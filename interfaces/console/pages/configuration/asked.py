"""What a request of the page is about: the open question of a restaurant, and what the page's forms send back."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from interfaces.api.problems import ProblemError
from interfaces.console.edit_forms import Form
from interfaces.console.pages.configuration.feed import read_decided
from interfaces.console.pages.configuration.view import Shown
from registration.database.session import Transaction
from registration.errors import NotFound
from registration.gates.open_questions import OpenQuestion, config_questions
from registration.gates.questions.contexts import ConfigContext
from registration.workflow.snapshot import JobView
from registration.workflow.snapshot_queries import read_snapshot

_MOST: Final = 50
_DIGITS: Final = 9


async def read_question(transaction: Transaction, batch_id: UUID, job_id: UUID) -> tuple[JobView, OpenQuestion]:
    """The job with its open question. Raises NotFound, and ProblemError (409) if it does not wait here."""
    view = await read_snapshot(transaction, batch_id)
    if job_id not in view.jobs:
        raise NotFound(f"there is no job {job_id} in this batch", code="JOB_NOT_FOUND")
    found = await config_questions(transaction, view, only=job_id)
    if found:
        return view.jobs[job_id], found[0]
    [decided] = await read_decided(transaction, view, [job_id])
    by = f": {decided.answer}, by {decided.by} in {decided.channel}" if decided.by else ""
    raise ProblemError(409, "STEP_NOT_ACTION_REQUIRED", f"{decided.name} does not wait for its configuration{by}")


def proposed_of(one: OpenQuestion) -> ConfigContext:
    """What is known about the job. Raises ProblemError (409) if its data cannot be read."""
    if isinstance(one.context, ConfigContext):
        return one.context
    detail = f"the data of {one.context.restaurant_name} cannot be read"
    raise ProblemError(409, "UNREADABLE_DATA", detail, hint="correct the restaurant's data, or leave it out")


def read_shown(texts: Sequence[object]) -> dict[UUID, Shown]:
    """The proposals that a page sends back, by job. Raises ProblemError (422) for anything else."""
    try:
        found = [Shown.model_validate_json(str(one)) for one in texts]
    except ValidationError:
        raise _another_version() from None
    if not 0 < len(found) <= _MOST:
        raise _another_version()
    return {one.job: one for one in found}


def read_visit(form: Form) -> int:
    """The visit of the question that a form answers. Raises ProblemError (422)."""
    text = str(form.get("visit", ""))
    if not (text.isascii() and text.isdecimal() and len(text) < _DIGITS):
        raise _another_version()
    return int(text)


def _another_version() -> ProblemError:
    detail = "the page does not say what it showed, or is of another version"
    return ProblemError(422, "INVALID_REQUEST", detail, hint="load the page again")
