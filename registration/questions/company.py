"""What is asked about one job at the company gate."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from registration.models.company import Candidate, RegisterQuery, SearchOutcome
from registration.models.decisions import ChooseCompany, ConfirmQuery, EnterByHand, LeaveOut, NoMatch, SearchAgain
from registration.models.rounds import Choice, Details, Prefilled, Question
from registration.questions.company_evidence import company_evidence
from registration.questions.labels import DECIDE_LATER, LEAVE_OUT, field_name, title
from registration.questions.sections import SECTIONS, still_fitting

NO_MATCH = "No match"
SEARCH_AGAIN = "Search again…"
ENTER_BY_HAND = "Enter by hand…"
SEARCH_WITH_DETAILS = "Search with the details below"
USE_DETAILS = "Use the details below"


@dataclass(frozen=True, kw_only=True)
class CompanyCase:
    """What is known about a job that waits for its company.

    `position` is its place in the batch, from 1; `query` what was searched last, or will be. `search_error` is of a
    repeat search that failed (then `outcome` is the older one), `refused` why the last answer was not taken, `typed`
    the fields of that answer's section. `shared` names, per company number, other restaurants of the batch with that
    company. `known` holds what is stored of the restaurant under the names of `ManualCompany`. `register_url` is the
    address of the register's public pages.
    """

    job_id: UUID
    position: int
    visit: int
    restaurant_name: str
    city: str | None
    register_url: str
    asked: Details | None = None
    query: RegisterQuery | None = None
    outcome: SearchOutcome | None = None
    search_error: str | None = None
    refused: str | None = None
    shared: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    known: Mapping[str, str | None] = field(default_factory=dict[str, str | None])
    typed: Mapping[str, Prefilled] = field(default_factory=dict[str, Prefilled])

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """What the latest search found, best first."""
        return self.outcome.candidates if self.outcome else ()


def company_question(case: CompanyCase) -> Question:
    """The question for one job: a drop-down with the candidates, and a section if details were asked for."""
    choices = tuple(_choices(case))
    return Question(
        job_id=case.job_id,
        visit=case.visit,
        field=field_name(case.position, case.visit),
        title=title(case.restaurant_name, case.city),
        evidence=company_evidence(
            query=case.query,
            outcome=case.outcome,
            shared=case.shared,
            register_url=case.register_url,
            search_error=case.search_error,
            refused=case.refused,
            searched=case.asked is not Details.CONFIRM_QUERY,
        ),
        choices=choices,
        preset=_preset(case, choices),
        details=case.asked,
        prefilled=_prefilled(case),
    )


def _choices(case: CompanyCase) -> Iterator[Choice]:
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


def _details_choice(case: CompanyCase, asked: Details) -> Choice:
    if asked is Details.ENTER_BY_HAND:
        return Choice(label=USE_DETAILS, answer=EnterByHand())
    if asked is Details.SEARCH_AGAIN:
        return Choice(label=SEARCH_WITH_DETAILS, answer=SearchAgain())
    if asked is Details.CONFIRM_QUERY:
        return Choice(label=SEARCH_WITH_DETAILS, answer=ConfirmQuery(query=_query(case)))
    raise ValueError(f"the company gate does not ask for {asked}")


def _query(case: CompanyCase) -> RegisterQuery:
    return case.query or RegisterQuery(name=case.restaurant_name)


def _preset(case: CompanyCase, choices: tuple[Choice, ...]) -> str:
    if case.asked is not None:
        return choices[0].label
    best = case.outcome.preselected if case.outcome else None
    preselected = (one for one in case.candidates if one.company.company_number == best)
    return next((candidate_label(one) for one in preselected), DECIDE_LATER)


def _prefilled(case: CompanyCase) -> dict[str, Prefilled]:
    if case.asked is None:
        return {}
    if case.asked is Details.ENTER_BY_HAND:
        shown: dict[str, Prefilled] = {name: value for name, value in case.known.items() if value}
    else:
        shown = dict(_query(case).model_dump().items())
    return still_fitting(SECTIONS[case.asked], {}, shown, case.typed)
