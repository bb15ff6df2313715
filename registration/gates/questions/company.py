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
from registration.gates.questions.cases import CompanyContext
from registration.gates.questions.company_evidence import company_evidence
from registration.gates.questions.sections import SECTIONS, still_fitting
from registration.gates.rounds import Choice, Details, Prefilled, Question
from registration.gates.wording import DECIDE_LATER, LEAVE_OUT, field_name, title

NO_MATCH = "No match"
SEARCH_AGAIN = "Search again…"
ENTER_BY_HAND = "Enter by hand…"
SEARCH_WITH_DETAILS = "Search with the details below"
USE_DETAILS = "Use the details below"


def company_question(case: CompanyContext) -> Question:
    """The question for one job: a drop-down with the candidates, and a section if details were asked for."""
    choices = tuple(_choices(case))
    return Question(
        job_id=case.job_id,
        visit=case.visit,
        field=field_name(case.position, case.visit),
        title=title(case.restaurant_name, case.city),
        evidence=company_evidence(case),
        choices=choices,
        preset=_preset(case, choices),
        details=case.asked,
        prefilled=_prefilled(case),
    )


def _choices(case: CompanyContext) -> Iterator[Choice]:
    """A query that was never searched with can be confirmed, but there is nothing yet that could match."""
    if case.asked is not None:
        yield _details_choice(case, case.asked)
    for candidate in case.candidates:
        number = candidate.company.company_number
        yield Choice(label=candidate_label(candidate), answer=ChooseCompany(company_number=number))
    if case.asked is not Details.CONFIRM_QUERY:
        yield Choice(label=NO_MATCH, answer=NoMatch())
        if case.asked is not Details.SEARCH_AGAIN:
            yield Choice(label=SEARCH_AGAIN, answer=SearchAgain())
    if case.asked is not Details.ENTER_BY_HAND:
        yield Choice(label=ENTER_BY_HAND, answer=EnterByHand())
    yield Choice(label=DECIDE_LATER)
    yield Choice(label=LEAVE_OUT, answer=LeaveOut())


def candidate_label(candidate: Candidate) -> str:
    """`NAME · number`, on one line."""
    return f"{' '.join(candidate.company.company_name.split())} · {candidate.company.company_number}"


def _details_choice(case: CompanyContext, asked: Details) -> Choice:
    if asked is Details.ENTER_BY_HAND:
        return Choice(label=USE_DETAILS, answer=EnterByHand())
    if asked is Details.SEARCH_AGAIN:
        return Choice(label=SEARCH_WITH_DETAILS, answer=SearchAgain())
    if asked is Details.CONFIRM_QUERY:
        return Choice(label=SEARCH_WITH_DETAILS, answer=ConfirmQuery(query=_query(case)))
    raise ValueError(f"the company gate does not ask for {asked}")


def _query(case: CompanyContext) -> RegisterQuery:
    return case.query or RegisterQuery(name=case.restaurant_name)


def _preset(case: CompanyContext, choices: tuple[Choice, ...]) -> str:
    if case.asked is not None:
        return choices[0].label
    best = case.outcome.preselected if case.outcome else None
    preselected = (one for one in case.candidates if one.company.company_number == best)
    return next((candidate_label(one) for one in preselected), DECIDE_LATER)


def _prefilled(case: CompanyContext) -> dict[str, Prefilled]:
    if case.asked is None:
        return {}
    if case.asked is Details.ENTER_BY_HAND:
        shown: dict[str, Prefilled] = {name: value for name, value in case.known.items() if value}
    else:
        shown = dict(_query(case).model_dump().items())
    return still_fitting(SECTIONS[case.asked], {}, shown, case.typed)


_QUERIES: dict[Details, type[ConfirmQuery | SearchAgain]] = {
    Details.CONFIRM_QUERY: ConfirmQuery,
    Details.SEARCH_AGAIN: SearchAgain,
}


def read_company_details(asked: Details, filled: Mapping[str, object]) -> AnyAnswer:
    """The answer that the section makes; raises ValueError (ValidationError) for what breaks a rule."""
    if asked is Details.ENTER_BY_HAND:
        return EnterByHand(details=ManualCompany.model_validate(filled))
    answer = _QUERIES[asked](query=RegisterQuery.model_validate(filled))
    refuse_empty_query(answer)
    return answer


def refuse_empty_query(answer: AnyAnswer) -> None:
    """Raises ValueError if the answer is to search by nothing."""
    query = answer.query if isinstance(answer, ConfirmQuery | SearchAgain) else None
    if query is not None and query.is_empty:
        raise ValueError("name and street are both empty: there is nothing to search by")
