"""The evidence for one job at the company gate: the query, the candidates, and what failed."""

from collections.abc import Iterator

from registration.companies.models import Candidate, FoundCompany, RegisterQuery, SearchOutcome
from registration.gates.questions.contexts import CompanyContext
from registration.gates.questions.facts import (
    Remark,
    company_remarks,
    register_link,
    registered_address,
    source_results,
)
from registration.gates.rounds import Details
from registration.kit.markdown import bold, escape, link, paragraphs

_ENOUGH = 3


def company_evidence(context: CompanyContext) -> str:
    """The evidence as Markdown, failures first; of a clear result only the best candidate and the next two."""
    shown = _candidates_to_show(context)
    return paragraphs(
        *(remark.markdown for remark in company_remarks(context)),
        _searched(context.query, searched=context.asked is not Details.CONFIRM_QUERY),
        *(_sources(context.outcome) if context.outcome else ()),
        *(_candidate(candidate, context) for candidate in shown),
        f"And {more} more with lower scores." if (more := len(context.candidates) - len(shown)) else None,
        "No candidates." if context.outcome and not context.candidates else None,
    )


def _candidates_to_show(context: CompanyContext) -> tuple[Candidate, ...]:
    best = context.candidates[:_ENOUGH]
    clear = context.outcome and any(
        candidate.company.company_number == context.outcome.preselected for candidate in best
    )
    return best if clear else context.candidates


def _searched(query: RegisterQuery | None, *, searched: bool) -> str | None:
    if query is None:
        return None
    by = {"name": query.name, "address": query.street_and_city}
    parts = {label: bold(text) for label, text in by.items() if text}
    only = f" by {next(iter(parts))} only" if len(parts) == 1 else ""
    return f"{'Searched' if searched else 'To be searched'}{only}: {' · '.join(parts.values())}"


def _sources(outcome: SearchOutcome) -> Iterator[str]:
    for source in source_results(outcome):
        yield source.markdown if isinstance(source, Remark) else source


def _candidate(candidate: Candidate, context: CompanyContext) -> str:
    company = candidate.company
    number = company.company_number
    facts = [
        escape(registered_address(candidate)) or "no registered address known",
        _status(company),
        f"score **{candidate.score:.0f}** (name {candidate.name_score:.0f}, address {candidate.address_score:.0f})",
        *_other_names(candidate),
        _shared(context.shared.get(number, ())),
        f"its entry could not be read: {escape(company.not_read)}" if company.not_read else None,
    ]
    known = (bold(company.company_name), link(number, register_link(context, number)), *facts)
    return " · ".join(filter(None, known))


def _status(company: FoundCompany) -> str:
    """The status, in bold if the company is not registered any more."""
    return escape(company.status) if company.is_registered else bold(company.status)


def _other_names(candidate: Candidate) -> Iterator[str]:
    if candidate.company.trading_names:
        yield f"trading as {', '.join(map(escape, candidate.company.trading_names))}"
    if candidate.company.previous_names:
        yield f"formerly {', '.join(map(escape, candidate.company.previous_names))}"


def _shared(restaurants: tuple[str, ...]) -> str | None:
    return f"also found for {', '.join(map(bold, restaurants))}" if restaurants else None
