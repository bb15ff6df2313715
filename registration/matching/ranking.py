"""Which of the found companies is behind the restaurant: scores, order, and whether one is clearly the best."""

from collections import Counter
from collections.abc import Iterable

from registration.matching.addresses import in_city, is_exact_address, read_street
from registration.matching.similarity import best_name
from registration.matching.weak_addresses import is_service_address
from registration.matching.weights import WEIGHTS, Weights
from registration.models.company import Candidate, FoundCompany, RegisterQuery, Source


def rank(
    query: RegisterQuery,
    found_by_name: Iterable[FoundCompany],
    found_by_address: Iterable[FoundCompany] = (),
    weights: Weights = WEIGHTS,
) -> tuple[Candidate, ...]:
    """The registered companies among those found, merged by company number, best first."""
    sources: dict[str, set[Source]] = {}
    companies: dict[str, FoundCompany] = {}
    for source, found in ((Source.NAME, found_by_name), (Source.ADDRESS, found_by_address)):
        for company in filter(lambda company: company.is_registered, found):
            companies[company.company_number] = _merged(companies.get(company.company_number), company)
            sources.setdefault(company.company_number, set()).add(source)
    weak = _weak_addresses(companies.values(), weights)
    candidates = [
        _candidate(query, company, frozenset(sources[number]), weak, weights) for number, company in companies.items()
    ]
    return tuple(sorted(candidates, key=_order))


def preselect(query: RegisterQuery, ranked: tuple[Candidate, ...], weights: Weights = WEIGHTS) -> str | None:
    """The company number of the clearly best candidate; None if none is or name and address disagree."""
    clear = {_clear_by_score(query, ranked, weights), _clear_by_address(query, ranked, weights)} - {None}
    return clear.pop() if len(clear) == 1 else None


def _clear_by_score(query: RegisterQuery, ranked: tuple[Candidate, ...], weights: Weights) -> str | None:
    if not ranked:
        return None
    best, runner_up = ranked[0], ranked[1].score if len(ranked) > 1 else 0.0
    company = best.company
    present_name = best_name(query.name, (company.company_name, *company.trading_names))
    ahead = best.score >= weights.clear_score and best.score - runner_up >= weights.clear_lead
    return company.company_number if ahead and present_name >= weights.clear_name else None


def _clear_by_address(query: RegisterQuery, ranked: tuple[Candidate, ...], weights: Weights) -> str | None:
    weak = _weak_addresses((candidate.company for candidate in ranked), weights)
    hits = [candidate for candidate in ranked if _is_strong_hit(query, candidate.company, weak)]
    if len(hits) != 1 or hits[0].name_score < weights.contradicts_below:
        return None
    return hits[0].company.company_number


def _candidate(
    query: RegisterQuery, company: FoundCompany, sources: frozenset[Source], weak: frozenset[str], weights: Weights
) -> Candidate:
    names = (company.company_name, *company.trading_names, *company.previous_names)
    name_score = best_name(query.name, names)
    address_score = _address_score(query, company.registered_address, weights)
    total = weights.name * name_score + (1 - weights.name) * address_score
    if _is_strong_hit(query, company, weak):
        total = max(total, weights.address_hit_floor + weights.address_hit_name * name_score)
    return Candidate(
        company=company,
        sources=sources,
        score=round(total, 1),
        name_score=round(name_score, 1),
        address_score=round(address_score, 1),
    )


def _address_score(query: RegisterQuery, address: str, weights: Weights) -> float:
    if is_exact_address(query, address):
        return weights.exact_address
    wanted, registered = read_street(query.street), read_street(address)
    same_street = bool(wanted.name) and wanted.name == registered.name
    if in_city(query.city, address):
        return weights.same_street if same_street else weights.same_city
    if wanted.same_house(registered):
        return weights.same_house_elsewhere
    return weights.same_street_elsewhere if same_street else 0.0


def _is_strong_hit(query: RegisterQuery, company: FoundCompany, weak: frozenset[str]) -> bool:
    return is_exact_address(query, company.registered_address) and company.company_number not in weak


def _weak_addresses(companies: Iterable[FoundCompany], weights: Weights) -> frozenset[str]:
    """The numbers of companies whose registered address says little: shared by many, or a service's."""
    known = tuple(companies)
    shared = Counter(_house(company) for company in known)
    return frozenset(
        company.company_number
        for company in known
        if shared[_house(company)] >= weights.shared_by or is_service_address(company.registered_address)
    )


def _house(company: FoundCompany) -> tuple[object, ...]:
    street = read_street(company.registered_address)
    return (street.low, street.high, street.letter, street.name) if street.is_a_house else (company.company_number,)


def _merged(known: FoundCompany | None, company: FoundCompany) -> FoundCompany:
    """One company of two lists: what one list leaves out, the other adds."""
    if known is None:
        return company
    missing = {name: value for name, value in company if not getattr(known, name)}
    return known.model_copy(update=missing)


def _order(candidate: Candidate) -> tuple[float, float, float, str]:
    return (-candidate.score, -candidate.name_score, -candidate.address_score, candidate.company.company_number)
