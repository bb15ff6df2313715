"""Companies that the search of the register found for a restaurant."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal
from urllib.parse import quote

from interfaces.api.models.base import Body
from registration.companies.models import Candidate as FoundCandidate
from registration.companies.models import Source
from registration.companies.queries import StoredSearch


class Candidate(Body):
    """A company that can be chosen; scores are 0 to 100. `match_source` is the first of `match_sources`."""

    company_name: str
    company_number: str
    nzbn: str | None
    status: str
    incorporation_date: date | None
    registered_address: str
    match_source: Literal["name", "address"]
    match_sources: list[Literal["name", "address"]]
    score: float
    name_score: float
    address_score: float
    preselected: bool
    previous_names: list[str]
    trading_names: list[str]
    also_found_for: list[str]
    register_url: str


def candidates_of(
    search: StoredSearch, register_url: str, shared: Mapping[str, list[str]], restaurant: str
) -> tuple[Candidate, ...]:
    """The candidates of a search, best first. `shared` names the restaurants for which each company was found."""
    return tuple(
        _candidate(one, search.outcome.preselected, register_url, shared, restaurant)
        for one in search.outcome.candidates
        if one.company.company_number
    )


def shared_companies(searches: Iterable[tuple[str, StoredSearch]]) -> dict[str, list[str]]:
    """The restaurants for which each company was found, by its number."""
    found: dict[str, list[str]] = {}
    for restaurant, search in searches:
        for candidate in search.outcome.candidates:
            found.setdefault(candidate.company.company_number, []).append(restaurant)
    return found


def _candidate(
    one: FoundCandidate, preselected: str | None, register_url: str, shared: Mapping[str, list[str]], restaurant: str
) -> Candidate:
    company = one.company
    sources: list[Literal["name", "address"]] = [source.value for source in Source if source in one.sources]
    number = company.company_number
    page = f"{register_url.rstrip('/')}/companies/app/ui/pages/companies/{quote(number, safe='')}/detail"
    return Candidate(
        company_name=company.company_name,
        company_number=number,
        nzbn=company.nzbn,
        status=company.status,
        incorporation_date=company.incorporation_date,
        registered_address=" ".join(company.registered_address.split()),
        match_source=sources[0],
        match_sources=sources,
        score=one.score,
        name_score=one.name_score,
        address_score=one.address_score,
        preselected=number == preselected,
        previous_names=list(company.previous_names),
        trading_names=list(company.trading_names),
        also_found_for=[name for name in shared.get(number, ()) if name != restaurant],
        register_url=page,
    )
