"""A search of the register: the query, the outcome of each source, and the companies found."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, field_serializer

from registration.errors import PageCopy
from registration.kit.symbols import without_signs
from registration.kit.values import Value


def _searchable(text: str) -> str:
    return text if any(character.isalnum() for character in text) else ""


class RegisterQuery(Value):
    """The cleaned query. An empty name or street is not searched.

    Trade marks and emoji are removed from the name; a name or street without a letter or digit is empty.
    """

    name: Annotated[str, AfterValidator(without_signs)] = ""
    street: Annotated[str, AfterValidator(_searchable)] = ""
    city: str = ""

    @property
    def is_empty(self) -> bool:
        """True if there is neither a name nor a street to search by."""
        return not self.name and not self.street

    @property
    def street_and_city(self) -> str:
        """The text of the address search; empty if there is no street."""
        return f"{self.street} {self.city}".strip() if self.street else ""


class FoundCompany(Value):
    """A company as shown in a list of search results; `not_read` is the reason why its full entry could not be read."""

    company_number: str
    company_name: str
    nzbn: str | None = None
    registered_address: str = ""
    status: str = ""
    incorporation_date: date | None = None
    previous_names: tuple[str, ...] = ()
    trading_names: tuple[str, ...] = ()
    not_read: str | None = None

    @property
    def is_registered(self) -> bool:
        """True if the company exists today; removed companies are no candidates."""
        return self.status.strip().casefold() == "registered"


class Source(StrEnum):
    """A source of a search."""

    NAME = "name"
    ADDRESS = "address"


class SourceState(StrEnum):
    """The result of one source of a search."""

    FOUND = "found"
    NOTHING = "nothing"
    FAILED = "failed"
    NOT_OFFERED = "not_offered"  # this register cannot search by it
    NOT_ASKED = "not_asked"  # the query has nothing to search by


class SourceOutcome(Value):
    """The result of one source; if it failed, with the error's text and details (the URL of the page)."""

    state: SourceState
    error: str | None = None
    error_details: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])


class SearchResults(Value):
    """The companies that each source returned, in its order; `pages` are copies of pages that were not understood."""

    by_name: SourceOutcome
    by_address: SourceOutcome
    found_by_name: tuple[FoundCompany, ...] = ()
    found_by_address: tuple[FoundCompany, ...] = ()
    pages: tuple[PageCopy, ...] = ()


class Candidate(Value):
    """A company found for a job; scores are 0 to 100."""

    company: FoundCompany
    sources: frozenset[Source]
    score: float
    name_score: float
    address_score: float

    @field_serializer("sources")
    def _in_order(self, sources: frozenset[Source]) -> list[Source]:
        return sorted(sources)


class SearchOutcome(Value):
    """The search for one job: the outcome of each source, and the candidates, best first."""

    by_name: SourceOutcome
    by_address: SourceOutcome
    candidates: tuple[Candidate, ...] = ()
    preselected: str | None = None
