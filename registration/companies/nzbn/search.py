"""The search results of the NZBN API, and the results most similar to the restaurant."""

import re
from collections.abc import Iterable, Mapping

from pydantic import Field
from pydantic.alias_generators import to_camel

from registration.companies.matching.name_similarity import best_name
from registration.companies.matching.query_cleaning import clean_name
from registration.companies.models import FoundCompany, RegisterQuery
from registration.companies.nzbn.values import Day, Many, NzbnAnswer, RealText, Text, present
from registration.companies.register_values import is_future, is_over
from registration.kit.symbols import fold

_OF_EVERY_ENTITY = ("entity_name", "entity_status_description")
_TRADING_AS = re.compile(r"\s+(?:t/as?|trading\s+as)\s+", re.IGNORECASE)


class TradingName(NzbnAnswer):
    """A trading name of an entity, with its first and last day."""

    name: RealText = None
    start_date: Day = None
    end_date: Day = None


class SearchItem(NzbnAnswer):
    """An entity as shown in a list of search results, without an address."""

    nzbn: str
    entity_name: Text = None
    entity_status_description: Text = None
    registration_date: Day = None
    source_register_unique_id: Text = None
    trading_names: Many[TradingName] = ()
    previous_entity_names: Many[Text] = ()

    @property
    def hides_its_number(self) -> bool:
        """True if only the full entity has the number; null means that there is none, as for a sole trader."""
        return "source_register_unique_id" not in self.model_fields_set


class SearchPage(NzbnAnswer):
    """One page of results; `total_items` counts the items of all pages."""

    items: tuple[SearchItem, ...] | None
    total_items: int | None = Field(default=None, ge=0)

    def contradiction(self) -> str | None:
        """Why it cannot be a first page of results; None if it can.

        Values may be null, but an answer that never contains a field that every entity has is of another shape.
        """
        if not self.items:
            return "it has no list of entities, and does not say that nothing was found" if self._hides_some else None
        mentioned = {name for item in self.items for name in item.model_fields_set}
        missing = [to_camel(name) for name in _OF_EVERY_ENTITY if name not in mentioned]
        return f"no entity has {' or '.join(missing)}" if missing else None

    def ends(self, listed_count: int, page_size: int) -> bool:
        """True if this is the last page, where `found` counts the entities of all pages so far."""
        if self.total_items is None:
            return len(self.items or ()) < page_size
        return not self.items or listed_count >= self.total_items

    @property
    def _hides_some(self) -> bool:
        return bool(self.total_items) or (self.items is None and self.total_items is None)


def search_terms(query: RegisterQuery) -> tuple[str, ...]:
    """The texts to search for, without repetitions.

    The name as it is; cleaned; without macrons, which names in the register seldom have; and the two names of "LEGAL
    NAME trading as TRADING NAME".
    """
    cleaned = clean_name(query.name, query.city)
    terms = (query.name, cleaned, cleaned if cleaned.isascii() else fold(cleaned), *_TRADING_AS.split(cleaned))
    return tuple(dict.fromkeys(filter(None, terms)))


def companies_by_nzbn(items: Iterable[SearchItem]) -> dict[str, FoundCompany]:
    """The companies among search items by NZBN, the first item of each; the number is empty if the list hides it."""
    companies: dict[str, FoundCompany] = {}
    for item in items:
        company = _company(item)
        if company is not None:
            _ = companies.setdefault(item.nzbn, company)
    return companies


def _company(item: SearchItem) -> FoundCompany | None:
    """The company; None for an item that is no company: without a register number, or without a name."""
    number, name = item.source_register_unique_id, item.entity_name
    if name is None or (number is None and not item.hides_its_number):
        return None
    return FoundCompany(
        company_number=number or "",
        company_name=name,
        nzbn=item.nzbn,
        status=item.entity_status_description or "",
        incorporation_date=item.registration_date,
        previous_names=(*present(item.previous_entity_names), *former(item.trading_names)),
        trading_names=current(item.trading_names),
    )


def current(names: Iterable[TradingName]) -> tuple[str, ...]:
    """The present trading names."""
    return present(name.name for name in names if not is_over(name.end_date) and not is_future(name.start_date))


def former(names: Iterable[TradingName]) -> tuple[str, ...]:
    """The former trading names."""
    return present(name.name for name in names if is_over(name.end_date))


def most_similar(query: RegisterQuery, companies: Mapping[str, FoundCompany], count: int) -> list[str]:
    """The keys of the companies whose present, trading or previous names are most similar to the query's name."""

    def likeness(key: str) -> float:
        company = companies[key]
        return best_name(query.name, (company.company_name, *company.trading_names, *company.previous_names))

    return sorted(companies, key=likeness, reverse=True)[:count]
