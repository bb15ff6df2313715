"""Ranks the candidates for a restaurant: scores, order, and the outcome that the gate shows."""

from collections import Counter
from collections.abc import Iterable

from registration.companies.matching.addresses import is_service_address, read_address
from registration.companies.matching.preselection import Scored, clearly_best
from registration.companies.matching.scoring import Fit, fit
from registration.companies.matching.search_target import SearchTarget, search_target
from registration.companies.matching.weights import WEIGHTS, Weights
from registration.companies.models import Candidate, FoundCompany, RegisterQuery, SearchOutcome, SearchResults, Source


def rank(
    query: RegisterQuery,
    found_by_name: Iterable[FoundCompany],
    found_by_address: Iterable[FoundCompany] = (),
    weights: Weights = WEIGHTS,
    written: RegisterQuery | None = None,
) -> tuple[Candidate, ...]:
    """The registered companies among the results, merged by company number, best first.

    `written` is the restaurant's name and address before they were cleaned, if known.
    """
    sources: dict[str, set[Source]] = {}
    companies: dict[str, FoundCompany] = {}
    for source, companies_of_source in ((Source.NAME, found_by_name), (Source.ADDRESS, found_by_address)):
        for company in filter(lambda company: company.is_registered, companies_of_source):
            companies[company.company_number] = _merged(companies.get(company.company_number), company)
            sources.setdefault(company.company_number, set()).add(source)
    listed = tuple((company, frozenset(sources[number])) for number, company in companies.items())
    return tuple(scored.candidate for scored in _scored(search_target(query, written), listed, weights))


def preselect(
    query: RegisterQuery,
    ranked: tuple[Candidate, ...],
    weights: Weights = WEIGHTS,
    written: RegisterQuery | None = None,
) -> str | None:
    """The company number of the clearly best candidate; None if none is."""
    target = search_target(query, written)
    listed = tuple((candidate.company, candidate.sources) for candidate in ranked)
    return clearly_best(target, _scored(target, listed, weights), weights)


def fits_of(
    query: RegisterQuery,
    ranked: tuple[Candidate, ...],
    weights: Weights = WEIGHTS,
    written: RegisterQuery | None = None,
) -> tuple[SearchTarget, dict[str, Fit]]:
    """What was compared with the candidates, and the fit of each by its company number."""
    target = search_target(query, written)
    listed = tuple((candidate.company, candidate.sources) for candidate in ranked)
    return target, {one.candidate.company.company_number: one.fit for one in _scored(target, listed, weights)}


def _scored(
    target: SearchTarget, listed: tuple[tuple[FoundCompany, frozenset[Source]], ...], weights: Weights
) -> tuple[Scored, ...]:
    weak = _weak_addresses((company for company, _ in listed), weights)
    scored = (_score(target, company, sources, weak, weights) for company, sources in listed)
    return tuple(sorted(scored, key=_order))


def _score(
    target: SearchTarget, company: FoundCompany, sources: frozenset[Source], weak: frozenset[str], weights: Weights
) -> Scored:
    is_weak = target.is_in_care or company.company_number in weak
    fits = fit(target, company, is_weak=is_weak, weights=weights)
    candidate = Candidate(
        company=company,
        sources=sources,
        score=round(fits.total(weights), 1),
        name_score=round(fits.names.best, 1),
        address_score=round(fits.address, 1),
    )
    return Scored(candidate, fits)


def _weak_addresses(companies: Iterable[FoundCompany], weights: Weights) -> frozenset[str]:
    """The numbers of companies whose registered address is weak evidence: shared by many companies, or a service's."""
    known = tuple(companies)
    shared = Counter(map(house_key, known))
    return frozenset(
        company.company_number
        for company in known
        if shared[house_key(company)] >= weights.shared_by
        or is_service_address(company.registered_address, _names(company))
    )


def _names(company: FoundCompany) -> tuple[str, ...]:
    return (company.company_name, *company.trading_names, *company.previous_names)


def house_key(company: FoundCompany) -> tuple[object, ...]:
    """What companies at one house have in common; a company without a house shares it with none."""
    address = read_address(company.registered_address)
    street = address.street
    if not street.is_a_house:
        return (company.company_number,)
    return (street.low, street.high, street.letter, street.fraction, street.name, address.locality.postal_area)


def _merged(known: FoundCompany | None, company: FoundCompany) -> FoundCompany:
    """One company from two lists: values missing in one list are taken from the other."""
    if known is None:
        return company
    missing = {name: value for name, value in company if not getattr(known, name)}
    return known.model_copy(update=missing)


def _order(scored: Scored) -> tuple[float, float, float, float, str]:
    candidate, fits = scored.candidate, scored.fit
    return (
        -candidate.score, -candidate.address_score, -fits.names.branch, -candidate.name_score,
        candidate.company.company_number,
    )  # fmt: skip


def search_outcome(query: RegisterQuery, results: SearchResults, written: RegisterQuery | None = None) -> SearchOutcome:
    """The outcome of a search: the candidates, best first, the outcome of each source, and the clearly best candidate.

    `written` is the restaurant's name and address before they were cleaned, if known.
    """
    candidates = rank(query, results.found_by_name, results.found_by_address, written=written)
    return SearchOutcome(
        by_name=results.by_name,
        by_address=results.by_address,
        candidates=candidates,
        preselected=preselect(query, candidates, written=written),
    )
