"""The question about one job at the company gate, and its section of the form."""

from collections.abc import Iterator, Mapping

from registration.companies.models import Candidate, RegisterQuery
from registration.gates.decisions import (
    AnyAnswer,
    ChooseCompany,
    ConfirmQuery,
    EnterByHand,
    LeaveOut,
    ManualCompany,
    NoMatch,
    SearchAgain,
)
from registration.gates.questions.company_evidence import company_evidence
from registration.gates.questions.contexts import CompanyContext
from registration.gates.questions.sections import SECTIONS, valid_prefills
from registration.gates.rounds import Choice, Details, Prefilled, Question
from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, field_name, title

NO_MATCH = "No match"
SEARCH_AGAIN = "Search again…"
ENTER_BY_HAND = "Enter by hand…"
SEARCH_WITH_DETAILS = "Search with the details below"
USE_DETAILS = "Use the details below"
_QUERIES: dict[Details, type[ConfirmQuery | SearchAgain]] = {
    Details.CONFIRM_QUERY: ConfirmQuery,
    Details.SEARCH_AGAIN: SearchAgain,
}


def company_question(context: CompanyContext) -> Question:
    """The question for one job: a drop-down with the candidates, and a section if details were requested."""
    choices = tuple(_choices(context))
    return Question(
        job_id=context.job_id,
        visit=context.visit,
        field=field_name(context.position, context.visit),
        title=title(context.restaurant_name, context.city),
        evidence=company_evidence(context),
        choices=choices,
        preset=_preset(context, choices),
        details=context.section,
        prefilled=_prefilled(context),
    )


def _choices(context: CompanyContext) -> Iterator[Choice]:
    """A query that was never searched can be confirmed, but "no match" is not offered for it yet."""
    section = context.section
    if section is not None:
        yield _details_choice(context, section)
    for candidate in context.candidates:
        number = candidate.company.company_number
        yield Choice(label=candidate_label(candidate), answer=ChooseCompany(company_number=number))
    if section is not Details.CONFIRM_QUERY:
        yield Choice(label=NO_MATCH, answer=NoMatch())
        if section is not Details.SEARCH_AGAIN:
            yield Choice(label=SEARCH_AGAIN, answer=SearchAgain())
    if section is not Details.ENTER_BY_HAND:
        yield Choice(label=ENTER_BY_HAND, answer=EnterByHand())
    yield Choice(label=DECIDE_LATER)
    yield Choice(label=LEAVE_OUT, answer=LeaveOut())


def candidate_label(candidate: Candidate) -> str:
    """`NAME · number`, on one line."""
    return f"{' '.join(candidate.company.company_name.split())} · {candidate.company.company_number}"


def _details_choice(context: CompanyContext, details: Details) -> Choice:
    if details is Details.ENTER_BY_HAND:
        return Choice(label=USE_DETAILS, answer=EnterByHand())
    if details is Details.SEARCH_AGAIN:
        return Choice(label=SEARCH_WITH_DETAILS, answer=SearchAgain())
    if details is Details.CONFIRM_QUERY:
        return Choice(label=SEARCH_WITH_DETAILS, answer=ConfirmQuery(query=_query(context)))
    raise ValueError(f"the company gate does not ask for {details}")


def _query(context: CompanyContext) -> RegisterQuery:
    return context.query or RegisterQuery(name=context.restaurant_name)


def _preset(context: CompanyContext, choices: tuple[Choice, ...]) -> str:
    if context.asked is not None:
        return choices[0].label
    if context.failure is not None:
        return DECIDE_LATER
    best = context.outcome.preselected if context.outcome else None
    preselected = (candidate for candidate in context.candidates if candidate.company.company_number == best)
    return next((candidate_label(candidate) for candidate in preselected), DECIDE_LATER)


def _prefilled(context: CompanyContext) -> dict[str, Prefilled]:
    section = context.section
    if section is None:
        return {}
    if section is Details.ENTER_BY_HAND:
        initial: dict[str, Prefilled] = {name: value for name, value in context.known.items() if value}
    else:
        initial = dict(_query(context).model_dump().items())
    return valid_prefills(SECTIONS[section], {}, initial, context.typed)


def read_company_details(details: Details, filled: Mapping[str, object]) -> AnyAnswer:
    """The answer from the section. Raises ValueError (ValidationError) for an invalid value."""
    if details is Details.ENTER_BY_HAND:
        return EnterByHand(details=ManualCompany.model_validate(filled))
    answer = _QUERIES[details](query=RegisterQuery.model_validate(filled))
    refuse_empty_query(answer)
    return answer


def refuse_empty_query(answer: AnyAnswer) -> None:
    """Raises ValueError if the answer asks for a search with an empty query."""
    query = answer.query if isinstance(answer, ConfirmQuery | SearchAgain) else None
    if query is not None and query.is_empty:
        raise ValueError("name and street are both empty: there is nothing to search by")
