"""What a person sees about one job at the company gate: what was searched, what was found, what went wrong."""

from collections.abc import Iterator

from registration.companies.models import (
    Candidate,
    FoundCompany,
    RegisterQuery,
    SearchOutcome,
    SourceOutcome,
    SourceState,
)
from registration.gates.questions.cases import CompanyContext
from registration.gates.questions.facts import register_link, registered_address
from registration.gates.rounds import Details
from registration.kit.markdown import bold, escape, link, paragraphs

_ENOUGH = 3
_WITHOUT_RESULT = {
    SourceState.NOTHING: "found nothing",
    SourceState.NOT_OFFERED: "is not offered by this register",
    SourceState.NOT_ASKED: "was not asked: there is nothing to search by",
}


def company_evidence(case: CompanyContext) -> str:
    """The evidence as Markdown, what went wrong first; of a clear case the best candidate and the two next."""
    shown = _shown(case)
    return paragraphs(
        f"**Your last answer was not taken:** {escape(case.refused)}" if case.refused else None,
        f"**The last search failed:** {escape(case.search_error)}" if case.search_error else None,
        _searched(case.query, searched=case.asked is not Details.CONFIRM_QUERY),
        *(_sources(case.outcome) if case.outcome else ()),
        *(_candidate(one, case) for one in shown),
        f"And {more} more with lower scores." if (more := len(case.candidates) - len(shown)) else None,
        "No candidates." if case.outcome and not case.candidates else None,
    )


def _shown(case: CompanyContext) -> tuple[Candidate, ...]:
    best = case.candidates[:_ENOUGH]
    clear = case.outcome and any(one.company.company_number == case.outcome.preselected for one in best)
    return best if clear else case.candidates


def _searched(query: RegisterQuery | None, *, searched: bool) -> str | None:
    if query is None:
        return None
    by = {"name": query.name, "address": query.street_and_city}
    told = {label: bold(text) for label, text in by.items() if text}
    only = f" by {next(iter(told))} only" if len(told) == 1 else ""
    return f"{'Searched' if searched else 'To be searched'}{only}: {' · '.join(told.values())}"


def _sources(outcome: SearchOutcome) -> Iterator[str]:
    for name, source in (("name", outcome.by_name), ("address", outcome.by_address)):
        if source.state is SourceState.FAILED:
            yield f"**The search by {name} failed:** {escape(source.error or 'no reason was given')}"
        elif source.state in _WITHOUT_RESULT and _worth_saying(source, outcome):
            yield f"The search by {name} {_WITHOUT_RESULT[source.state]}."


def _worth_saying(source: SourceOutcome, outcome: SearchOutcome) -> bool:
    """Two empty searches are said once, by "No candidates"."""
    return bool(outcome.candidates) or source.state is not SourceState.NOTHING


def _candidate(candidate: Candidate, case: CompanyContext) -> str:
    company = candidate.company
    number = company.company_number
    facts = [
        escape(registered_address(candidate)) or "no registered address known",
        _status(company),
        f"score **{candidate.score:.0f}** (name {candidate.name_score:.0f}, address {candidate.address_score:.0f})",
        *_other_names(candidate),
        _shared(case.shared.get(number, ())),
        f"its entry could not be read: {escape(company.not_read)}" if company.not_read else None,
    ]
    known = (bold(company.company_name), link(number, register_link(case, number)), *facts)
    return " · ".join(filter(None, known))


def _status(company: FoundCompany) -> str:
    """A company that is no more is not to be overlooked."""
    return escape(company.status) if company.is_registered else bold(company.status)


def _other_names(candidate: Candidate) -> Iterator[str]:
    if candidate.company.trading_names:
        yield f"trading as {', '.join(map(escape, candidate.company.trading_names))}"
    if candidate.company.previous_names:
        yield f"formerly {', '.join(map(escape, candidate.company.previous_names))}"


def _shared(restaurants: tuple[str, ...]) -> str | None:
    return f"also found for {', '.join(map(bold, restaurants))}" if restaurants else None
