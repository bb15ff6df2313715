"""The two forms of the company gate, another search and details by hand: the fields of the form at every gate. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from interfaces.api.problems import ProblemError
from interfaces.console.pages.company_selection.reading import AtCompanyGate
from interfaces.presenting.marks import one_line
from registration.gates.questions.company import company_question
from registration.gates.questions.contexts import CompanyContext
from registration.gates.questions.sections import SECTIONS, describe_errors
from registration.gates.rounds import Details
from registration.kit.values import plain_message, problems

_PAGES: Final = {Details.ENTER_BY_HAND: "by-hand"}
_SEARCH: Final = "search"
_REQUIRED: Final = frozenset({"contact_name"})
_TITLES: Final = {
    Details.ENTER_BY_HAND: ("By hand", "Use these details"),
    Details.SEARCH_AGAIN: ("Search again", "Search"),
    Details.CONFIRM_QUERY: ("Search the register", "Search"),
}


@dataclass(frozen=True)
class FormField:
    """One field: its value, and what is wrong with it."""

    name: str
    title: str
    note: str
    value: str
    required: bool
    wrong: str = ""


@dataclass(frozen=True)
class AnswerForm:
    """A form for one restaurant; `page` is the end of its address, `wrong` what is wrong with all of it."""

    job_id: UUID
    visit: int
    restaurant: str
    title: str
    label: str
    page: str
    path: str
    fields: tuple[FormField, ...]
    wrong: str = ""


def search_details(found: AtCompanyGate, job_id: UUID) -> Details:
    """What a search answers: the first one is confirmed, any other is another one."""
    asked = found.questions.get(job_id)
    first = asked is not None and asked.question.details is Details.CONFIRM_QUERY
    return Details.CONFIRM_QUERY if first else Details.SEARCH_AGAIN


def form_of(found: AtCompanyGate, job_id: UUID, details: Details) -> AnswerForm:
    """The form with what is known. Raises NotFound for another batch's job, ProblemError (409) if it does not wait."""
    job, asked = found.job(job_id), found.questions.get(job_id)
    if asked is None or not isinstance(asked.context, CompanyContext):
        raise ProblemError(409, "STEP_NOT_ACTION_REQUIRED", "nothing waits for this answer")
    question = company_question(replace(asked.context, asked=details))
    title, label = _TITLES[details]
    page = _PAGES.get(details, _SEARCH)
    return AnswerForm(
        job_id=job_id,
        visit=question.visit,
        restaurant=one_line(job.restaurant),
        title=title,
        label=label,
        page=page,
        path=f"/batches/{found.batch_id}/company-selection/{job_id}/{page}",
        fields=tuple(
            FormField(
                field.name,
                field.title,
                field.description,
                str(question.prefilled.get(field.name, "")),
                details is Details.ENTER_BY_HAND and field.name in _REQUIRED,
            )
            for field in SECTIONS[details]
        ),
    )


def refilled(form: AnswerForm, visit: int, typed: Mapping[str, str], details: Details, error: ValueError) -> AnswerForm:
    """The form as it was typed, with what is wrong beside each field; `visit` stays that of what the person saw."""
    wrong = _wrong_fields(error)
    fields = tuple(
        replace(field, value=typed.get(field.name, ""), wrong=wrong.get(field.name, "")) for field in form.fields
    )
    named = any(field.wrong for field in fields)
    return replace(form, visit=visit, fields=fields, wrong="" if named else describe_errors(details, error))


def _wrong_fields(error: ValueError) -> dict[str, str]:
    if not isinstance(error, ValidationError):
        return {}
    return {str(part): plain_message(one) for one in problems(error) for part in one["loc"][-1:]}
