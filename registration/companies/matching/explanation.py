"""Why a candidate has its score, in words: what of its name and address is the restaurant's, and what counts less."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from registration.companies.matching.addresses import House, is_service_address, long_forms
from registration.companies.matching.location import Nearness
from registration.companies.matching.name_similarity import name_similarity
from registration.companies.matching.ranking import fits_of, house_key
from registration.companies.matching.scoring import Fit
from registration.companies.matching.search_target import SearchTarget
from registration.companies.matching.trades import Trade
from registration.companies.matching.words import core_words, read_words
from registration.companies.models import Candidate, FoundCompany, RegisterQuery
from registration.kit.symbols import fold

_TRADES: Final = {
    Trade.FITS: "",
    Trade.OWNER: "its name suggests a landlord or owner",
    Trade.STRANGER: "its name suggests another trade",
}
_HOUSES: Final = {
    House.SAME: "the same house",
    House.NEARLY: "nearly the same house: the spelling differs",
    House.BUILDING: "the same building, another unit",
    House.STREET: "the same street, another house",
    House.NOTHING: "",
}
_NEAR: Final = {
    Nearness.SUBURB: "the same suburb",
    Nearness.TOWN: "the same town",
    Nearness.REGION: "the same region, another town",
    Nearness.UNKNOWN: "it is not known whether the town is the same",
    Nearness.ELSEWHERE: "another part of the country",
}


@dataclass(frozen=True)
class Part:
    """A piece of a text; `same` where the restaurant has it, too."""

    text: str
    same: bool


@dataclass(frozen=True)
class Explanation:
    """The name and the address of a candidate in pieces, and the reasons for its two scores.

    `weak` says why the address counts little; empty if it counts.
    """

    name: tuple[Part, ...]
    address: tuple[Part, ...]
    name_reasons: tuple[str, ...]
    address_reasons: tuple[str, ...]
    weak: str


def explain(
    query: RegisterQuery, candidates: tuple[Candidate, ...], written: RegisterQuery | None = None
) -> Mapping[str, Explanation]:
    """The explanation of each candidate by its company number; `written` as for `rank`."""
    target, fits = fits_of(query, candidates, written=written)
    houses = Counter(house_key(candidate.company) for candidate in candidates)
    own = frozenset(read_words(f"{target.name_with_branch} {target.name}").words)
    places = frozenset(_place_words(f"{query.street} {query.city} {written.street if written else ''}"))
    return {
        company.company_number: Explanation(
            name=_parts(company.company_name, lambda word: own.issuperset(read_words(word).words)),
            address=_parts(_on_one_line(company), lambda word: places.issuperset(_place_words(word))),
            name_reasons=tuple(_name_reasons(target, company, fits[company.company_number])),
            address_reasons=tuple(_address_reasons(query, company, fits[company.company_number])),
            weak=_weakness(target, company, fits[company.company_number], houses[house_key(company)]),
        )
        for company in (candidate.company for candidate in candidates)
    }


def _parts(text: str, is_own: Callable[[str], bool]) -> tuple[Part, ...]:
    """The text in pieces: words next to each other are one piece if the restaurant has both, or neither."""
    marked = [Part(word, bool(fold(word).strip()) and is_own(word)) for word in text.split()]
    runs = groupby(marked, key=lambda part: part.same)
    return tuple(Part(" ".join(part.text for part in run), same) for same, run in runs)


def _place_words(text: str) -> frozenset[str]:
    return frozenset(long_forms(fold(text).split()))


def _on_one_line(company: FoundCompany) -> str:
    return " ".join(company.registered_address.split())


def _name_reasons(target: SearchTarget, company: FoundCompany, fit: Fit) -> Iterator[str]:
    yield from _other_name(target, company, fit)
    mine, others = core_words(target.name).words, core_words(company.company_name).words
    left_out = len(read_words(company.company_name).words) - len(others)
    words, ending = _split(company.company_name, left_out)
    if ending:
        yield f"“{' '.join(ending)}” left out"
    if added := _beside(words, mine):
        yield f"has also: {' '.join(added)}"
    if missing := _beside(target.name.split(), others):
        yield f"lacks: {' '.join(missing)}"
    if target.has_a_branch:
        yield f"also compared as “{target.name_with_branch}”"
    if target.is_of_a_chain and not fit.is_at_the_house:
        yield "a chain, which many companies run: elsewhere its name counts little"
    if reason := _TRADES[fit.trade]:
        yield reason


def _split(name: str, left_out: int) -> tuple[list[str], list[str]]:
    """The words of a name as they are written, and those of its legal ending: the last ones, which were left out."""
    words = name.split()
    while words and left_out >= (count := len(read_words(words[-1]).words)) and left_out > 0:
        left_out -= count
        words = words[:-1]
    return words, name.split()[len(words) :]


def _beside(words: Iterable[str], others: Container[str]) -> list[str]:
    """The words that are not among the others, in whatever form."""
    return [word for word in words if any(one not in others for one in core_words(word).words)]


def _other_name(target: SearchTarget, company: FoundCompany, fit: Fit) -> Iterator[str]:
    """The trading or former name by which the company fits better than by its own."""

    def alike(name: str) -> float:
        return max(name_similarity(one, name, target.around) for one in (target.name, target.name_with_branch))

    own = alike(company.company_name)
    trading = max(company.trading_names, key=alike, default="")
    former = max(company.previous_names, key=alike, default="")
    if trading and alike(trading) > own:
        yield f"by its trading name {trading}"
    elif former and fit.names.best > fit.names.present:
        yield f"by its former name {former}, which counts less"


def _address_reasons(query: RegisterQuery, company: FoundCompany, fit: Fit) -> Iterator[str]:
    if not company.registered_address.strip():
        yield "no registered address is known"
        return
    if not query.street:
        yield "the restaurant's street is not known"
    if house := _HOUSES[fit.house]:
        yield house
    if fit.nearness < Nearness.TOWN or not house:
        yield _NEAR[fit.nearness]
    if fit.is_hidden and fit.is_at_the_house:
        yield "upstairs, or another shop of many"


def _weakness(target: SearchTarget, company: FoundCompany, fit: Fit, sharing: int) -> str:
    if not fit.is_weak:
        return ""
    if target.is_in_care:
        return "the restaurant's address is that of a firm which takes its post"
    if is_service_address(company.registered_address, (company.company_name, *company.trading_names)):
        return "the address of an accountant, a lawyer or another firm"
    return f"{sharing - 1} other companies of this search are there" if sharing > 1 else "an address of many companies"
